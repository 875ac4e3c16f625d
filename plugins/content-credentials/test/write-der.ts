import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

/** A key of its own, and a certificate in any name: what everybody can make. */
export type Signer = { privateKey: KeyObject; certificate: Buffer };

export function makeSigner(options: { organisation?: string; certificateKey?: KeyObject } = {}): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const name = sequence(
    attribute('2.5.4.10', options.organisation ?? 'Lake Press'),
    attribute('2.5.4.3', 'Lake Press signing key'),
  );
  const algorithm = sequence(identifier('1.2.840.10045.4.3.2'));
  const validity = sequence(time('250101000000Z'), time('350101000000Z'));
  const spki = (options.certificateKey ?? publicKey).export({ type: 'spki', format: 'der' });
  const signed = sequence(integer(7), algorithm, name, validity, name, spki);
  const signature = createSign('sha256').update(signed).sign(privateKey);
  return { privateKey, certificate: sequence(signed, algorithm, der(0x03, Buffer.concat([Buffer.of(0), signature]))) };
}

function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), content]);
}

function sequence(...parts: Uint8Array[]): Buffer {
  return der(0x30, Buffer.concat(parts));
}

function attribute(name: string, value: string): Buffer {
  return der(0x31, sequence(identifier(name), der(0x0c, Buffer.from(value))));
}

function integer(value: number): Buffer {
  return der(0x02, Buffer.of(value));
}

function time(text: string): Buffer {
  return der(0x17, Buffer.from(text));
}

function identifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  const bytes = rest.flatMap((number) => {
    const septets = [number & 0x7f];
    for (let left = number >> 7; left > 0; left >>= 7) septets.unshift((left & 0x7f) | 0x80);
    return septets;
  });
  return der(0x06, Buffer.of(first * 40 + second, ...bytes));
}
