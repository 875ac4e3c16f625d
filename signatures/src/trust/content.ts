import { Check } from 'typebox/value';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { KeyList, KillList, type KillEntry, type TrustedKey } from '@proofpix/contract/trust';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import { publicKeyOf } from '../keys.ts';
import { isKillValue } from '../kill-list.ts';
import { TrustFault } from './fault.ts';

/** What the metadata protects. */
export type TrustContent = { keys: readonly TrustedKey[]; killList: readonly KillEntry[] };

export const keysName = 'keys.json';
export const killListName = 'kill-list.json';

/** A part of the catalog: what changes in one plugin rewrites one of 256 files. */
export function shardName(shard: string): string {
  return `catalog-${shard}.json`;
}

export function isShardName(name: string): boolean {
  return /^catalog-[0-9a-f]{2}\.json$/.test(name);
}

export function writeContent({ keys, killList }: TrustContent): ReadonlyMap<string, Uint8Array> {
  return new Map([
    [keysName, Buffer.from(`${canonicalJson({ version: 1, keys })}\n`)],
    [killListName, Buffer.from(`${canonicalJson({ version: 1, entries: killList })}\n`)],
  ]);
}

/** @throws TrustFault */
export function readContent(files: { keys: Uint8Array; killList: Uint8Array }): TrustContent {
  const list = readJson(keysName, files.keys);
  if (!Check(KeyList, list)) throw new TrustFault('malformed', `${keysName} is not a list of keys.`);
  for (const key of list.keys) checkKey(key);
  if (new Set(list.keys.map(({ keyId }) => keyId)).size < list.keys.length) {
    throw new TrustFault('malformed', `${keysName} has a key twice.`);
  }
  const kills = readJson(killListName, files.killList);
  if (!Check(KillList, kills)) throw new TrustFault('malformed', `${killListName} is not a kill list.`);
  // An entry that names nothing that can exist would look like protection.
  const wrong = kills.entries.find(({ kind, value, from }) => !isKillValue(kind, value) || !isTime(from));
  if (wrong !== undefined)
    throw new TrustFault('malformed', `${killListName} has an entry that names no ${wrong.kind}.`);
  return { keys: list.keys, killList: kills.entries };
}

function checkKey({ keyId, publicKey, role, publisher, from, until, revoked }: TrustedKey): void {
  const times = [from, ...(until === null ? [] : [until]), ...(revoked === null ? [] : [revoked.from])];
  const whose = role === 'publisher' ? publisher !== null : publisher === null;
  if (times.every(isTime) && whose && idOf(publicKey) === keyId) return;
  throw new TrustFault('malformed', `${keysName} has the key ${keyId}, which is not as it must be.`);
}

function idOf(publicKey: string): string | null {
  try {
    return publicKeyOf(publicKey).id;
  } catch {
    return null; // no key
  }
}

const isTime = (text: string) => Number.isFinite(Date.parse(text));

function readJson(name: string, bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes);
  } catch (error) {
    if (error instanceof JsonFault) throw new TrustFault('malformed', `${name} ${error.message}.`);
    throw error;
  }
}
