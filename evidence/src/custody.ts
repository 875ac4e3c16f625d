import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { Json } from '@proofpix/contract/json';
import { sha256Hex } from './checksum.ts';

type Person = { name: string | null };

/** How the photo came: the first record of the chain. */
export type Origin = {
  runId: string;
  file: { name: string; type: string; size: number; sha256: string };
  receivedAt: string;
  startedAt: string | null;
  startedBy: Person;
  /** Only where photo and added files were deleted after the run: then the bundle has none. */
  photoDeletedAt?: string;
};

/** What one plugin did: which code, what went in and came out, what it read. */
export type CustodyStep = {
  position: number;
  hook: string;
  plugin: string;
  version: string;
  /** Identity of the package. */
  digest: string;
  ok: boolean;
  error: string | null;
  inputDigest: string;
  outputDigest: string;
  hostCalls: number;
  bytesRead: number;
  bytesWritten: number;
  files: { name: string; size: number; sha256: string }[];
  milliseconds: number;
  finishedAt: string;
};

type Linked<Record> = Record & { previous: string | null; hash: string };
export type Custody = { version: 1; origin: Linked<Origin>; steps: Linked<CustodyStep>[] };

/** Each record carries the hash of the one before: none can be changed, taken out or put in without all behind it changing. */
export function chainCustody(origin: Origin, steps: readonly CustodyStep[]): Custody {
  const first = link(origin, null);
  const linked: Linked<CustodyStep>[] = [];
  for (const step of steps) linked.push(link(step, linked.at(-1)?.hash ?? first.hash));
  return { version: 1, origin: first, steps: linked };
}

function link<Record extends { readonly [key: string]: Json }>(
  record: Record,
  previous: string | null,
): Linked<Record> {
  return { ...record, previous, hash: hashOf({ ...record, previous }) };
}

/** SHA-256 of the canonical JSON of the record with `previous` and without `hash`. */
function hashOf(record: { readonly [key: string]: Json }): string {
  return sha256Hex(canonicalJson(record));
}

/** The first record that does not fit the one before it (0 is the origin), or null. */
export function brokenLink(origin: JsonRecord, steps: readonly JsonRecord[]): number | null {
  let previous: string | null = null;
  for (const [index, { hash, ...record }] of [origin, ...steps].entries()) {
    if (record.previous !== previous || hash !== hashOf(record)) return index;
    if (index > 0 && record.position !== index - 1) return index;
    previous = hash;
  }
  return null;
}

export type JsonRecord = { readonly [key: string]: Json };
