import type { Removed, Wanted } from './wanted.ts';
import { viewOf } from './wanted.ts';

const pointers = { exif: 0x8769, gps: 0x8825, interoperability: 0xa005, subDirectories: 0x14a } as const;
const makerNote = 0x927c;
const times = new Set([0x132, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9290, 0x9291, 0x9292]);
const serials = new Set([0xa430, 0xa431, 0xa435, 0xa420, 0xc62f, 0xc65d]);
const typeBytes = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8, 4];
const mostDirectories = 40;
const mostFields = 1_000;

export type Thumbnail = { start: number; end: number };

type Walk = {
  block: Uint8Array;
  view: DataView;
  littleEndian: boolean;
  wanted: Wanted;
  removed: Removed;
  seen: Set<number>;
  thumbnails: Thumbnail[];
};

/**
 * Takes the position out of an EXIF block in place: its entries are removed from their directory, the values are
 * overwritten with zeros, and nothing else moves, because makers' blocks and thumbnails are found by offset.
 * @returns where the thumbnails lie, which may have metadata of their own; null where the block must go as a whole
 */
export function cleanExif(block: Uint8Array, wanted: Wanted, removed: Removed): Thumbnail[] | null {
  const littleEndian = block[0] === 0x49;
  const view = viewOf(block);
  const mark = String.fromCharCode(...block.subarray(0, 4));
  if (block.length < 8 || (mark !== 'II*\0' && mark !== 'MM\0*')) return null;
  const walk: Walk = { block, view, littleEndian, wanted, removed, seen: new Set(), thumbnails: [] };
  let offset = view.getUint32(4, littleEndian);
  for (let count = 0; offset !== 0 && count < mostDirectories; count += 1) {
    const next = cleanDirectory(walk, offset);
    if (next === null) return null;
    offset = next;
  }
  return walk.thumbnails;
}

type Entry = { at: number; tag: number; type: number; count: number };

/** @returns where the next directory begins; null where this one cannot be read to its end */
function cleanDirectory(walk: Walk, offset: number): number | null {
  const { block, view, littleEndian, wanted, seen } = walk;
  if (seen.has(offset)) return 0;
  seen.add(offset);
  if (offset < 8 || offset + 2 > block.length || seen.size > mostDirectories) return null;
  const count = view.getUint16(offset, littleEndian);
  const end = offset + 2 + count * 12;
  if (count > mostFields || end > block.length) return null;
  const doomed: Entry[] = [];
  let thumbnailAt = 0;
  let thumbnailBytes = 0;
  for (let at = offset + 2; at < end; at += 12) {
    const entry = {
      at,
      tag: view.getUint16(at, littleEndian),
      type: view.getUint16(at + 2, littleEndian),
      count: view.getUint32(at + 4, littleEndian),
    };
    const value = view.getUint32(at + 8, littleEndian);
    if (entry.tag === pointers.gps) {
      eraseDirectory(walk, value);
      walk.removed.add('EXIF position');
      doomed.push(entry);
    } else if (entry.tag === makerNote) {
      if (wanted.makerNote) {
        walk.removed.add("the maker's own block");
        doomed.push(entry);
      }
    } else if (entry.tag === pointers.exif || entry.tag === pointers.interoperability) {
      if (cleanDirectory(walk, value) === null) return null;
    } else if (entry.tag === pointers.subDirectories && entry.count === 1) {
      if (cleanDirectory(walk, value) === null) return null;
    } else if (entry.tag === 0x201) thumbnailAt = value;
    else if (entry.tag === 0x202) thumbnailBytes = value;
    else if (entry.tag === 0x2bc || entry.tag === 0x83bb || entry.tag === 0x8649) {
      // What belongs beside the block, and stands inside of it in TIFF files only.
      walk.removed.add('XMP and IPTC inside of EXIF');
      doomed.push(entry);
    } else if (wanted.times && times.has(entry.tag)) {
      walk.removed.add('EXIF times');
      doomed.push(entry);
    } else if (wanted.serials && serials.has(entry.tag)) {
      walk.removed.add('EXIF serial numbers');
      doomed.push(entry);
    }
  }
  const thumbnailEnd = Math.min(block.length, thumbnailAt + thumbnailBytes);
  if (thumbnailAt > 0 && thumbnailAt < thumbnailEnd) walk.thumbnails.push({ start: thumbnailAt, end: thumbnailEnd });
  const next = end + 4 <= block.length ? view.getUint32(end, littleEndian) : 0;
  if (doomed.length > 0) removeEntries(walk, offset, count, doomed);
  return next;
}

/** Closes the gaps in the table; the offset of the next directory moves up with it. */
function removeEntries(
  { block, view, littleEndian }: Walk,
  offset: number,
  count: number,
  doomed: readonly Entry[],
): void {
  for (const entry of doomed) if (entry.tag !== pointers.gps) eraseValue(block, view, entry, littleEndian);
  const end = offset + 2 + count * 12;
  const tail = Math.min(block.length, end + 4);
  for (const { at } of doomed.toReversed()) block.copyWithin(at, at + 12, tail);
  block.fill(0, tail - doomed.length * 12, tail);
  view.setUint16(offset, count - doomed.length, littleEndian);
}

function eraseValue(block: Uint8Array, view: DataView, entry: Entry, littleEndian: boolean): void {
  const bytes = (typeBytes[entry.type] ?? 1) * entry.count;
  if (bytes <= 4) return;
  const start = view.getUint32(entry.at + 8, littleEndian);
  // Never the head of the block, whatever the entry claims.
  if (start >= 8) block.fill(0, start, Math.min(block.length, start + bytes));
}

/** Zeros over the position's directory and all of its values. */
function eraseDirectory({ block, view, littleEndian, seen }: Walk, offset: number): void {
  if (offset < 8 || offset + 2 > block.length || seen.has(offset)) return;
  const count = Math.min(mostFields, view.getUint16(offset, littleEndian));
  const end = Math.min(block.length, offset + 2 + count * 12 + 4);
  for (let at = offset + 2; at + 12 <= end; at += 12) {
    const entry = {
      at,
      tag: 0,
      type: view.getUint16(at + 2, littleEndian),
      count: view.getUint32(at + 4, littleEndian),
    };
    // Longer than anything about a position: not this directory's own.
    if ((typeBytes[entry.type] ?? 1) * entry.count <= 4_096) eraseValue(block, view, entry, littleEndian);
  }
  block.fill(0, offset, end);
}
