import { compute } from '../bridge.ts';
import { bytesOf } from '../bytes.ts';
import { btoa, TextDecoder } from '../text.ts';

/** Bytes that know Node's `toString('hex')`: this world has no Buffer. */
class Digest extends Uint8Array {
  override toString(encoding: string = 'utf8'): string {
    if (encoding === 'hex') return hexOf(this);
    if (encoding === 'base64' || encoding === 'base64url') return base64Of(this, encoding);
    if (encoding === 'utf8' || encoding === 'utf-8') return new TextDecoder().decode(this);
    throw new TypeError(`The encoding ${encoding} is not supported here.`);
  }
}

class Accumulator {
  readonly #finish: (data: Uint8Array) => string;
  #pieces: Uint8Array[] = [];
  #done = false;

  constructor(finish: (data: Uint8Array) => string) {
    this.#finish = finish;
  }

  update(data: unknown): this {
    if (this.#done) throw new Error('Digest already called');
    this.#pieces.push(bytesOf(data, 'The data').slice());
    return this;
  }

  digest(encoding?: string): string | Uint8Array {
    if (this.#done) throw new Error('Digest already called');
    this.#done = true;
    const whole = new Uint8Array(this.#pieces.reduce((size, piece) => size + piece.length, 0));
    let offset = 0;
    for (const piece of this.#pieces) {
      whole.set(piece, offset);
      offset += piece.length;
    }
    const digest = new Digest(bytesOfHex(this.#finish(whole)));
    return encoding === undefined || encoding === 'buffer' ? digest : digest.toString(encoding);
  }
}

export function createHash(algorithm: unknown): Accumulator {
  const name = algorithmName(algorithm);
  compute('hash', name, new Uint8Array(0)); // refuses an unknown one here rather than at the end
  return new Accumulator((data) => compute('hash', name, data));
}

export function createHmac(algorithm: unknown, key: unknown): Accumulator {
  const name = algorithmName(algorithm);
  const secret = bytesOf(key, 'The key').slice();
  compute('hmac', name, secret, new Uint8Array(0)); // as above
  return new Accumulator((data) => compute('hmac', name, secret, data));
}

export function hash(algorithm: unknown, data: unknown, encoding: string = 'hex'): string | Uint8Array {
  return createHash(algorithm).update(data).digest(encoding);
}

export function randomBytes(length: unknown): Uint8Array {
  return new Digest(compute('randomBytes', Number(length)));
}

export function randomUUID(): string {
  return compute('randomUUID');
}

export function timingSafeEqual(a: unknown, b: unknown): boolean {
  const [left, right] = [bytesOf(a, 'The first value'), bytesOf(b, 'The second value')];
  if (left.length !== right.length) throw new RangeError('Input buffers must have the same byte length');
  return compute('timingSafeEqual', left, right);
}

export function getHashes(): string[] {
  return ['md5', 'sha1', 'sha256', 'sha384', 'sha512'];
}

function algorithmName(algorithm: unknown): string {
  return String(algorithm).toLowerCase().replace('-', '');
}

function hexOf(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += byte.toString(16).padStart(2, '0');
  return text;
}

function bytesOfHex(hex: string): Uint8Array {
  const bytes = new Uint8Array(hex.length / 2);
  for (let index = 0; index < bytes.length; index += 1)
    bytes[index] = parseInt(hex.slice(index * 2, index * 2 + 2), 16);
  return bytes;
}

function base64Of(bytes: Uint8Array, encoding: 'base64' | 'base64url'): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  const text = btoa(binary);
  return encoding === 'base64' ? text : text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}

// Plugins write `import crypto from 'crypto'` and `require('crypto')`: both get this object.
export default { createHash, createHmac, hash, randomBytes, randomUUID, timingSafeEqual, getHashes };
