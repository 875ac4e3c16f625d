import { crc32, createInflateRaw } from 'node:zlib';
import { limits } from '@proofpix/contract/limits';
import { overRatio } from './budget.ts';
import { refuseArchive } from './refuse.ts';

const headerBytes = 10;
const trailerBytes = 8;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
/** A tar is its files and, for each, a header, an extended header and padding. */
const mostBytes = limits.packageUnpackedBytes + limits.packageEntries * 4 * 512 + 1024 * 1024;

/**
 * The content of exactly one gzip member, chunk by chunk, with its checksum and length checked at the end. Node's own
 * gunzip reads on into further members and skips garbage behind them, so that two programs would see two archives.
 * @throws Problem `package_refused`
 */
export async function* gunzip(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  const start = endOfHeader(bytes);
  const inflater = createInflateRaw({ chunkSize: 64 * 1024 });
  let crc = 0;
  let size = 0;
  inflater.end(bytes.subarray(start));
  try {
    for await (const chunk of inflater as AsyncIterable<Buffer>) {
      // it is not in object mode: chunks are buffers
      size += chunk.length;
      if (size > mostBytes)
        throw refuseArchive('unpacked_too_large', `is over ${limits.packageUnpackedBytes / 1024 / 1024} MB unpacked`);
      if (overRatio(size, bytes.length)) {
        throw refuseArchive('ratio', `unpacks to more than ${limits.packageRatio} times its size`);
      }
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    // zlib's own errors carry an errno; everything else is ours or the reader's.
    if (error instanceof Error && 'errno' in error)
      throw refuseArchive('damaged', 'cannot be unpacked: it is cut off or damaged');
    throw error;
  }
  const trailer = start + inflater.bytesWritten;
  if (trailer + trailerBytes > bytes.length)
    throw refuseArchive('truncated', 'cannot be unpacked: it is cut off or damaged');
  if (trailer + trailerBytes < bytes.length) throw refuseArchive('trailing_data', 'has bytes behind its end');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(trailer, true) !== crc) throw refuseArchive('checksum', 'does not have its checksum');
  if (view.getUint32(trailer + 4, true) !== size % 2 ** 32)
    throw refuseArchive('size_mismatch', 'unpacks to another size than it declares');
}

/** Of what a header can carry only the name of the tar is of use; the rest is a place for something else. */
function endOfHeader(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0xff;
  if ((flags & (flag.reserved | flag.extra | flag.comment | flag.headerCrc)) !== 0)
    throw refuseArchive('gzip_header', 'has a gzip header of an unknown kind');
  let at = headerBytes;
  if ((flags & flag.name) !== 0) {
    const end = bytes.indexOf(0, at);
    if (end === -1) throw refuseArchive('truncated', 'is cut off in its gzip header');
    // Programs that restore this name write there: it leads nowhere and shows what it is.
    const name = Buffer.from(bytes.subarray(at, end)).toString('latin1');
    if (name.length > limits.packagePathBytes || /(?![\x80-\x9f])\p{Cc}|[/\\:]/u.test(name) || /^\.*$/.test(name))
      throw refuseArchive('gzip_header', 'has a name in its gzip header that is none');
    at = end + 1;
  }
  if (at >= bytes.length) throw refuseArchive('truncated', 'is cut off in its gzip header');
  return at;
}
