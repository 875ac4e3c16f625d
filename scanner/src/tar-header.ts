import type { ArchiveRule } from '@proofpix/contract/archive-rules';
import { checkMode } from './entry-mode.ts';
import { decodeName } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';

export const blockBytes = 512;

export type TarHeader = {
  /** With the prefix; as written. A name that did not fit may be cut off within a character. */
  nameBytes: Uint8Array;
  /** For messages, and the name where no header in front gives the whole of it. */
  name: string;
  size: number;
  type: 'file' | 'folder' | 'extended' | 'global' | 'longName';
};

const fields = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  link: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [start: number, length: number]>;

const headerTypes = new Map([
  ['x', 'extended'],
  ['g', 'global'],
  ['L', 'longName'],
] as const);

const refusedTypes = new Map<string, readonly [ArchiveRule, string]>([
  ['1', ['entry_link', 'is a hard link']],
  ['2', ['entry_link', 'is a symbolic link']],
  ['3', ['entry_special', 'is a character device']],
  ['4', ['entry_special', 'is a block device']],
  ['6', ['entry_special', 'is a named pipe']],
  ['S', ['entry_sparse', 'is a sparse file']],
  ['K', ['entry_link', 'is a GNU long link']],
]);
const unknownType = ['entry_special', 'is of an unknown type'] as const;

/** Reads one header block; null for a block of zeros. @throws Problem `package_refused` */
export function readTarHeader(block: Uint8Array): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  const take = ([start, length]: readonly [number, number]) => block.subarray(start, start + length);
  let sum = 8 * 0x20;
  block.forEach((byte, index) => (sum += index >= 148 && index < 156 ? 0 : byte));
  if (octal(take(fields.checksum)) !== sum)
    throw refuseArchive('tar_header', 'is not a tar file, or is damaged: a header has a wrong checksum');

  const own = textBytes(take(fields.name));
  const shown = Buffer.from(own).toString();
  const nameBytes = withPrefix(block, own, shown);
  const name = Buffer.from(nameBytes).toString();
  const size = octal(take(fields.size));
  if (size === null) throw refuseEntry('tar_header', name, 'has a size that is not an octal number');

  const letter = String.fromCharCode(block[156] ?? 0);
  const headerType = headerTypes.get(letter as 'x'); // a map answers for any letter
  if (headerType !== undefined) return { nameBytes, name, size, type: headerType };
  const folder = letter === '5';
  if (!folder && letter !== '0' && letter !== '\0') {
    const [rule, says] = refusedTypes.get(letter) ?? unknownType;
    throw refuseEntry(rule, name, says);
  }
  if (folder && size !== 0) throw refuseEntry('folder_content', name, 'is a folder with content');
  // Of the oldest type some programs go by the slash. A name of a newer one may have been cut off at a slash.
  if (letter === '\0' && name.endsWith('/'))
    throw refuseEntry('folder_content', name, 'is a folder by its name and a file by its type');
  if (take(fields.link).some((byte) => byte !== 0))
    throw refuseEntry('entry_link', name, 'carries the target of a link');
  const mode = octal(take(fields.mode));
  if (mode === null) throw refuseEntry('tar_header', name, 'has a mode that is not an octal number');
  checkMode(name, mode, folder);
  return { nameBytes, name, size, type: folder ? 'folder' : 'file' };
}

/** Only POSIX has a prefix; elsewhere some programs would join what stands there and some would not. */
function withPrefix(block: Uint8Array, own: Uint8Array, shown: string): Uint8Array {
  const magic = Buffer.from(block.subarray(...range(fields.magic))).toString('latin1');
  const prefix = textBytes(block.subarray(...range(fields.prefix)), shown);
  if (magic.startsWith('ustar\0')) return prefix.length === 0 ? own : Buffer.concat([prefix, Buffer.from('/'), own]);
  if (magic !== 'ustar  \0' && magic !== '\0'.repeat(8))
    throw refuseEntry('tar_header', shown, 'is of an unknown kind of tar');
  if (prefix.length > 0) throw refuseEntry('tar_header', shown, 'has a prefix in a format that knows none');
  return own;
}

function range([start, length]: readonly [number, number]): [number, number] {
  return [start, start + length];
}

/** Digits, then spaces or NULs. A blank field and the binary form for sizes over 8 GB are refused: programs differ. */
function octal(bytes: Uint8Array): number | null {
  const written = /^ *([0-7]+)[ \0]*$/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  return written === undefined ? null : Number.parseInt(written, 8);
}

function textBytes(bytes: Uint8Array, name = '(a name)'): Uint8Array {
  const end = bytes.indexOf(0);
  if (end === -1) return bytes;
  if (bytes.subarray(end).some((byte) => byte !== 0))
    throw refuseEntry('path_nul', name, 'hides text behind a NUL character');
  return bytes.subarray(0, end);
}

/** What git and 7-Zip write as the name of an entry whose own is too long: nothing that anybody could mistake for another. */
const placeholder = /^([0-9a-f]{40}|[0-9a-f]{64})\.data$|^@PathCut\/_pc_crc32\/[0-9A-F]{8}\//;

/**
 * The name of an entry with what stands in front of it. A longer name may only complete one that did not fit, so that a
 * program that does not know such headers sees the beginning of the same name and never another one.
 * @param whole the name that an extended header or a GNU long name gives
 */
export function wholeName(header: TarHeader, whole: string | null): string {
  const own = Buffer.from(header.nameBytes);
  if (whole === null) return decodeName(own);
  const bytes = Buffer.from(whole);
  // Python writes a question mark where a character is not ASCII.
  const ascii = Buffer.from(whole.replace(/[^\0-\x7f]/gu, '?'));
  const fits = bytes.length <= fields.name[1];
  if (!fits && placeholder.test(header.name)) return whole;
  for (const form of [bytes, ascii]) {
    if (form.equals(own)) return whole;
    if (!fits && own.length >= fields.name[1] - 2 && form.subarray(0, own.length).equals(own)) return whole;
  }
  throw refuseEntry('tar_override', header.name, `is renamed to "${whole.slice(0, 100)}" by a header in front of it`);
}
