import { createBudget } from './budget.ts';
import { inflate } from './inflate.ts';
import { createPathRegister } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { checkExtra, findZipEnd, readCentralDirectory, type ZipEntry } from './zip-directory.ts';

const localSignature = 0x04034b50;
const descriptorSignature = 0x08074b50;
const localBytes = 30;

type Placed = ZipEntry & { dataStart: number };

/**
 * Reads a ZIP so that only one reading exists: entries must lie end to end from the first byte to the directory, and
 * each local header must say what the directory says. Prefixes, gaps, overlaps and hidden entries all break that.
 * @throws Problem `package_refused`
 */
export async function readZip(bytes: Uint8Array): Promise<Map<string, Uint8Array>> {
  const end = findZipEnd(bytes);
  const entries = readCentralDirectory(bytes, end);
  const budget = createBudget(bytes.length);
  const register = createPathRegister();
  for (const entry of entries) {
    budget.claim(entry.name, entry.size);
    register(entry.path, entry.folder ? 'folder' : 'file');
  }

  const view = viewOf(bytes);
  const placed: Placed[] = [];
  let expected = 0;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset !== expected) {
      throw refuseEntry(
        entry.name,
        entry.offset < expected ? 'overlaps another entry' : 'follows bytes that belong to no entry',
      );
    }
    const dataStart = checkLocalHeader(view, bytes, entry, end.directoryStart);
    expected = dataStart + entry.compressedSize;
    if (expected > end.directoryStart) throw refuseEntry(entry.name, 'reaches beyond the entries');
    if (entry.descriptor) expected = checkDescriptor(view, entry, expected, end.directoryStart);
    placed.push({ ...entry, dataStart });
  }
  if (expected !== end.directoryStart) throw refuseArchive('has bytes between its entries and its directory');

  const files = new Map<string, Uint8Array>();
  // One after the other: memory holds one entry in flight, and the thread pool stays free for others.
  for (const entry of placed) {
    const packed = bytes.subarray(entry.dataStart, entry.dataStart + entry.compressedSize);
    if (entry.folder) continue;
    files.set(entry.path, await inflate(entry.name, packed, entry));
  }
  return files;
}

/** @returns where the entry's data begins */
function checkLocalHeader(view: DataView, bytes: Uint8Array, entry: ZipEntry, limit: number): number {
  const { offset, name } = entry;
  if (offset + localBytes > limit) throw refuseEntry(name, 'lies outside the archive');
  if (view.getUint32(offset, true) !== localSignature) throw refuseEntry(name, 'has no local header');
  const nameLength = view.getUint16(offset + 26, true);
  const dataStart = offset + localBytes + nameLength + view.getUint16(offset + 28, true);
  if (dataStart > limit) throw refuseEntry(name, 'lies outside the archive');
  const localName = bytes.subarray(offset + localBytes, offset + localBytes + nameLength);
  if (Buffer.compare(localName, entry.nameBytes) !== 0) throw refuseEntry(name, 'has another name in its local header');
  checkExtra(name, view, offset + localBytes + nameLength, dataStart);
  if (view.getUint16(offset + 6, true) !== entry.flags || view.getUint16(offset + 8, true) !== entry.method) {
    throw refuseEntry(name, 'has other flags or another method in its local header');
  }
  const said = [
    view.getUint32(offset + 14, true),
    view.getUint32(offset + 18, true),
    view.getUint32(offset + 22, true),
  ];
  const known = [entry.crc, entry.compressedSize, entry.size];
  // With a data descriptor the header may leave crc and sizes at zero; it may not say something else.
  const agrees = known.every((value, index) => said[index] === value || (entry.descriptor && said[index] === 0));
  if (!agrees) throw refuseEntry(name, 'has another checksum or size in its local header');
  return dataStart;
}

/** @returns where the next entry begins */
function checkDescriptor(view: DataView, entry: ZipEntry, start: number, limit: number): number {
  for (const signed of [4, 0]) {
    const at = start + signed;
    if (at + 12 > limit || (signed > 0 && view.getUint32(start, true) !== descriptorSignature)) continue;
    const agrees =
      view.getUint32(at, true) === entry.crc &&
      view.getUint32(at + 4, true) === entry.compressedSize &&
      view.getUint32(at + 8, true) === entry.size;
    if (agrees) return at + 12;
  }
  throw refuseEntry(entry.name, 'has a data descriptor that does not fit it');
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
