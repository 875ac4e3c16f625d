import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';
import { limits } from '@proofpix/contract/limits';
import { overRatio } from '@proofpix/scanner/budget';
import { writeTarGz } from './write-tar-gz.ts';

const plainFile = 0o100644;

export type WrittenFormat = 'zip' | 'tgz';

/**
 * An archive of the files whose bytes depend on nothing but them: sorted paths, no times, no owners, one compression
 * level.
 * @example const archive = await writeArchive(new Map([['manifest.json', bytes], ['index.js', code]]));
 */
export async function writeArchive(
  files: ReadonlyMap<string, Uint8Array>,
  format: WrittenFormat = 'zip',
): Promise<Uint8Array> {
  const sorted = [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return format === 'zip' ? writeZip(sorted) : writeTarGz(sorted);
}

type Sorted = readonly (readonly [path: string, bytes: Uint8Array])[];

async function writeZip(sorted: Sorted): Promise<Uint8Array> {
  const archive = await compress(sorted, new Set());
  const total = sorted.reduce((sum, [, bytes]) => sum + bytes.length, 0);
  if (!overRatio(total, archive.length)) return archive;
  // What compresses this well looks like a bomb to the intake, although it came in as an honest, larger archive: as much
  // as the ratio asks for is left uncompressed.
  return compress(sorted, leftAsTheyAre(sorted, total / limits.packageRatio));
}

/** The smallest file that is large enough, or several of the largest. */
function leftAsTheyAre(sorted: Sorted, enough: number): Set<string> {
  const bySize = sorted.toSorted(([, a], [, b]) => a.length - b.length);
  const one = bySize.find(([, bytes]) => bytes.length >= enough);
  if (one) return new Set([one[0]]);
  const taken = new Set<string>();
  let sum = 0;
  for (const [path, bytes] of bySize.reverse()) {
    if (sum >= enough) break;
    taken.add(path);
    sum += bytes.length;
  }
  return taken;
}

async function compress(sorted: Sorted, asTheyAre: ReadonlySet<string>): Promise<Uint8Array> {
  const zip = new ZipFile();
  // ZIP keeps local time: local midnight gives the same bytes in every time zone. Not the first of January, which is the
  // earliest that ZIP can say: yazl would move it by the difference between time zones.
  const noTime = new Date(1980, 1, 1);
  for (const [path, bytes] of sorted) {
    const contents = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const compressionLevel = asTheyAre.has(path) ? 0 : 9;
    zip.addBuffer(contents, path, { mtime: noTime, mode: plainFile, compressionLevel, forceDosTimestamp: true });
  }
  zip.end();
  return new Uint8Array(await buffer(zip.outputStream));
}
