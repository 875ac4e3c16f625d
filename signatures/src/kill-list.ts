import { killValuePatterns, type KillEntry, type KillKind } from '@proofpix/contract/trust';

/** What the kill list is asked about. */
export type Suspect = {
  id: string;
  version: string;
  digest: string;
  /** Who it is installed as, and who signed it. */
  publishers: readonly string[];
  /** Of everybody who signed it. */
  keyIds: readonly string[];
};

/** Whether a value can be one of its kind at all. */
export function isKillValue(kind: KillKind, value: string): boolean {
  return new RegExp(killValuePatterns[kind]).test(value);
}

/** The first entry that is in force and names the package, or null. */
export function killedBy<Entry extends KillEntry>(
  entries: readonly Entry[],
  suspect: Suspect,
  now: Date,
): Entry | null {
  return entries.find((entry) => Date.parse(entry.from) <= now.getTime() && names(entry, suspect)) ?? null;
}

function names({ kind, value }: KillEntry, { id, version, digest, publishers, keyIds }: Suspect): boolean {
  if (kind === 'digest') return value === digest;
  if (kind === 'key') return keyIds.includes(value);
  if (kind === 'publisher') return publishers.includes(value);
  const what = kind === 'plugin' ? id : `${id}@${version}`;
  return value === what || publishers.some((publisher) => value === `${publisher}/${what}`);
}

/** For people: `version acme/exif@1.2.0: steals photos`. */
export function killSentence({ kind, value, reason }: KillEntry): string {
  return `${kind} ${value}: ${reason}`;
}
