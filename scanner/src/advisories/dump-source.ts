import { open, readdir, readFile, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { inflateRawSync } from 'node:zlib';
import { limits } from '@proofpix/contract/limits';
import { readAdvisory, type Advisory } from './advisory.ts';
import { faultFor, type AdvisorySource, type LookUp } from './advisory-source.ts';

/** Where the text of one advisory is. */
type Place = { path: string } | Entry;
type Entry = { offset: number; compressed: number; size: number; deflated: boolean };
/** So many bytes from there. */
type Windowed = (offset: number, length: number) => Promise<Buffer>;
type Dump = { places: Map<string, Place[]>; unreadable: number; count: number };

const mostEntries = 1_000_000;
const deepest = 3;
const headerBytes = 30;
/** Work between two turns of the event loop. */
const turnMilliseconds = 8;
/** Entries lie one after the other: one read serves hundreds of them. */
const windowBytes = 1024 * 1024;

/**
 * Advisories from a copy of the OSV database: a folder with a JSON file for each, or a ZIP of such files as OSV publishes
 * it (https://osv-vulnerabilities.storage.googleapis.com/npm/all.zip). Names are read once, advisories when they are asked
 * for; a copy that was replaced is read again.
 */
export function createDumpSource(path: string): AdvisorySource {
  let current: Promise<Dump> | null = null;
  let mark = '';

  async function dump(): Promise<Dump> {
    const about = await stat(path);
    const now = `${about.mtimeMs} ${about.size} ${about.ino}`;
    if (current === null || now !== mark) {
      mark = now;
      current = about.isDirectory() ? indexFolder(path) : indexZip(path);
      current.catch(() => (current = null));
    }
    return current;
  }

  return {
    label: 'offline copy of OSV',
    async lookUp(queries, signal) {
      let index: Dump;
      try {
        index = await inTime(dump(), signal);
      } catch {
        const why = signal?.aborted === true ? 'is still being read' : 'could not be read';
        return faultFor(queries, `The copy of the advisories ${why}.`);
      }
      if (index.count === 0) return faultFor(queries, 'The copy of the advisories is empty.');
      const fault = index.unreadable > 0 ? `${index.unreadable} advisories of the copy could not be read.` : null;
      await using file = await openAny(path);
      const answers: LookUp[] = [];
      for (const { name } of queries) {
        const advisories: Advisory[] = [];
        let own = fault;
        const places = index.places.get(name) ?? [];
        if (places.length > limits.advisories) own = 'There are too many advisories for it.';
        for (const place of places.slice(0, limits.advisories)) {
          const advisory = await readPlace(file.read, place).catch(() => null);
          if (advisory === null) own = 'An advisory of the copy could not be read.';
          else advisories.push(advisory);
        }
        answers.push({ advisories, fault: own });
      }
      return answers;
    },
  };
}

/** Whoever waits may give up; reading goes on for the next one. */
async function inTime<Result>(work: Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work;
  const { promise, reject } = Promise.withResolvers<never>();
  const stop = () => reject(new Error('Given up.'));
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

async function openAny(path: string): Promise<AsyncDisposable & { read: Windowed | null }> {
  const isFile = await stat(path).then(
    (about) => about.isFile(),
    () => false,
  );
  const handle = isFile ? await open(path) : null;
  return { read: handle && createWindowed(handle), [Symbol.asyncDispose]: async () => handle?.close() };
}

async function readPlace(read: Windowed | null, place: Place): Promise<Advisory | null> {
  let bytes: Uint8Array;
  if ('path' in place) {
    if ((await stat(place.path)).size > limits.advisoryBytes) return null;
    bytes = await readFile(place.path);
  } else if (read === null) return null;
  else bytes = await readEntry(read, place);
  return readAdvisory(JSON.parse(new TextDecoder().decode(bytes)) as unknown);
}

/** Reads every advisory once, for the names in it. */
async function indexPlaces(places: AsyncIterable<Place>, read: Windowed | null): Promise<Dump> {
  const dump: Dump = { places: new Map(), unreadable: 0, count: 0 };
  let turn = performance.now();
  for await (const place of places) {
    dump.count += 1;
    if (dump.count > mostEntries) throw new Error('More advisories than there can be.');
    if (performance.now() - turn > turnMilliseconds) {
      await setImmediate();
      turn = performance.now();
    }
    const advisory = await readPlace(read, place).catch(() => null);
    if (advisory === null) dump.unreadable += 1;
    for (const name of new Set(advisory?.affected.map((one) => one.name))) {
      const known = dump.places.get(name);
      if (known === undefined) dump.places.set(name, [place]);
      else known.push(place);
    }
  }
  return dump;
}

async function indexFolder(path: string): Promise<Dump> {
  return indexPlaces(filesBelow(path, deepest), null);
}

async function* filesBelow(folder: string, depth: number): AsyncGenerator<Place> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory() && depth > 0) yield* filesBelow(path, depth - 1);
    else if (entry.isFile() && entry.name.endsWith('.json')) yield { path };
  }
}

async function indexZip(path: string): Promise<Dump> {
  const handle = await open(path);
  try {
    return await indexPlaces(entriesOf(path), createWindowed(handle));
  } finally {
    await handle.close();
  }
}

async function* entriesOf(path: string): AsyncGenerator<Place> {
  const { openPromise } = await import('yauzl');
  const zip = await openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      if (!entry.fileName.endsWith('.json')) continue;
      const { relativeOffsetOfLocalHeader: offset, compressedSize: compressed, uncompressedSize: size } = entry;
      yield { offset, compressed, size, deflated: entry.compressionMethod === 8 };
    }
  } finally {
    zip.close();
  }
}

/** The directory said where it is: only the names in front of it are passed over. */
async function readEntry(file: Windowed, { offset, compressed, size, deflated }: Entry): Promise<Uint8Array> {
  if (size > limits.advisoryBytes || compressed > limits.advisoryBytes) throw new Error('Too large.');
  const header = await file(offset, headerBytes);
  if (header.readUInt32LE(0) !== 0x04034b50) throw new Error('No entry.');
  const start = offset + headerBytes + header.readUInt16LE(26) + header.readUInt16LE(28);
  const bytes = await file(start, compressed);
  // Small, and counted: handing each to another thread would cost several times as much.
  return deflated ? inflateRawSync(bytes, { maxOutputLength: limits.advisoryBytes }) : bytes;
}

/** Reads pieces of a file that mostly follow each other. */
function createWindowed(handle: FileHandle): Windowed {
  let window = Buffer.alloc(0);
  let from = 0;
  return async (offset, length) => {
    if (offset < from || offset + length > from + window.length) {
      const buffer = Buffer.allocUnsafe(Math.max(length, windowBytes));
      const { bytesRead } = await handle.read(buffer, 0, buffer.length, offset);
      if (bytesRead < length) throw new Error('Cut off.');
      window = buffer.subarray(0, bytesRead);
      from = offset;
    }
    return window.subarray(offset - from, offset - from + length);
  };
}
