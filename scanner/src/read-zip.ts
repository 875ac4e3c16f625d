import { createBudget } from './budget.ts';
import { inflate } from './inflate.ts';
import { createPathRegister } from './paths.ts';
import { refuseArchive, refuseEntry } from './refuse.ts';
import { readCentralDirectory, type ZipEntry } from './zip-directory.ts';
import { findZipEnd } from './zip-end.ts';
import { placeEntry, type Place } from './zip-local.ts';

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
    if (entry.path !== null) register(entry.path, entry.folder ? 'folder' : 'file');
  }

  const placed: { entry: ZipEntry; place: Place }[] = [];
  let expected = 0;
  for (const entry of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (entry.offset < expected) throw refuseEntry('zip_overlap', entry.name, 'overlaps another entry');
    if (entry.offset > expected)
      throw refuseEntry('zip_hidden_bytes', entry.name, 'follows bytes that belong to no entry');
    const place = placeEntry(bytes, entry, end.directoryStart);
    expected = place.next;
    placed.push({ entry, place });
  }
  if (expected !== end.directoryStart)
    throw refuseArchive('zip_hidden_bytes', 'has bytes between its entries and its directory');

  const files = new Map<string, Uint8Array>();
  // One after the other: memory holds one entry in flight, and the thread pool stays free for others.
  for (const { entry, place } of placed) {
    // Folders too: they may be deflated, and then what they hold must be nothing.
    const content = await inflate(entry.name, bytes.subarray(place.dataStart, place.dataEnd), entry);
    if (!entry.folder && entry.path !== null) files.set(entry.path, content);
  }
  return files;
}
