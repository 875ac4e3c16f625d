import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** Local midnight: ZIP keeps local time, so this gives the same bytes in every time zone. It is the earliest ZIP can say. */
const noTime = new Date(1980, 0, 1);
const plainFile = 0o100644;

/**
 * A ZIP of the files whose bytes depend on nothing but them: sorted paths, no times, no owners, one compression level.
 * @example const archive = await writeArchive(new Map([['manifest.json', bytes], ['index.js', code]]));
 */
export async function writeArchive(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const [path, bytes] of sorted) {
    const contents = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    zip.addBuffer(contents, path, { mtime: noTime, mode: plainFile, compressionLevel: 9, forceDosTimestamp: true });
  }
  zip.end();
  return new Uint8Array(await buffer(zip.outputStream));
}
