import { decodeName } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { checkMode } from './zip-directory.ts';

export const blockBytes = 512;

export type TarHeader = {
  /** With the prefix; as written. */
  name: string;
  size: number;
  type: 'file' | 'folder' | 'extended' | 'global';
};

const fields = {
  name: [0, 100],
  mode: [100, 8],
  size: [124, 12],
  checksum: [148, 8],
  type: [156, 1],
  link: [157, 100],
  magic: [257, 8],
  prefix: [345, 155],
} as const satisfies Record<string, readonly [start: number, length: number]>;

const refusedTypes: Record<string, string> = {
  '1': 'is a hard link',
  '2': 'is a symbolic link',
  '3': 'is a character device',
  '4': 'is a block device',
  '6': 'is a named pipe',
  '7': 'is of an unknown type',
  S: 'is a sparse file',
  L: 'is a GNU long name, which replaces the name of the entry behind it',
  K: 'is a GNU long link',
};

/** Reads one header block; null for a block of zeros. @throws Problem `package_refused` */
export function readTarHeader(block: Uint8Array): TarHeader | null {
  if (block.every((byte) => byte === 0)) return null;
  const take = ([start, length]: readonly [number, number]) => block.subarray(start, start + length);
  let sum = 8 * 0x20;
  block.forEach((byte, index) => (sum += index >= 148 && index < 156 ? 0 : byte));
  if (octal(take(fields.checksum)) !== sum)
    throw refuseArchive('is not a tar file, or is damaged: a header has a wrong checksum');

  const magic = Buffer.from(take(fields.magic)).toString('latin1');
  const prefix = text(take(fields.prefix), '(a prefix)');
  const own = text(take(fields.name), '(a name)');
  // Only POSIX has a prefix; elsewhere some programs would join what stands there and some would not.
  const posix = magic.startsWith('ustar\0');
  if (!posix && prefix !== '') throw refuseEntry(own, 'has a prefix in a format that knows none');
  const name = posix && prefix !== '' ? `${prefix}/${own}` : own;

  const type = String.fromCharCode(block[156] ?? 0);
  const size = octal(take(fields.size));
  if (size === null) throw refuseEntry(name, 'has a size that is not an octal number');
  if (type === 'x') return { name, size, type: 'extended' };
  if (type === 'g') return { name, size, type: 'global' };
  const folder = type === '5';
  if (!folder && type !== '0' && type !== '\0') throw refuseEntry(name, refusedTypes[type] ?? 'is of an unknown type');
  if (folder && size !== 0) throw refuseEntry(name, 'is a folder with content');
  if (!folder && name.endsWith('/')) throw refuseEntry(name, 'is a folder by its name and a file by its type');
  if (text(take(fields.link), name) !== '') throw refuseEntry(name, 'carries the target of a link');
  const mode = octal(take(fields.mode));
  if (mode === null) throw refuseEntry(name, 'has a mode that is not an octal number');
  checkMode(name, mode & 0o7777, folder);
  return { name, size, type: folder ? 'folder' : 'file' };
}

/** Digits, then spaces or NULs. The binary form for sizes over 8 GB is refused with everything else. */
function octal(bytes: Uint8Array): number | null {
  const written = /^ *([0-7]*)[ \0]*$/.exec(Buffer.from(bytes).toString('latin1'))?.[1];
  return written === undefined ? null : Number.parseInt(written || '0', 8);
}

function text(bytes: Uint8Array, name: string): string {
  const end = bytes.indexOf(0);
  if (end === -1) return decodeName(bytes);
  if (bytes.subarray(end).some((byte) => byte !== 0)) throw refuseEntry(name, 'hides text behind a NUL character');
  return decodeName(bytes.subarray(0, end));
}

/** Keys that change neither name, size nor kind of an entry. */
const harmless =
  /^(mtime|atime|ctime|uid|gid|uname|gname|comment|SCHILY\.(dev|ino|nlink|xattr\..+)|LIBARCHIVE\.(creationtime|xattr\..+))$/;

/**
 * Checks the records of an extended header.
 * @returns the path they state, which must be the one the entry's own header states
 * @throws Problem `package_refused` for a record that gives the entry another size, target or kind
 */
export function readPaxPath(bytes: Uint8Array, name: string): string | null {
  let path: string | null = null;
  for (let at = 0; at < bytes.length;) {
    const space = bytes.indexOf(0x20, at);
    const digits = space === -1 ? '' : Buffer.from(bytes.subarray(at, space)).toString('latin1');
    const length = /^[1-9]\d{0,5}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    if (length === 0 || end > bytes.length || end <= space + 1 || bytes[end - 1] !== 0x0a) {
      throw refuseEntry(name, 'has a broken extended header');
    }
    const record = decodeName(bytes.subarray(space + 1, end - 1));
    const equals = record.indexOf('=');
    const key = record.slice(0, Math.max(equals, 0));
    if (key === 'path' && path === null) path = record.slice(equals + 1);
    else if (!harmless.test(key)) throw refuseEntry(name, `changes "${key.slice(0, 40)}" in an extended header`);
    at = end;
  }
  return path;
}
