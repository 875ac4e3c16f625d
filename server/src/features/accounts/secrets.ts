import { createHash, randomBytes } from 'node:crypto';

/** What a token begins with tells people and secret scanners what they found. */
const prefixes = { session: 'pxs_', refresh: 'pxr_', apiToken: 'ppx_', challenge: 'pxc_', code: '', link: '' } as const;

/** 256 random bits. Only the hash is kept: who reads the database can sign in as nobody. */
export function newSecret(kind: keyof typeof prefixes): { secret: string; hash: Uint8Array } {
  const secret = prefixes[kind] + randomBytes(32).toString('base64url');
  return { secret, hash: hashSecret(secret) };
}

/** A plain hash is enough: unlike a password the secret cannot be guessed. */
export function hashSecret(secret: string): Uint8Array {
  return createHash('sha256').update(secret).digest();
}
