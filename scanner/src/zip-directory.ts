import { checkAttributes, checkMode } from './entry-mode.ts';
import { decodeName, entryPath } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { checkUnicodePath, readExtra, readZip64 } from './zip-extra.ts';
import { commentFault, newestVersion, type ZipEnd } from './zip-end.ts';

const entrySignature = 0x02014b50;
const entryBytes = 46;
const full32 = 0xffffffff;

const flag = { encrypted: 0x0001, descriptor: 0x0008, utf8: 0x0800 };
/** Besides those three only the two bits that tell how hard the compressor tried. */
const allowedFlags = flag.descriptor | flag.utf8 | 0x0006;
/** FAT, Unix, OS/2, Macintosh, NTFS (two numbers), VFAT, macOS: elsewhere the attributes have another meaning. */
const knownSystems = new Set([0, 3, 6, 7, 10, 11, 14, 19]);

export type ZipEntry = {
  /** As written, for messages. */
  name: string;
  nameBytes: Uint8Array;
  /** Without the slash that ends a folder's name; null for the folder that the archive was made of. */
  path: string | null;
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

export function readCentralDirectory(bytes: Uint8Array, end: ZipEnd): ZipEntry[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const entries: ZipEntry[] = [];
  let at = end.directoryStart;
  for (let index = 0; index < end.entries; index += 1) {
    if (at === end.directoryEnd) throw refuseArchive('zip_count', 'has less in its directory than it counts');
    if (at + entryBytes > end.directoryEnd || view.getUint32(at, true) !== entrySignature) {
      throw refuseArchive('zip_end', 'has a broken directory');
    }
    const nameEnd = at + entryBytes + view.getUint16(at + 28, true);
    const extraEnd = nameEnd + view.getUint16(at + 30, true);
    const next = extraEnd + view.getUint16(at + 32, true);
    if (next > end.directoryEnd) throw refuseArchive('zip_end', 'has a broken directory');
    const entry = readEntry(view, at, bytes.subarray(at + entryBytes, nameEnd), bytes.subarray(nameEnd, extraEnd));
    const comment = commentFault(bytes.subarray(extraEnd, next));
    if (comment !== null) throw refuseEntry('zip_comment', entry.name, `has a comment that ${comment}`);
    entries.push(entry);
    at = next;
  }
  if (at !== end.directoryEnd) throw refuseArchive('zip_count', 'has more in its directory than it counts');
  return entries;
}

function readEntry(view: DataView, at: number, nameBytes: Uint8Array, extra: Uint8Array): ZipEntry {
  // With or without the flag: names are UTF-8 or refused. Whoever takes them for another code page sees other letters,
  // but no other slash or dot.
  const name = decodeName(nameBytes);
  const flags = view.getUint16(at + 8, true);
  const method = view.getUint16(at + 10, true);
  const attributes = view.getUint32(at + 38, true);
  const folder = name.endsWith('/');

  if ((flags & flag.encrypted) !== 0 || method === 99) throw refuseEntry('zip_encrypted', name, 'is encrypted');
  if ((flags & ~allowedFlags) !== 0 || view.getUint8(at + 6) > newestVersion)
    throw refuseEntry('zip_feature', name, 'uses a feature of ZIP that packages do not need');
  if (method !== 0 && method !== 8)
    throw refuseEntry('zip_method', name, 'is compressed by a method other than deflate');
  if (view.getUint16(at + 34, true) !== 0) throw refuseEntry('zip_end', name, 'lies in another part of the archive');
  if (!knownSystems.has(view.getUint8(at + 5)))
    throw refuseEntry('zip_feature', name, 'has the attributes of a system that is not supported');
  checkMode(name, attributes >>> 16, folder);
  checkAttributes(name, attributes & 0xffff, folder);
  const fields = readExtra(name, extra);
  checkUnicodePath(name, nameBytes, fields);

  const entry = {
    name,
    nameBytes,
    path: entryPath(name, folder),
    folder,
    flags,
    descriptor: (flags & flag.descriptor) !== 0,
    method,
    crc: view.getUint32(at + 16, true),
    compressedSize: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    offset: view.getUint32(at + 42, true),
  };
  const long = (['size', 'compressedSize', 'offset'] as const).filter((key) => entry[key] === full32);
  readZip64(name, fields, long.length).forEach((value, index) => {
    const key = long[index];
    if (key !== undefined) entry[key] = value;
  });
  if (folder && entry.size !== 0) throw refuseEntry('folder_content', name, 'is a folder with content');
  if (method === 0 && entry.size !== entry.compressedSize)
    throw refuseEntry('size_mismatch', name, 'is stored but has two sizes');
  return entry;
}
