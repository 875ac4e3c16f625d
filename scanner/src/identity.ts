import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';

/** Bytes hashed between two turns of the event loop: about 3 ms of work, so that a large package delays nobody. */
const sliceBytes = 2 * 1024 * 1024;

/** SHA-256 of bytes as lower-case hex, giving way to others between slices. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const hash = createHash('sha256');
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    if (start > 0) await setImmediate();
    hash.update(bytes.subarray(start, start + sliceBytes));
  }
  return hash.digest('hex');
}

/**
 * The canonical listing: a line `path TAB size TAB sha256` for each file, sorted by the bytes of the path. The path rules
 * allow neither tab nor line feed, so no two packages share a listing.
 */
export async function canonicalListing(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  const lines: string[] = [];
  let sinceBreak = 0;
  for (const [path, bytes] of [...files].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))) {
    lines.push(`${path}\t${bytes.length}\t${await sha256(bytes)}\n`);
    sinceBreak += bytes.length + 10_000; // the cost of a small file is not its bytes
    if (sinceBreak > sliceBytes) {
      await setImmediate();
      sinceBreak = 0;
    }
  }
  return lines.join('');
}

/** Identity of a package: the same for ZIP and TAR.GZ, whatever the compressor, order or times. */
export async function packageDigest(files: ReadonlyMap<string, Uint8Array>): Promise<string> {
  return sha256(Buffer.from(await canonicalListing(files)));
}
