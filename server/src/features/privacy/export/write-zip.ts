import { createNodeChecksum } from '@proofpix/evidence/node-checksum';
import { directoryEntry, endOfArchive, localHeader, type Entry } from '@proofpix/evidence/zip-layout';

/** Opened twice: a ZIP says the checksum of what follows before it follows. */
export type ZipFile = { path: string; open: () => AsyncIterable<Uint8Array> | Iterable<Uint8Array> };

/** The bytes of an archive, piece by piece: in memory are one piece and the names of the files. */
export async function* writeZip(files: AsyncIterable<ZipFile>): AsyncGenerator<Uint8Array> {
  const entries: Entry[] = [];
  let offset = 0;
  for await (const { path, open } of files) {
    const sum = createNodeChecksum();
    for await (const piece of open()) sum.update(piece);
    const { size, crc32 } = sum.done();
    const entry = { path, size, crc32, offset };
    const header = localHeader(entry);
    yield header;
    let sent = 0;
    for await (const piece of open()) {
      sent += piece.length;
      yield piece;
    }
    if (sent !== size) throw new Error('A file changed while it was exported.');
    entries.push(entry);
    offset += header.length + size;
  }
  const start = offset;
  for (const entry of entries) {
    const bytes = directoryEntry(entry);
    offset += bytes.length;
    yield bytes;
  }
  yield endOfArchive({ count: entries.length, size: offset - start, offset: start });
}

export function textInZip(path: string, text: string): ZipFile {
  const bytes = Buffer.from(text);
  return { path, open: () => [bytes] };
}
