import { refuseEntry } from './refuse.ts';
import { checkUnicodePath, readExtra, readZip64, zip64Field } from './zip-extra.ts';
import type { ZipEntry } from './zip-directory.ts';

const localSignature = 0x04034b50;
const descriptorSignature = 0x08074b50;
const localBytes = 30;
const full32 = 0xffffffff;

/** Where an entry's data lies, and where the next entry begins. */
export type Place = { dataStart: number; dataEnd: number; next: number };

/**
 * Finds an entry's data by its local header, which must say what the directory says: programs that read from the front
 * believe the one, programs that read from the back the other.
 * @param limit where the directory begins
 */
export function placeEntry(bytes: Uint8Array, entry: ZipEntry, limit: number): Place {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { offset, name } = entry;
  const outside = () => refuseEntry('zip_overlap', name, 'reaches beyond the entries');
  if (offset + localBytes > limit) throw outside();
  if (view.getUint32(offset, true) !== localSignature)
    throw refuseEntry('zip_local_mismatch', name, 'has no local header');
  const nameEnd = offset + localBytes + view.getUint16(offset + 26, true);
  const dataStart = nameEnd + view.getUint16(offset + 28, true);
  if (dataStart > limit) throw outside();
  if (Buffer.compare(bytes.subarray(offset + localBytes, nameEnd), entry.nameBytes) !== 0)
    throw refuseEntry('zip_local_mismatch', name, 'has another name in its local header');
  const fields = readExtra(name, bytes.subarray(nameEnd, dataStart));
  checkUnicodePath(name, entry.nameBytes, fields);
  checkNumbers(view, entry, fields);

  const dataEnd = dataStart + entry.compressedSize;
  if (dataEnd > limit) throw outside();
  if (!entry.descriptor) return { dataStart, dataEnd, next: dataEnd };
  // Without a length in front, whoever reads from the front ends the data at the first thing that looks like its end.
  const stored = Buffer.from(bytes.buffer, bytes.byteOffset + dataStart, dataEnd - dataStart);
  if (entry.method === 0 && stored.includes('PK\x07\x08', 0, 'latin1'))
    throw refuseEntry('zip_descriptor', name, 'contains what looks like the data descriptor that ends it');
  return {
    dataStart,
    dataEnd,
    next: endOfDescriptor(view, entry, { start: dataEnd, limit, wide: fields.has(zip64Field) }),
  };
}

function checkNumbers(view: DataView, entry: ZipEntry, fields: ReadonlyMap<number, Uint8Array>): void {
  const { offset, name, descriptor } = entry;
  if (view.getUint16(offset + 6, true) !== entry.flags || view.getUint16(offset + 8, true) !== entry.method)
    throw refuseEntry('zip_local_mismatch', name, 'has other flags or another method in its local header');
  let sizes = [view.getUint32(offset + 22, true), view.getUint32(offset + 18, true)];
  // Here, unlike in the directory, both or none are in the extra field.
  const long = sizes.filter((size) => size === full32).length;
  if (long === 1) throw refuseEntry('zip64', name, 'has one ZIP64 size where it needs two');
  const wide = readZip64(name, fields, long);
  if (long === 2) sizes = wide;
  const said = [view.getUint32(offset + 14, true), ...sizes];
  // With a data descriptor the header may leave checksum and sizes at zero; it may not say something else.
  const agrees = [entry.crc, entry.size, entry.compressedSize].every(
    (value, index) => said[index] === value || (descriptor && said[index] === 0),
  );
  if (!agrees) throw refuseEntry('zip_local_mismatch', name, 'has another checksum or size in its local header');
}

function endOfDescriptor(
  view: DataView,
  entry: ZipEntry,
  { start, limit, wide }: { start: number; limit: number; wide: boolean },
): number {
  const bytes = wide ? 20 : 12;
  const size = (at: number) => (wide ? Number(view.getBigUint64(at, true)) : view.getUint32(at, true));
  for (const signed of [4, 0]) {
    const at = start + signed;
    if (at + bytes > limit || (signed > 0 && view.getUint32(start, true) !== descriptorSignature)) continue;
    const agrees =
      view.getUint32(at, true) === entry.crc &&
      size(at + 4) === entry.compressedSize &&
      size(at + 4 + (bytes - 4) / 2) === entry.size;
    if (agrees) return at + bytes;
  }
  throw refuseEntry('zip_descriptor', entry.name, 'has a data descriptor that does not fit it');
}
