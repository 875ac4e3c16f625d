import type { TiffContent, TiffField } from './containers/tiff.ts';
import { viewOf } from './byte-source.ts';

const exifPointer = 0x8769;
const gpsPointer = 0x8825;
const unsignedLong = 4;

/** A small TIFF structure with just these fields: what the tag library gets to see, whatever the photo's size. */
export function writeTiff(content: TiffContent): Uint8Array {
  const { littleEndian } = content;
  const children = (
    [
      [exifPointer, content.exif],
      [gpsPointer, content.gps],
    ] as const
  ).filter(([, fields]) => fields.length > 0);
  const pointers = children.map(([tag]) => ({ tag, type: unsignedLong, count: 1, bytes: new Uint8Array(4) }));
  const main = [...content.main, ...pointers];

  const sizes = [main, ...children.map(([, fields]) => fields)].map(directorySize);
  const bytes = new Uint8Array(8 + sizes.reduce((sum, size) => sum + size, 0));
  const view = viewOf(bytes);
  bytes.set(littleEndian ? [0x49, 0x49] : [0x4d, 0x4d]);
  view.setUint16(2, 42, littleEndian);
  view.setUint32(4, 8, littleEndian);
  let next = 8 + (sizes[0] ?? 0);
  children.forEach(([, fields], index) => {
    const pointer = pointers[index];
    if (pointer !== undefined) viewOf(pointer.bytes).setUint32(0, next, littleEndian);
    writeDirectory(bytes, next, fields, littleEndian);
    next += sizes[index + 1] ?? 0;
  });
  writeDirectory(bytes, 8, main, littleEndian);
  return bytes;
}

function directorySize(fields: readonly TiffField[]): number {
  return fields.reduce((sum, { bytes }) => sum + 12 + (bytes.length > 4 ? bytes.length : 0), 6);
}

function writeDirectory(target: Uint8Array, start: number, fields: readonly TiffField[], littleEndian: boolean): void {
  const view = viewOf(target);
  view.setUint16(start, fields.length, littleEndian);
  let behind = start + 6 + fields.length * 12;
  fields.forEach(({ tag, type, count, bytes }, index) => {
    const at = start + 2 + index * 12;
    view.setUint16(at, tag, littleEndian);
    view.setUint16(at + 2, type, littleEndian);
    view.setUint32(at + 4, count, littleEndian);
    if (bytes.length <= 4) return target.set(bytes, at + 8);
    view.setUint32(at + 8, behind, littleEndian);
    target.set(bytes, behind);
    behind += bytes.length;
  });
}
