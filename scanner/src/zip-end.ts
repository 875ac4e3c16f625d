import { limits } from '@proofpix/contract/limits';
import { refuseArchive } from './refuse.ts';

const signature = { end: 0x06054b50, locator: 0x07064b50, end64: 0x06064b50 };
const endBytes = 22;
const locatorBytes = 20;
const end64Bytes = 56;
const longestComment = 0xffff;
const full16 = 0xffff;
const full32 = 0xffffffff;
/** Enough for a sentence or a commit, too little for a second archive or document. */
const commentBytes = 512;
/** Newest version of the format that a package may need: 4.5, which has ZIP64 and nothing else that is allowed. */
export const newestVersion = 45;

export type ZipEnd = { directoryStart: number; directoryEnd: number; entries: number };

/** Finds the end record. Programs look for it from either side, so exactly one may fit. */
export function findZipEnd(bytes: Uint8Array): ZipEnd {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let found: number | null = null;
  for (let at = bytes.length - endBytes; at >= Math.max(0, bytes.length - endBytes - longestComment); at -= 1) {
    if (view.getUint32(at, true) !== signature.end) continue;
    if (at + endBytes + view.getUint16(at + 20, true) !== bytes.length) continue;
    if (found !== null) throw refuseArchive('zip_end', 'has two ends, so that programs would read different entries');
    found = at;
  }
  if (found === null) throw refuseArchive('zip_end', 'has no end: it was cut off, or something follows it');
  const comment = commentFault(bytes.subarray(found + endBytes));
  if (comment !== null) throw refuseArchive('zip_comment', `has a comment that ${comment}`);
  if (view.getUint32(found + 4, true) !== 0 || view.getUint16(found + 8, true) !== view.getUint16(found + 10, true))
    throw refuseArchive('zip_end', 'is one part of several');

  const end = {
    entries: view.getUint16(found + 10, true),
    size: view.getUint32(found + 12, true),
    directoryStart: view.getUint32(found + 16, true),
    directoryEnd: found,
  };
  // Whoever knows ZIP64 looks for its locator here, whether or not the end record asks for it.
  const locator = found - locatorBytes;
  if (locator >= end64Bytes && view.getUint32(locator, true) === signature.locator) readEnd64(view, end, locator);
  if (end.directoryStart + end.size !== end.directoryEnd)
    throw refuseArchive('zip_end', 'has a directory that does not end where the end record begins');
  if (end.entries > limits.packageEntries)
    throw refuseArchive('too_many_entries', `has more than ${limits.packageEntries} entries`);
  return end;
}

/** Each number of the end record is full of ones or the one that the longer record says. */
function readEnd64(view: DataView, end: ZipEnd & { size: number }, locator: number): void {
  const at = locator - end64Bytes;
  const number = (offset: number) => Number(view.getBigUint64(at + offset, true));
  const says = { entries: number(32), size: number(40), directoryStart: number(48) };
  const fits =
    view.getUint32(at, true) === signature.end64 &&
    number(4) === end64Bytes - 12 && // nothing behind its fixed part
    view.getUint8(at + 14) <= newestVersion &&
    view.getUint32(at + 16, true) === 0 &&
    view.getUint32(at + 20, true) === 0 &&
    number(24) === says.entries &&
    view.getUint32(locator + 4, true) === 0 &&
    Number(view.getBigUint64(locator + 8, true)) === at &&
    view.getUint32(locator + 16, true) <= 1 &&
    (end.entries === full16 || end.entries === says.entries) &&
    (end.size === full32 || end.size === says.size) &&
    (end.directoryStart === full32 || end.directoryStart === says.directoryStart);
  if (!fits) throw refuseArchive('zip64', 'has a ZIP64 end that does not fit its end record');
  Object.assign(end, says, { directoryEnd: at });
}

/** A comment is the one place in a ZIP that may hold anything: a second archive, a script, a PDF. As a sentence's end. */
export function commentFault(bytes: Uint8Array): string | null {
  if (bytes.length > commentBytes) return `is over ${commentBytes} bytes`;
  const text = Buffer.from(bytes).toString('latin1');
  if (/(?![\t\n\r\x80-\x9f])\p{Cc}/u.test(text)) return 'is no text';
  return text.includes('<') || text.includes('%PDF') ? 'could be read as a document' : null;
}
