import { viewOf } from './wanted.ts';

type Range = { start: number; end: number };
type Entry = { /** Of the entry in the file. */ at: number; start: number; length: number };

const mostPictures = 50;

/** Where the pictures lie that a multi-picture index (CIPA DC-007) names behind the first one. */
export function multiPictureRanges(bytes: Uint8Array, index: Range): Range[] {
  return entriesOf(bytes, index)
    .slice(1)
    .map(({ start, length }) => ({ start, end: Math.min(bytes.length, start + length) }))
    .filter(({ start, end }) => start < end);
}

/** Writes into the index where its pictures will lie once the doomed ranges are gone. */
export function mapMultiPictures(bytes: Uint8Array, index: Range, doomed: readonly Range[]): void {
  const goneBefore = (at: number) =>
    doomed.reduce((sum, { start, end }) => sum + Math.max(0, Math.min(at, end) - Math.min(at, start)), 0);
  const view = viewOf(bytes);
  const littleEndian = bytes[index.start] === 0x49;
  entriesOf(bytes, index).forEach(({ at, start, length }, place) => {
    if (place === 0)
      view.setUint32(at + 4, Math.max(0, length - goneBefore(Math.min(bytes.length, length))), littleEndian);
    else view.setUint32(at + 8, start - goneBefore(start) - (index.start - goneBefore(index.start)), littleEndian);
  });
}

function entriesOf(bytes: Uint8Array, index: Range): Entry[] {
  const block = bytes.subarray(index.start, index.end);
  const view = viewOf(block);
  const littleEndian = block[0] === 0x49;
  if (block.length < 16) return [];
  const directory = view.getUint32(4, littleEndian);
  if (directory + 2 > block.length) return [];
  const entries: Entry[] = [];
  const fields = Math.min(100, view.getUint16(directory, littleEndian));
  for (let at = directory + 2; at + 12 <= block.length && at < directory + 2 + fields * 12; at += 12) {
    if (view.getUint16(at, littleEndian) !== 0xb002) continue;
    const count = Math.min(mostPictures, Math.floor(view.getUint32(at + 4, littleEndian) / 16));
    const table = view.getUint32(at + 8, littleEndian);
    for (let entry = 0; entry < count && table + (entry + 1) * 16 <= block.length; entry += 1) {
      const from = table + entry * 16;
      const offset = view.getUint32(from + 8, littleEndian);
      entries.push({
        at: index.start + from,
        start: offset === 0 ? 0 : index.start + offset,
        length: view.getUint32(from + 4, littleEndian),
      });
    }
  }
  return entries;
}
