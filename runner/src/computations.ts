import type * as nodeCrypto from 'node:crypto';
import { verifySignature } from './verify-signature.ts';

/**
 * What the guest may have computed in the runner's own process: copies of strings, numbers and bytes in and out, no
 * state, nothing about this machine. Called synchronously from the isolate.
 */
export type UrlParts = {
  href: string;
  origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
};
export type WritableUrlPart = Exclude<keyof UrlParts, 'origin'>;

const hashes = new Set(['md5', 'sha1', 'sha256', 'sha384', 'sha512']);
const nonceBytes = 12;
const tagBytes = 16;
const randomBytesLimit = 65_536;
/** Finer clocks help to measure what other tenants' processes do to the caches. */
const clockMilliseconds = 0.1;
const writable = new Set<string>([
  'href',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
]);

export const computations = {
  now(): number {
    return Math.floor(performance.now() / clockMilliseconds) * clockMilliseconds;
  },

  encode(text: string): Uint8Array {
    return new TextEncoder().encode(text);
  },
  /** The encoding's own name, or '' for an unknown label. */
  encodingName(label: string): string {
    try {
      return new TextDecoder(label).encoding;
    } catch {
      return '';
    }
  },
  /** `null` where `fatal` is asked for and the bytes are malformed. */
  decode(encoding: string, fatal: boolean, ignoreBOM: boolean, bytes: Uint8Array): string | null {
    try {
      return new TextDecoder(encoding, { fatal, ignoreBOM }).decode(bytes);
    } catch {
      return null;
    }
  },

  /** JSON of UrlParts, or ''. */
  parseUrl(input: string, base: string | undefined): string {
    const url = URL.parse(input, base);
    return url === null ? '' : partsOf(url);
  },
  setUrl(href: string, part: WritableUrlPart, value: string): string {
    const url = URL.parse(href);
    if (url === null || !writable.has(part)) return '';
    try {
      url[part] = value;
    } catch {
      return '';
    }
    return partsOf(url);
  },
  readQuery(query: string): string {
    return JSON.stringify([...new URLSearchParams(query)]);
  },
  writeQuery(pairs: string): string {
    const parsed: unknown = JSON.parse(pairs);
    return new URLSearchParams(parsed as string[][]).toString(); // anything else throws, which the guest is told
  },

  /** @returns lower-case hex */
  hash(algorithm: string, data: Uint8Array): string {
    return crypto().createHash(knownHash(algorithm)).update(data).digest('hex');
  },
  hmac(algorithm: string, key: Uint8Array, data: Uint8Array): string {
    return crypto().createHmac(knownHash(algorithm), key).update(data).digest('hex');
  },
  randomBytes(length: number): Uint8Array {
    if (!Number.isInteger(length) || length < 0 || length > randomBytesLimit) {
      throw new Error(`randomBytes gives 0 to ${randomBytesLimit} bytes.`);
    }
    return new Uint8Array(crypto().randomBytes(length));
  },
  randomUUID(): string {
    return crypto().randomUUID();
  },
  /** AES-256-GCM: nonce, ciphertext, tag. */
  encrypt(key: Uint8Array, plain: Uint8Array, additional: Uint8Array): Uint8Array {
    const nonce = crypto().randomBytes(nonceBytes);
    const cipher = crypto().createCipheriv('aes-256-gcm', aesKey(key), nonce, { authTagLength: tagBytes });
    cipher.setAAD(additional);
    return new Uint8Array(Buffer.concat([nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]));
  },
  decrypt(key: Uint8Array, sealed: Uint8Array, additional: Uint8Array): Uint8Array {
    if (sealed.length < nonceBytes + tagBytes) throw new Error('The sealed bytes are too short.');
    const nonce = sealed.subarray(0, nonceBytes);
    const decipher = crypto().createDecipheriv('aes-256-gcm', aesKey(key), nonce, { authTagLength: tagBytes });
    decipher.setAAD(additional);
    decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
    try {
      const plain = decipher.update(sealed.subarray(nonceBytes, sealed.length - tagBytes));
      return new Uint8Array(Buffer.concat([plain, decipher.final()]));
    } catch {
      throw new Error('The sealed bytes do not fit the key, or were changed.');
    }
  },
  verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
    if (publicKey.length !== 32) throw new Error('An Ed25519 public key is 32 bytes.');
    const x = Buffer.from(publicKey).toString('base64url');
    const key = crypto().createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' });
    return crypto().verify(null, data, key, signature);
  },
  verify(algorithm: string, publicKey: Uint8Array, signature: Uint8Array, data: Uint8Array): boolean {
    return verifySignature(crypto(), algorithm, publicKey, signature, data);
  },
  timingSafeEqual(a: Uint8Array, b: Uint8Array): boolean {
    return a.length === b.length && crypto().timingSafeEqual(a, b);
  },
} as const;

export type Computations = typeof computations;

/** Loaded with the first use: most plugins never need it, and a warm runner should be small. */
function crypto(): typeof nodeCrypto {
  return process.getBuiltinModule('node:crypto');
}

function knownHash(algorithm: string): string {
  if (!hashes.has(algorithm)) throw new Error(`Unknown hash. There are ${[...hashes].join(', ')}.`);
  return algorithm;
}

function aesKey(key: Uint8Array): Uint8Array {
  if (key.length !== 32) throw new Error('The key must be 32 bytes (AES-256).');
  return key;
}

function partsOf(url: URL): string {
  const { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash } = url;
  const parts: UrlParts = { href, origin, protocol, username, password, host, hostname, port, pathname, search, hash };
  return JSON.stringify(parts);
}
