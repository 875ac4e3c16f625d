/**
 * The one way in which a bundle is laid out as a ZIP: entries stored without compression, one behind the other from the
 * first byte, then the directory, then its end. Every byte of it follows from path, size, CRC-32 and place of the
 * entries, so that a reader can make each header anew and compare: nothing can hide between them.
 */
export type Entry = { path: string; size: number; crc32: number; offset: number };

export const localHeaderBytes = 30;
export const directoryEntryBytes = 46;
export const endBytes = 22;
const end64Bytes = 56;
const locatorBytes = 20;

const whole32 = 0xffff_ffff;
const whole16 = 0xffff;
const utf8Names = 0x0800;
/** 1 January 1980, 00:00: times stand in the documents, not in the archive. */
const noDate = 0x0021;
/** Made on Unix, by the version of the format that has large archives. */
const madeBy = (3 << 8) | 45;
const plainFile = (0o100644 << 16) >>> 0;

/** Printable ASCII in folders, without anything that a file system reads as more than a name. */
const pathPattern = /^(?!.*(?:^|\/)\.)[A-Za-z0-9._-]{1,120}(?:\/[A-Za-z0-9._-]{1,120}){0,4}$/;

export function isBundlePath(path: string): boolean {
  return path.length <= 240 && pathPattern.test(path);
}

export function localHeader({ path, size, crc32 }: Omit<Entry, 'offset'>): Uint8Array {
  const { view, bytes } = block(localHeaderBytes, path);
  view.setUint32(0, 0x04034b50, true);
  view.setUint16(4, 20, true);
  view.setUint16(6, utf8Names, true);
  view.setUint16(12, noDate, true);
  view.setUint32(14, crc32, true);
  view.setUint32(18, size, true);
  view.setUint32(22, size, true);
  view.setUint16(26, path.length, true);
  return bytes;
}

export function directoryEntry({ path, size, crc32, offset }: Entry): Uint8Array {
  const large = offset >= whole32;
  const { view, bytes } = block(directoryEntryBytes, path, large ? 12 : 0);
  view.setUint32(0, 0x02014b50, true);
  view.setUint16(4, madeBy, true);
  view.setUint16(6, large ? 45 : 20, true);
  view.setUint16(8, utf8Names, true);
  view.setUint16(14, noDate, true);
  view.setUint32(16, crc32, true);
  view.setUint32(20, size, true);
  view.setUint32(24, size, true);
  view.setUint16(28, path.length, true);
  view.setUint16(30, large ? 12 : 0, true);
  view.setUint32(38, plainFile, true);
  view.setUint32(42, large ? whole32 : offset, true);
  if (large) {
    const extra = directoryEntryBytes + path.length;
    view.setUint16(extra, 1, true);
    view.setUint16(extra + 2, 8, true);
    view.setBigUint64(extra + 4, BigInt(offset), true);
  }
  return bytes;
}

export type Directory = { count: number; size: number; offset: number };

/** What stands behind the directory. */
export function endOfArchive({ count, size, offset }: Directory): Uint8Array {
  const large = isLarge({ count, size, offset });
  const { view, bytes } = block((large ? end64Bytes + locatorBytes : 0) + endBytes, '');
  let at = 0;
  if (large) {
    view.setUint32(0, 0x06064b50, true);
    view.setBigUint64(4, BigInt(end64Bytes - 12), true);
    view.setUint16(12, madeBy, true);
    view.setUint16(14, 45, true);
    view.setBigUint64(24, BigInt(count), true);
    view.setBigUint64(32, BigInt(count), true);
    view.setBigUint64(40, BigInt(size), true);
    view.setBigUint64(48, BigInt(offset), true);
    view.setUint32(56, 0x07064b50, true);
    view.setBigUint64(64, BigInt(offset + size), true);
    view.setUint32(72, 1, true);
    at = end64Bytes + locatorBytes;
  }
  view.setUint32(at, 0x06054b50, true);
  view.setUint16(at + 8, Math.min(count, whole16), true);
  view.setUint16(at + 10, Math.min(count, whole16), true);
  view.setUint32(at + 12, Math.min(size, whole32), true);
  view.setUint32(at + 16, Math.min(offset, whole32), true);
  return bytes;
}

export function isLarge({ count, size, offset }: Directory): boolean {
  return count >= whole16 || size >= whole32 || offset >= whole32;
}

/** Bytes of `endOfArchive` of a large archive. */
export const largeEndBytes = end64Bytes + locatorBytes + endBytes;

function block(fixed: number, path: string, extra = 0): { view: DataView; bytes: Uint8Array } {
  const bytes = new Uint8Array(fixed + path.length + extra);
  // Paths are ASCII: one byte a character.
  for (let index = 0; index < path.length; index += 1) bytes[fixed + index] = path.charCodeAt(index);
  return { view: new DataView(bytes.buffer), bytes };
}
