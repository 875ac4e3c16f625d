import { networkInterfaces } from 'node:os';
import ipaddr from 'ipaddr.js';

export type Address = { address: string; family: 4 | 6 };
type Parsed = ipaddr.IPv4 | ipaddr.IPv6;
/** A network, or one address as the network that holds nothing else. */
export type Network = { base: Parsed; bits: number };

/**
 * Whether an address belongs to the public internet. Version 4: everything that has no special purpose. Version 6: only
 * what is given out as global unicast (2000::/3); all that embeds, maps or translates another address lies outside of
 * it or has a range of its own.
 */
export function isPublic(address: string): boolean {
  const parsed = parse(address);
  if (parsed === null || parsed.range() !== 'unicast') return false;
  if (!('parts' in parsed)) return true;
  const [first = 0] = parsed.parts;
  if ((first & 0xe000) !== 0x2000) return false;
  // ISATAP: a version 4 address behind any prefix.
  const [high = 0, low = 0] = parsed.parts.slice(4, 6);
  return !(low === 0x5efe && (high & 0xfdff) === 0);
}

/** Whether a connection to it would come back to this machine. */
export function isSelf(address: string): boolean {
  const given = parse(address);
  if (given === null) return false;
  // The system connects a mapped address to what it maps.
  const parsed = 'parts' in given && given.isIPv4MappedAddress() ? given.toIPv4Address() : given;
  const range = parsed.range();
  if (range === 'loopback' || range === 'unspecified') return true;
  const own = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  return own.some((one) => parse(one.address)?.toString() === parsed.toString());
}

/** `10.0.0.0/8`, `fd00::/8` or an address; null for anything else. */
export function readNetwork(text: string): Network | null {
  const [address = '', bits, ...more] = text.split('/');
  const base = parse(address);
  if (base === null || more.length > 0) return null;
  const widest = 'parts' in base ? 128 : 32;
  if (bits === undefined) return { base, bits: widest };
  return /^\d{1,3}$/.test(bits) && Number(bits) <= widest ? { base, bits: Number(bits) } : null;
}

export function contains({ base, bits }: Network, address: string): boolean {
  const parsed = parse(address);
  return parsed !== null && parsed.kind() === base.kind() && parsed.match(base as never, bits); // of the same kind
}

/** Only the usual notations: the short, octal and hexadecimal ones that a socket call might take are nothing. */
function parse(address: string): Parsed | null {
  if (ipaddr.IPv4.isValidFourPartDecimal(address)) return ipaddr.IPv4.parse(address);
  // Zones name an interface of this machine.
  if (address.includes('%') || !ipaddr.IPv6.isValid(address)) return null;
  return ipaddr.IPv6.parse(address);
}
