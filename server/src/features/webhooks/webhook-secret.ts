import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Keys } from '../../keys.ts';

const prefix = 'whsec_';
const newBytes = 32;
/** Standard Webhooks: 192 to 512 bits. */
const bytes = { minimum: 24, maximum: 64 };
/** How long the secret before a rotation counts beside the new one. */
const rotationMilliseconds = 24 * 60 * 60_000;

export type Owner = { organisationId: string; id: string };
/** As it stands in a row. */
export type SealedSecrets = { secret: Uint8Array; previous_secret: Uint8Array | null; previous_until: Date | null };

export function newSecret(): string {
  return prefix + randomBytes(newBytes).toString('base64');
}

/** The key inside of a secret; null when the text is none. */
export function keyOf(secret: string): Uint8Array | null {
  if (!secret.startsWith(prefix)) return null;
  const text = secret.slice(prefix.length);
  const key = Buffer.from(text, 'base64');
  // Buffer skips what is no base64: a mistyped secret must not become another one.
  if (key.toString('base64') !== text || key.length < bytes.minimum || key.length > bytes.maximum) return null;
  return key;
}

export function sealSecret(keys: Keys, owner: Owner, secret: string): Uint8Array {
  return keys.seal(Buffer.from(secret), purpose(owner));
}

/** The keys that count at a moment, the newest first. */
export function openKeys(keys: Keys, owner: Owner, row: SealedSecrets, now: Date): Uint8Array[] {
  const sealed = [row.secret];
  if (row.previous_secret !== null && row.previous_until !== null && row.previous_until > now) {
    sealed.push(row.previous_secret);
  }
  return sealed.map((each) => {
    const key = keyOf(Buffer.from(keys.open(each, purpose(owner))).toString());
    if (key === null) throw new Error('A sealed webhook secret is not one.');
    return key;
  });
}

export function previousUntil(now: Date): Date {
  return new Date(now.getTime() + rotationMilliseconds);
}

function purpose({ organisationId, id }: Owner): string {
  return `webhook-secret\n${organisationId}\n${id}`;
}

export type Signed = { id: string; timestamp: string; payload: Uint8Array };

/** The header `webhook-signature`: one signature for each key. */
export function signatures(keys: readonly Uint8Array[], signed: Signed): string {
  return keys.map((key) => `v1,${mac(key, signed).toString('base64')}`).join(' ');
}

/** More would be work for a stranger. */
const mostSignatures = 10;

/** Whether one of the signatures in the header is right for one of the keys. Takes the same time whichever it is. */
export function isSigned(keys: readonly Uint8Array[], signed: Signed, header: string): boolean {
  const expected = keys.map((key) => mac(key, signed));
  let right = false;
  for (const part of header.split(' ', mostSignatures)) {
    const [scheme, text = ''] = part.split(',', 2);
    // `v1a` and what may come later are skipped, as the specification says.
    const given = scheme === 'v1' ? Buffer.from(text, 'base64') : Buffer.alloc(0);
    for (const mine of expected) {
      if (given.length === mine.length && timingSafeEqual(given, mine)) right = true;
    }
  }
  return right;
}

function mac(key: Uint8Array, { id, timestamp, payload }: Signed): Buffer {
  return createHmac('sha256', key).update(`${id}.${timestamp}.`).update(payload).digest();
}
