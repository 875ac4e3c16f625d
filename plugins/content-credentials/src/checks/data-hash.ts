import { rangeBytes, sameBytes, type ByteSource, type Range } from '../byte-source.ts';
import { bytesIn, textIn, type CborMap } from '../cbor.ts';
import type { FoundStore } from '../found-store.ts';
import type { Status } from '../status.ts';
import { hashFunction, usualAlgorithm } from './hashes.ts';

const mostExclusions = 1_000;

/** What a data hash leaves out beside the credentials themselves. */
export type LeftOut = { bytes: number; picture: boolean };

export type DataHash = { status: Omit<Status, 'manifest'>; leftOut: LeftOut | null };

/**
 * Compares the bytes of the file with the hash that was signed. Whoever signs chooses what the hash leaves out: bytes
 * beside the credentials can be changed afterwards without a trace, so they are counted and said.
 */
export async function checkDataHash(
  map: CborMap,
  usual: string | null,
  file: ByteSource,
  found: FoundStore,
): Promise<DataHash> {
  const failure = (code: string, explanation: string): DataHash => ({
    status: { code, outcome: 'failure', explanation },
    leftOut: null,
  });
  const digest = hashFunction(textIn(map, 'alg') ?? usual ?? usualAlgorithm);
  if (digest === null) return failure('algorithm.unsupported', 'The hash of the file is of another kind.');
  const expected = bytesIn(map, 'hash');
  const exclusions = readExclusions(map);
  if (expected === null || exclusions === null) {
    return failure('assertion.dataHash.malformed', 'What the hash covers is not said in the form that is prescribed.');
  }
  const end = exclusions.at(-1);
  if (end !== undefined && end.start + end.length > file.size) {
    return failure('assertion.dataHash.mismatch', 'The hash was made over a longer file.');
  }
  const running = digest.create();
  for (const { start, length } of between(exclusions, file.size)) {
    for (let at = 0; at < length;) {
      const part = await file.read(start + at, Math.min(rangeBytes, length - at));
      if (part.length === 0) throw new Error('The photo could not be read to its end.');
      running.update(part);
      at += part.length;
    }
  }
  if (!sameBytes(running.digest(), expected)) {
    return failure('assertion.dataHash.mismatch', 'The bytes of the file are not those that were signed.');
  }
  const leftOut = beside(exclusions, found);
  return { status: { code: 'assertion.dataHash.match', outcome: 'success' }, leftOut };
}

/** In order and apart from each other, as the specification demands; `null` where they are not. */
function readExclusions(map: CborMap): Range[] | null {
  const given = map.get('exclusions') ?? [];
  if (!Array.isArray(given) || given.length > mostExclusions) return null;
  const ranges: Range[] = [];
  let end = 0;
  for (const entry of given) {
    if (!(entry instanceof Map)) return null;
    const start: unknown = entry.get('start');
    const length: unknown = entry.get('length');
    if (!isCount(start) || !isCount(length) || start < end) return null;
    end = start + length;
    ranges.push({ start, length });
  }
  return ranges;
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function between(exclusions: readonly Range[], size: number): Range[] {
  const kept: Range[] = [];
  let at = 0;
  for (const { start, length } of exclusions) {
    kept.push({ start: at, length: start - at });
    at = start + length;
  }
  kept.push({ start: at, length: size - at });
  return kept.filter(({ length }) => length > 0);
}

function beside(exclusions: readonly Range[], { places, picture }: FoundStore): LeftOut | null {
  let bytes = 0;
  let reaches = false;
  for (const exclusion of exclusions) {
    const own = places.reduce((sum, place) => sum + overlap(exclusion, place), 0);
    bytes += exclusion.length - own;
    reaches ||= picture !== null && overlap(exclusion, picture) > 0;
  }
  return bytes === 0 ? null : { bytes, picture: reaches };
}

function overlap(a: Range, b: Range): number {
  return Math.max(0, Math.min(a.start + a.length, b.start + b.length) - Math.max(a.start, b.start));
}
