import ipaddr from 'ipaddr.js';

/** So many leading bits of an address, as text: the network of whoever asks. */
export function networkOf(address: string, bits: { ipv4: number; ipv6: number }): string {
  // One that came over a link has its zone behind it.
  const [plain = ''] = address.split('%', 1);
  if (!ipaddr.isValid(plain)) return 'unknown';
  const parsed = ipaddr.process(plain);
  const length = parsed.kind() === 'ipv4' ? bits.ipv4 : bits.ipv6;
  const bytes = parsed
    .toByteArray()
    .map((byte, index) => byte & (0xff << Math.max(0, 8 - Math.max(0, length - index * 8))));
  return `${ipaddr.fromByteArray(bytes).toString()}/${length}`;
}
