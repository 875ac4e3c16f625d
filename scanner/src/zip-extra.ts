import { crc32 } from 'node:zlib';
import { refuseEntry } from './refuse.ts';

export const zip64Field = 0x0001;
const unicodePath = 0x7075;

/**
 * Extra fields by id, with the most bytes they may take. All others are refused: they can hold a second name, a link
 * target, another size or a key, and a program that knows one reads another entry than a program that does not.
 */
const known = new Map<number, number>([
  [zip64Field, 28],
  [0x000a, 64], // times of NTFS
  [0x000d, 12], // times and owner of Unix; anything longer is a link target or device
  [0x5455, 13], // times
  [0x5855, 12], // times and owner, as macOS writes them
  [0x7855, 8], // owner
  [0x7875, 24], // owner
  [0xcafe, 0], // marks a file of Java
  [unicodePath, 512], // compared with the name
]);

/** The extra fields of one header, by id. @throws Problem for one that is broken, unknown, too long or there twice */
export function readExtra(name: string, bytes: Uint8Array): Map<number, Uint8Array> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const fields = new Map<number, Uint8Array>();
  let at = 0;
  while (at + 4 <= bytes.length) {
    const id = view.getUint16(at, true);
    const end = at + 4 + view.getUint16(at + 2, true);
    if (id === 0x9901 || id === 0x0017) throw refuseEntry('zip_encrypted', name, 'is encrypted');
    const most = known.get(id);
    if (end > bytes.length || most === undefined || end - at - 4 > most || fields.has(id)) {
      const what = most === undefined ? 'an extra field of an unknown kind' : 'a broken extra field';
      throw refuseEntry('zip_extra', name, `has ${what} (0x${id.toString(16).padStart(4, '0')})`);
    }
    fields.set(id, bytes.subarray(at + 4, end));
    at = end;
  }
  if (at !== bytes.length) throw refuseEntry('zip_extra', name, 'has a broken extra field');
  return fields;
}

/** Info-ZIP repeats names that are not ASCII in this field. It may repeat the name, and nothing else. */
export function checkUnicodePath(name: string, nameBytes: Uint8Array, fields: ReadonlyMap<number, Uint8Array>): void {
  const field = fields.get(unicodePath);
  if (field === undefined) return;
  const sum = field.length < 5 ? -1 : new DataView(field.buffer, field.byteOffset).getUint32(1, true);
  if (field[0] !== 1 || sum !== crc32(nameBytes) || Buffer.compare(field.subarray(5), nameBytes) !== 0)
    throw refuseEntry('zip_second_name', name, 'has a second name in an extra field');
}

/**
 * The 64-bit numbers that stand for 32-bit ones full of ones, in their fixed order. Exactly as many as are needed: a
 * surplus is a number that one program takes and another does not.
 */
export function readZip64(name: string, fields: ReadonlyMap<number, Uint8Array>, needed: number): number[] {
  const field = fields.get(zip64Field);
  // Empty but there, it is there for nothing.
  if (field === undefined ? needed > 0 : needed === 0 || field.length !== needed * 8)
    throw refuseEntry('zip64', name, 'has ZIP64 sizes that do not fit its other sizes');
  if (field === undefined) return [];
  const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
  // Over 2^53 it is no longer exact, and far over every limit all the same.
  return Array.from({ length: needed }, (_, index) => Number(view.getBigUint64(index * 8, true)));
}
