import type { Context } from '@proofpix/sdk/context';
import type { Fingerprint } from './fingerprint.ts';

/** A photo that was seen. */
export type Seen = { sha256: string; name: string; at: string; fingerprint: Fingerprint };

/** What is remembered, the oldest first. */
export type Remembered = { photos: Seen[]; /** Ever, with those that are forgotten. */ total: number };

type Storage = Context['storage'];
/** As they are kept: one array each, because names of fields would take a third of the space. */
type Row = [sha256: string, at: string, name: string, ...fingerprint: string[]];
type Page = { first: number; rows: Row[] };

const prefix = 'photos-';
/** A page stays below 256 kB, and all of them below 5 MB, whatever the photos are called. */
const rowsOfPage = 400;
const mostPages = 24;
const longestName = 80;
const mostAttempts = 25;

/** Reads everything that is remembered. */
export async function recall(storage: Storage): Promise<Remembered> {
  const keys = await storage.list(prefix);
  const photos: Seen[] = [];
  let total = 0;
  for (const key of keys) {
    const page = pageOf(await storage.get(key));
    total = Math.max(total, page.first + page.rows.length);
    for (const [sha256, at, name, ...fingerprint] of page.rows) photos.push({ sha256, at, name, fingerprint });
  }
  return { photos, total };
}

/**
 * Adds a photo unless it is there already, and forgets the oldest page when there are too many. Several runs may do this
 * at once: each write names the version that it read, and starts again where another one was quicker.
 */
export async function remember(storage: Storage, seen: Seen): Promise<void> {
  const row: Row = [seen.sha256, seen.at, shortened(seen.name), ...seen.fingerprint];
  for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
    const keys = await storage.list(prefix);
    const last = keys.at(-1) ?? keyOf(0);
    const { value, version } = await storage.read(last);
    const page = pageOf(value);
    if (page.rows.some(([sha256]) => sha256 === seen.sha256)) return;
    const full = page.rows.length >= rowsOfPage;
    const next: Page = full
      ? { first: page.first + page.rows.length, rows: [row] }
      : { first: page.first, rows: [...page.rows, row] };
    try {
      await storage.set(full ? keyOf(numberOf(last) + 1) : last, next, { ifVersion: full ? 0 : version });
      for (const old of keys.slice(0, Math.max(0, keys.length + (full ? 1 : 0) - mostPages))) await storage.delete(old);
      return;
    } catch (error) {
      const code = codeOf(error);
      if (code === 'storage_quota' && keys[0] !== undefined && keys.length > 1) await storage.delete(keys[0]);
      else if (code !== 'storage_conflict') throw error;
    }
  }
  throw new Error('Too many runs wrote at once; the photo was compared, but is not remembered.');
}

/** Forgets photos that were deleted, in all pages. A write that another one came before is done again with what that one left. */
export async function forget(storage: Storage, digests: ReadonlySet<string>): Promise<void> {
  for (const key of await storage.list(prefix)) {
    let attempt = 0;
    for (; attempt < mostAttempts; attempt += 1) {
      const { value, version } = await storage.read(key);
      const { first, rows } = pageOf(value);
      const left = rows.filter(([sha256]) => !digests.has(sha256));
      if (left.length === rows.length) break;
      try {
        // How many there ever were stays right: it is counted from the first one of a page.
        await storage.set(key, { first: first + rows.length - left.length, rows: left }, { ifVersion: version });
        break;
      } catch (error) {
        if (codeOf(error) !== 'storage_conflict') throw error;
      }
    }
    if (attempt === mostAttempts) throw new Error('Too many runs wrote at once; the photo is not forgotten yet.');
  }
}

function keyOf(page: number): string {
  return prefix + String(page).padStart(8, '0');
}

function numberOf(key: string): number {
  return Number(key.slice(prefix.length));
}

/** What this plugin wrote; an empty page where there is none. */
function pageOf(value: unknown): Page {
  return (value as Page | null) ?? { first: 0, rows: [] }; // nobody else writes here
}

/** Cut between characters, so that no half of one is left. */
function shortened(name: string): string {
  return [...name].slice(0, longestName).join('');
}

function codeOf(error: unknown): unknown {
  return typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
}
