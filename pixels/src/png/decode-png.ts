import { Unzlib } from 'fflate';
import type { ByteSource } from '../byte-source.ts';
import { decodeDefaults, PictureError, type DecodeOptions, type Decoding } from '../decoding.ts';
import { fitted } from '../resize.ts';
import { createMeans } from './means.ts';
import { createRows, type Header } from './rows.ts';

const signature = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];
const mostChunks = 100_000;
/** One byte can unpack to a thousand: what one piece unpacks to has to fit into a plugin's memory. */
const pieceBytes = 16 * 1024;
const readBytes = 256 * 1024;
/** Several hundred megapixels in eight bits: a second or two of work. */
const mostUnpackedBytes = 1024 * 1024 * 1024;
const channelsOfType: Record<number, number> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * Decodes a PNG of any kind at the size that is asked for. Row by row: neither the file nor the picture is ever held as
 * a whole, so that a small file that claims a huge picture costs time within a limit, and no memory.
 */
export async function decodePng(source: ByteSource, options: DecodeOptions = {}): Promise<Decoding> {
  const { longestSide, maxPixels } = { ...decodeDefaults, ...options };
  const head = await source.read(0, 33);
  if (head.length < 33 || signature.some((byte, index) => head[index] !== byte)) {
    return { ok: false, why: 'The bytes are no PNG.' };
  }
  const header = readHeader(head);
  if (typeof header === 'string') return { ok: false, why: header };
  const size = fitted(header.width, header.height, longestSide);
  if (size.width * size.height > maxPixels) return { ok: false, why: 'The picture asked for is too large.' };
  const means = createMeans(header, size);
  const rows = createRows(header, means);
  let why: string | undefined;
  try {
    await unpack(source, header, rows.push);
  } catch (error) {
    why = error instanceof PictureError ? error.message : 'The packed picture data are damaged.';
  }
  const { share } = rows;
  if (share === 0) return { ok: false, why: why ?? 'The PNG has no picture data.' };
  return {
    ok: true,
    picture: means.picture(),
    width: header.width,
    height: header.height,
    share,
    ...(share < 1 ? { why: why ?? 'The picture data end early.' } : {}),
  };
}

function readHeader(head: Uint8Array): Header | string {
  const view = new DataView(head.buffer, head.byteOffset, head.byteLength);
  const [depth = 0, type = 0] = head.subarray(24);
  const width = view.getUint32(16);
  const height = view.getUint32(20);
  const channels = channelsOfType[type];
  if (width === 0 || height === 0 || channels === undefined || ![1, 2, 4, 8, 16].includes(depth)) {
    return 'The header of the PNG contradicts itself.';
  }
  const bytes = Math.ceil((width * channels * depth) / 8) * height;
  if (bytes > mostUnpackedBytes || Math.max(width, height) > 100_000) {
    return `The picture claims ${width} × ${height} pixels: more than are decoded here.`;
  }
  return { width, height, depth, type, channels, interlaced: head[28] === 1, palette: null, transparency: null };
}

/** Walks the chunks and unpacks those of the picture, in pieces. Checksums are not looked at: pixels are wanted. */
async function unpack(source: ByteSource, header: Header, push: (bytes: Uint8Array) => boolean): Promise<void> {
  let done = false;
  const stream = new Unzlib((bytes) => {
    done = done || push(bytes);
  });
  let at = 8;
  for (let count = 0; count < mostChunks; count += 1) {
    const head = await source.read(at, 8);
    if (head.length < 8) return;
    const length = new DataView(head.buffer, head.byteOffset, 8).getUint32(0);
    const type = String.fromCharCode(...head.subarray(4));
    const start = at + 8;
    if (type === 'PLTE') header.palette = await source.read(start, Math.min(length, 768));
    else if (type === 'tRNS') header.transparency = await source.read(start, Math.min(length, 256));
    else if (type === 'IEND') return;
    else if (type === 'IDAT') {
      for (let offset = 0; offset < length;) {
        const bytes = await source.read(start + offset, Math.min(readBytes, length - offset));
        if (bytes.length === 0) return;
        for (let piece = 0; piece < bytes.length; piece += pieceBytes) {
          stream.push(bytes.subarray(piece, piece + pieceBytes));
          if (done) return;
        }
        offset += bytes.length;
      }
    }
    at = start + length + 4;
  }
}
