import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

const plainFile = 0o100644;

/**
 * A ZIP of the files whose bytes depend on nothing but them: sorted paths, no times, no owners, one compression level.
 * @example const archive = await writeArchive(new Map([['manifest.json', bytes], ['index.js', code]]));
 */
export async function writeArchive(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const zip = new ZipFile();
  // ZIP keeps local time: local midnight gives the same bytes in every time zone. Not the first of January, which is the
  // earliest that ZIP can say: yazl would move it by the difference between time zones.
  const noTime = new Date(1980, 1, 1);
  const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  for (const [path, bytes] of sorted) {
    const contents = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    zip.addBuffer(contents, path, { mtime: noTime, mode: plainFile, compressionLevel: 9, forceDosTimestamp: true });
  }
  zip.end();
  return new Uint8Array(await buffer(zip.outputStream));
}
