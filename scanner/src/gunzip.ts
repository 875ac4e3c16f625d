import { crc32, createInflateRaw } from 'node:zlib';
import { limits } from '@proofpix/contract/limits';
import { refuseArchive } from './refuse.ts';

const headerBytes = 10;
const trailerBytes = 8;
const flag = { headerCrc: 2, extra: 4, name: 8, comment: 16, reserved: 0xe0 };
/** A tar is its files and, for each, a header, an extended header and padding. */
const mostBytes = limits.packageUnpackedBytes + limits.packageEntries * 4 * 512 + 1024 * 1024;
const ratioFrom = 1024 * 1024;

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
      if (size > mostBytes) throw refuseArchive(`is over ${limits.packageUnpackedBytes / 1024 / 1024} MB unpacked`);
      if (size > ratioFrom && size > bytes.length * limits.packageRatio) {
        throw refuseArchive(`unpacks to more than ${limits.packageRatio} times its size`);
      }
      crc = crc32(chunk, crc);
      yield chunk;
    }
  } catch (error) {
    // zlib's own errors carry an errno; everything else is ours or the reader's.
    if (error instanceof Error && 'errno' in error) throw refuseArchive('cannot be unpacked: it is cut off or damaged');
    throw error;
  }
  const trailer = start + inflater.bytesWritten;
  if (trailer + trailerBytes > bytes.length) throw refuseArchive('cannot be unpacked: it is cut off or damaged');
  if (trailer + trailerBytes < bytes.length) throw refuseArchive('has bytes behind its end');
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(trailer, true) !== crc) throw refuseArchive('does not have its checksum');
  if (view.getUint32(trailer + 4, true) !== size % 2 ** 32)
    throw refuseArchive('unpacks to another size than it declares');
}

function endOfHeader(bytes: Uint8Array): number {
  const flags = bytes[3] ?? 0xff;
  let at = headerBytes;
  if ((flags & flag.reserved) !== 0) throw refuseArchive('has a gzip header of an unknown kind');
  if ((flags & flag.extra) !== 0) at += 2 + (bytes[at] ?? 0) + (bytes[at + 1] ?? 0) * 256;
  for (const text of [flag.name, flag.comment]) {
    if ((flags & text) === 0) continue;
    const end = bytes.indexOf(0, at);
    if (end === -1) throw refuseArchive('is cut off in its gzip header');
    at = end + 1;
  }
  if ((flags & flag.headerCrc) !== 0) at += 2;
  if (at >= bytes.length) throw refuseArchive('is cut off in its gzip header');
  return at;
}
