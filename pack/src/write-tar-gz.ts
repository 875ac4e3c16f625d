import { gzipSync } from 'node:zlib';
import { Problem } from '@proofpix/contract/errors';
import { overRatio } from '@proofpix/scanner/budget';

const blockBytes = 512;
const nameBytes = 100;
const prefixBytes = 155;
/** The byte of a gzip header that names the system, and its value for "unknown". */
const systemAt = 9;
const noSystem = 255;

/**
 * A TAR.GZ of the files whose bytes depend on nothing but them: sorted paths, no times, no owners, one compression level,
 * and no word about the system it was made on.
 */
export function writeTarGz(sorted: readonly (readonly [path: string, bytes: Uint8Array])[]): Uint8Array {
  const parts: Uint8Array[] = [];
  for (const [path, bytes] of sorted) {
    parts.push(header({ ...splitPath(path), size: bytes.length }), bytes, padding(bytes.length));
  }
  parts.push(new Uint8Array(2 * blockBytes));
  const tar = Buffer.concat(parts);
  const packed = gzipSync(tar, { level: 9 });
  if (overRatio(tar.length, packed.length))
    throw new Problem('pack_failed', 'It compresses so well that it would be refused as a bomb. Pack a ZIP.');
  packed[systemAt] = noSystem;
  return new Uint8Array(packed.buffer, packed.byteOffset, packed.byteLength);
}

/**
 * A path as name and prefix, which a slash divides. @throws Problem `pack_failed` where no slash stands at the right
 * place: an extended header would say another name than the entry itself, which the intake refuses.
 */
function splitPath(path: string): { name: string; prefix: string } {
  if (Buffer.byteLength(path) <= nameBytes) return { name: path, prefix: '' };
  for (let slash = path.indexOf('/'); slash !== -1; slash = path.indexOf('/', slash + 1)) {
    const [prefix, name] = [path.slice(0, slash), path.slice(slash + 1)];
    if (Buffer.byteLength(prefix) <= prefixBytes && Buffer.byteLength(name) <= nameBytes) return { name, prefix };
  }
  throw new Problem('pack_failed', `The path ${path} is too long for a TAR.GZ. Pack a ZIP, or shorten it.`);
}

function header(entry: { name: string; prefix: string; size: number }): Uint8Array {
  const block = Buffer.alloc(blockBytes);
  block.write(entry.name, 0, nameBytes);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${entry.size.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0', 257, 'latin1');
  block.write('00', 263);
  block.write(entry.prefix, 345, prefixBytes);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

function padding(size: number): Uint8Array {
  return new Uint8Array((blockBytes - (size % blockBytes)) % blockBytes);
}
