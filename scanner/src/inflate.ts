import { setImmediate } from 'node:timers/promises';
import { promisify } from 'node:util';
import { crc32, inflateRaw } from 'node:zlib';
import { refuseEntry } from './refuse.ts';

const sliceBytes = 4 * 1024 * 1024;

/** What the archive says about an entry's data; nothing of it is believed. */
type Declared = { method: number; size: number; crc: number };

/**
 * Unpacks one ZIP entry off the event loop, never beyond the size it declared.
 * @throws Problem `package_refused` when size or checksum are not the declared ones, or bytes are left over
 */
export async function inflate(name: string, packed: Uint8Array, declared: Declared): Promise<Uint8Array> {
  const bytes = declared.method === 0 ? packed.slice() : await inflateExactly(name, packed, declared.size);
  if ((await checksum(bytes)) !== declared.crc) throw refuseEntry('checksum', name, 'does not have its checksum');
  return bytes;
}

async function inflateExactly(name: string, packed: Uint8Array, size: number): Promise<Uint8Array> {
  let unpacked: { buffer: Buffer; engine: { bytesWritten: number } };
  try {
    // zlib stops as soon as the output passes this: a lying size costs what it declared, not what it hides.
    unpacked = await inflateRawWithInfo(packed, { maxOutputLength: Math.max(size, 1), info: true });
  } catch (error) {
    const tooLong = error instanceof RangeError;
    throw tooLong
      ? refuseEntry('size_mismatch', name, 'unpacks to more than it declares')
      : refuseEntry('damaged', name, 'cannot be unpacked');
  }
  if (unpacked.buffer.length !== size)
    throw refuseEntry('size_mismatch', name, 'unpacks to another size than it declares');
  if (unpacked.engine.bytesWritten !== packed.length)
    throw refuseEntry('trailing_data', name, 'has bytes behind its compressed data');
  const { buffer } = unpacked;
  // Small results lie in Node's shared pool: they get memory of their own, because files are handed on as memory.
  return buffer.buffer.byteLength === size ? new Uint8Array(buffer.buffer) : new Uint8Array(buffer);
}

// The typings leave out what `info` adds to the result.
const inflateRawWithInfo = promisify(inflateRaw) as unknown as (
  packed: Uint8Array,
  options: { maxOutputLength: number; info: true },
) => Promise<{ buffer: Buffer; engine: { bytesWritten: number } }>;

async function checksum(bytes: Uint8Array): Promise<number> {
  let value = 0;
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    if (start > 0) await setImmediate();
    value = crc32(bytes.subarray(start, start + sliceBytes), value);
  }
  return value;
}
