import { Changed, NoBundle } from './change.ts';
import {
  directoryEntry,
  directoryEntryBytes,
  endBytes,
  endOfArchive,
  isBundlePath,
  isLarge,
  largeEndBytes,
  localHeaderBytes,
  type Directory,
  type Entry,
} from './zip-layout.ts';

/** Bytes that can be read anywhere: a file on disk, or one that was dropped on a page. */
export type ByteSource = { size: number; read(offset: number, length: number): Promise<Uint8Array> };

/** More than the largest case has; what claims more is not ours, and is not read into memory. */
const maximumDirectoryBytes = 64 * 1024 * 1024;

/** The entries of a bundle. Each byte of the directory and of the end is made anew and compared. @throws Changed, NoBundle */
export async function readDirectory(source: ByteSource): Promise<Entry[]> {
  const directory = await readEnd(source);
  const bytes = await read(source, directory.offset, directory.size);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: Entry[] = [];
  const seen = new Set<string>();
  let at = 0;
  let next = 0;
  while (at < bytes.length) {
    const wrong = (path: string | null, byte = at) =>
      new Changed({ kind: 'directory', path, byte: directory.offset + byte });
    if (bytes.length - at < directoryEntryBytes) throw wrong(null);
    const nameLength = view.getUint16(at + 28, true);
    const name = bytes.subarray(at + directoryEntryBytes, at + directoryEntryBytes + nameLength);
    const path = String.fromCharCode(...name.subarray(0, 300));
    if (nameLength === 0 || name.length < nameLength || !isBundlePath(path)) throw wrong(null);
    // Two names that differ in case only would overwrite each other where they are unpacked.
    if (seen.has(path.toLowerCase())) throw wrong(path);
    seen.add(path.toLowerCase());
    const entry = { path, size: view.getUint32(at + 20, true), crc32: view.getUint32(at + 16, true), offset: next };
    const expected = directoryEntry(entry);
    const different = firstDifference(expected, bytes.subarray(at, at + expected.length));
    if (different !== null) throw wrong(path, at + different);
    entries.push(entry);
    at += expected.length;
    next += localHeaderBytes + path.length + entry.size;
    if (next > directory.offset) throw wrong(path);
  }
  if (entries.length !== directory.count || next !== directory.offset)
    throw new Changed({ kind: 'directory', byte: directory.offset });
  return entries;
}

async function readEnd(source: ByteSource): Promise<Directory> {
  const short = source.size < endBytes + localHeaderBytes;
  const begin = short ? new Uint8Array() : await read(source, 0, 4);
  const end = short ? new Uint8Array() : await read(source, source.size - endBytes, endBytes);
  const beginsWell = firstDifference(Uint8Array.of(0x50, 0x4b, 3, 4), begin) === null;
  const endsWell = firstDifference(Uint8Array.of(0x50, 0x4b, 5, 6), end.subarray(0, 4)) === null;
  if (!beginsWell && !endsWell) throw new NoBundle('The file is no ZIP archive.');
  const changed = (byte: number) => new Changed({ kind: 'end', byte });
  if (!endsWell) throw changed(source.size - endBytes);
  const view = new DataView(end.buffer, end.byteOffset);
  let directory: Directory = {
    count: view.getUint16(10, true),
    size: view.getUint32(12, true),
    offset: view.getUint32(16, true),
  };
  let length = endBytes;
  if (isLarge(directory)) {
    length = largeEndBytes;
    if (source.size < length) throw changed(0);
    const large = await read(source, source.size - length, length);
    const numbers = new DataView(large.buffer, large.byteOffset);
    const [count, size, offset] = [32, 40, 48].map((at) => Number(numbers.getBigUint64(at, true)));
    directory = { count: count ?? 0, size: size ?? 0, offset: offset ?? 0 };
  }
  const start = source.size - length;
  if (directory.offset + directory.size !== start || directory.size > maximumDirectoryBytes) throw changed(start);
  const different = firstDifference(endOfArchive(directory), await read(source, start, length));
  if (different !== null) throw changed(start + different);
  return directory;
}

/** Exactly so many bytes. @throws Changed */
export async function read(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  const bytes = await source.read(offset, length);
  if (bytes.length !== length) throw new Changed({ kind: 'end', byte: offset + bytes.length });
  return bytes;
}

export function firstDifference(expected: Uint8Array, found: Uint8Array): number | null {
  for (let index = 0; index < expected.length; index += 1) if (expected[index] !== found[index]) return index;
  return expected.length === found.length ? null : expected.length;
}
