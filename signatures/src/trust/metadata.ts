import { createHash, sign as signBytes } from 'node:crypto';
import {
  Key,
  Metadata,
  MetadataKind,
  Signature,
  type Root,
  type Snapshot,
  type Targets,
  type Timestamp,
} from '@tufjs/models';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { ed25519KeyBytes, ed25519Spki } from '@proofpix/contract/ed25519-key';
import { limits } from '@proofpix/contract/limits';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import type { PublicKey, SigningKey } from '../keys.ts';
import { TrustFault } from './fault.ts';

type Kinds = { root: Root; timestamp: Timestamp; snapshot: Snapshot; targets: Targets };
export type RoleName = keyof Kinds;
export type Signed<Role extends RoleName> = Metadata<Kinds[Role]>;

/** Seconds, as TUF writes times. */
export function expiryText(time: Date): string {
  return time.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/**
 * One file of metadata, read strictly: the library parses JSON leniently, and takes an id of a key, a version or a threshold
 * for what it says. Signatures are not looked at.
 * @throws TrustFault
 */
export function parseMetadata<Role extends RoleName>(role: Role, bytes: Uint8Array, name: string): Signed<Role> {
  if (bytes.length > limits.trustMetadataBytes) {
    throw new TrustFault('too_large', `${name} is over ${limits.trustMetadataBytes / 1024} kB.`);
  }
  let metadata: Signed<Role>;
  try {
    const value = parseStrictJson(bytes) as never; // the library checks the shape
    metadata = Metadata.fromJSON(MetadataKind[kinds[role]] as MetadataKind.Root, value) as never; // by the kind that was asked for
  } catch (error) {
    const why = error instanceof JsonFault ? error.message : `is not ${role} metadata (${reasonOf(error)})`;
    throw new TrustFault('malformed', `${name} ${why}.`);
  }
  const { version, expires } = metadata.signed;
  if (!Number.isSafeInteger(version) || version < 1) {
    throw new TrustFault('malformed', `${name} has no version that is a whole number from 1 on.`);
  }
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(expires)) {
    throw new TrustFault('malformed', `${name} does not say when it expires in the form 2026-11-30T00:00:00Z.`);
  }
  if (role === 'root') checkRoot(metadata.signed as Root, name); // it was read as one
  return metadata;
}

const kinds = { root: 'Root', timestamp: 'Timestamp', snapshot: 'Snapshot', targets: 'Targets' } as const;

/** One key under two ids would count twice towards a threshold: an id is the hash of its key, and of nothing else. */
function checkRoot({ keys, roles }: Root, name: string): void {
  for (const [keyId, key] of Object.entries(keys)) {
    const { public: text = '' } = key.keyVal;
    if (key.keyType !== 'ed25519' || key.scheme !== 'ed25519' || !/^[0-9a-f]{64}$/.test(text)) {
      throw new TrustFault('malformed', `${name} has a key that is not Ed25519 in hexadecimal digits.`);
    }
    if (tufKey(text).keyID !== keyId)
      throw new TrustFault('malformed', `${name} gives a key an id that is not its hash.`);
  }
  for (const [role, { keyIDs, threshold }] of Object.entries(roles)) {
    if (!Number.isSafeInteger(threshold) || threshold > keyIDs.length) {
      throw new TrustFault('malformed', `${name} asks for ${threshold} of ${keyIDs.length} keys for ${role}.`);
    }
  }
}

/** @throws TrustFault too_few_signatures, naming how many there are */
export function checkSigned(root: Signed<'root'>, role: RoleName, metadata: Signed<RoleName>, name: string): void {
  try {
    root.verifyDelegate(role, metadata);
  } catch (error) {
    throw new TrustFault('too_few_signatures', `${name}: ${reasonOf(error)}.`);
  }
}

/** @throws TrustFault expired */
export function checkFresh(metadata: Signed<RoleName>, name: string, now: Date): void {
  if (metadata.signed.isExpired(now)) throw new TrustFault('expired', `${name}, on ${metadata.signed.expires}.`);
}

/** A key as TUF names it, from its 32 bytes in hexadecimal digits. */
export function tufKey(publicHex: string): Key {
  const said = { keytype: 'ed25519', scheme: 'ed25519', keyval: { public: publicHex } };
  const keyID = createHash('sha256').update(canonicalJson(said)).digest('hex');
  return new Key({ keyID, keyType: 'ed25519', scheme: 'ed25519', keyVal: { public: publicHex } });
}

export function tufKeyOf({ spki }: Pick<PublicKey, 'spki'>): Key {
  return tufKey(Buffer.from(ed25519KeyBytes(spki) ?? []).toString('hex'));
}

/** The other way round: a key of a root as it stands everywhere else. */
export function spkiOf(publicHex: string): string {
  return ed25519Spki(Buffer.from(publicHex, 'hex'));
}

export function signMetadata(metadata: Signed<RoleName>, keys: readonly SigningKey[]): void {
  for (const key of keys) {
    metadata.sign((data) => {
      const sig = signBytes(null, data, key.privateKey).toString('hex');
      return new Signature({ keyID: tufKeyOf(key).keyID, sig });
    });
  }
}

export function metadataBytes(metadata: Signed<RoleName>): Uint8Array {
  return Buffer.from(`${JSON.stringify(metadata.toJSON(), null, 1)}\n`);
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : 'unreadable';
}
