import { limits } from '@proofpix/contract/limits';
import { decodeName } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';

const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const endBytes = 22;
const entryBytes = 46;
const longestComment = 0xffff;

const flag = { encrypted: 0x0001, descriptor: 0x0008, utf8: 0x0800 };
/** Besides those three only the two bits that tell how hard the compressor tried. */
const allowedFlags = flag.descriptor | flag.utf8 | 0x0006;

export type ZipEnd = { directoryStart: number; directoryEnd: number; entries: number };

export type ZipEntry = {
  /** As written, for messages. */
  name: string;
  nameBytes: Uint8Array;
  /** Without the slash that ends a folder's name. */
  path: string;
  folder: boolean;
  flags: number;
  descriptor: boolean;
  /** 0 stored, 8 deflated. */
  method: number;
  crc: number;
  compressedSize: number;
  size: number;
  offset: number;
};

/** Finds the end record. Programs look for it from either side, so exactly one may fit. */
export function findZipEnd(bytes: Uint8Array): ZipEnd {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: number | null = null;
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - longestComment); at -= 1) {
    if (view.getUint32(at, true) !== endSignature) continue;
    if (at + endBytes + view.getUint16(at + 20, true) !== bytes.length) continue;
    if (found !== null) throw refuseArchive('has two ends, so that programs would read different entries');
    found = at;
  }
  if (found === null) throw refuseArchive('has no end: it was cut off, or something follows it');
  const disks = view.getUint32(found + 4, true);
  const entries = view.getUint16(found + 10, true);
  if (disks !== 0 || view.getUint16(found + 8, true) !== entries) throw refuseArchive('is one part of several');
  const size = view.getUint32(found + 12, true);
  const directoryStart = view.getUint32(found + 16, true);
  // Also refuses ZIP64, whose records stand between the two: nothing under 50 MB needs it.
  if (directoryStart + size !== found)
    throw refuseArchive('has a directory that does not end where the end record begins');
  if (entries > limits.packageEntries) throw refuseArchive(`has more than ${limits.packageEntries} entries`);
  return { directoryStart, directoryEnd: found, entries };
}

export function readCentralDirectory(bytes: Uint8Array, end: ZipEnd): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  let at = end.directoryStart;
  for (let index = 0; index < end.entries; index += 1) {
    if (at + entryBytes > end.directoryEnd || view.getUint32(at, true) !== entrySignature) {
      throw refuseArchive('has a broken directory');
    }
    const nameEnd = at + entryBytes + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > end.directoryEnd) throw refuseArchive('has a broken directory');
    entries.push(readEntry(view, bytes, at, nameEnd, extraEnd));
    at = next;
  }
  if (at !== end.directoryEnd) throw refuseArchive('has more in its directory than it counts');
  return entries;
}

function readEntry(view: DataView, bytes: Uint8Array, at: number, nameEnd: number, extraEnd: number): ZipEntry {
  const nameBytes = bytes.subarray(at + entryBytes, nameEnd);
  const name = decodeName(nameBytes);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const attributes = view.getUint32(at + 38, true);
  const folder = name.endsWith('/');

  if ((flags & flag.encrypted) !== 0 || method === 99) throw refuseEntry(name, 'is encrypted');
  if ((flags & ~allowedFlags) !== 0) throw refuseEntry(name, 'uses a feature of ZIP that packages do not need');
  if (method !== 0 && method !== 8) throw refuseEntry(name, 'is compressed by a method other than deflate');
  if ((flags & flag.utf8) === 0 && nameBytes.some((byte) => byte > 0x7f)) {
    throw refuseEntry(name, 'has a name that is neither ASCII nor marked as UTF-8');
  }
  if (view.getUint16(at + 34, true) !== 0) throw refuseEntry(name, 'lies in another part of the archive');
  checkMode(name, attributes >>> 16, folder);
  if (!folder && (attributes & 0x10) !== 0)
    throw refuseEntry(name, 'is a file by its name and a folder by its attributes');
  checkExtra(name, view, nameEnd, extraEnd);

  const entry = {
    name,
    nameBytes,
    path: folder ? name.slice(0, -1) : name,
    folder,
    flags,
    descriptor: (flags & flag.descriptor) !== 0,
    method,
    crc: view.getUint32(at + 16, true),
    compressedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  if (folder && entry.size !== 0) throw refuseEntry(name, 'is a folder with content');
  if (method === 0 && entry.size !== entry.compressedSize) throw refuseEntry(name, 'is stored but has two sizes');
  return entry;
}

/** The Unix mode, which some programs honour whatever system the archive says it comes from. */
export function checkMode(name: string, mode: number, folder: boolean): void {
  const type = mode & 0o170000;
  if (type !== 0 && type !== (folder ? 0o040000 : 0o100000)) {
    throw refuseEntry(name, type === 0o120000 ? 'is a link' : 'is neither a file nor a folder');
  }
  if ((mode & 0o6000) !== 0) throw refuseEntry(name, 'has the setuid or setgid bit');
}

/** Extra fields that give the entry another name or other sizes; times and owners are ignored. */
export function checkExtra(name: string, view: DataView, start: number, end: number): void {
  for (let at = start; at + 4 <= end;) {
    const id = view.getUint16(at, true);
    if (id === 0x0001) throw refuseEntry(name, 'uses ZIP64, which packages do not need');
    if (id === 0x7075) throw refuseEntry(name, 'has a second name in an extra field');
    if (id === 0x9901 || id === 0x0017) throw refuseEntry(name, 'is encrypted');
    at += 4 + view.getUint16(at + 2, true);
    if (at > end) throw refuseEntry(name, 'has a broken extra field');
  }
}
