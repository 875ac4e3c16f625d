import type { Picture } from '../picture.ts';
import { acChrominance, acLuminance, chrominance, dcChrominance, dcLuminance, luminance, zigzag } from './tables.ts';

type HuffmanSpec = { counts: readonly number[]; symbols: readonly number[] };
/** By symbol: code and its length. */
type HuffmanCodes = { code: Uint16Array; length: Uint8Array };

/** Cosines of the 8-point transform, with its scale factors folded in. */
const cosine = Float32Array.from({ length: 64 }, (_, index) => {
  const frequency = index >> 3;
  return (frequency === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * (index & 7) + 1) * frequency * Math.PI) / 16);
});

/**
 * A baseline JPEG, 4:4:4, with the tables of the standard's annex K.
 * @param segments bytes put right behind the start marker: APP1 with EXIF, XMP and so on
 * @param quality 1 to 100, as in libjpeg
 */
export function encodeJpeg(picture: Picture, segments: readonly Uint8Array[], quality: number): Uint8Array {
  const tables = [scaled(luminance, quality), scaled(chrominance, quality)] as const;
  const out = createBytes(picture.width * picture.height + 64 * 1024);
  out.put([0xff, 0xd8]);
  for (const segment of segments) out.put(segment);
  tables.forEach((table, id) => out.segment(0xdb, [id, ...Array.from(zigzag, (at) => table[at] ?? 0)]));
  const { width, height } = picture;
  out.segment(0xc0, [8, height >> 8, height & 255, width >> 8, width & 255, 3, 1, 0x11, 0, 2, 0x11, 1, 3, 0x11, 1]);
  const specs = [
    [0x00, dcLuminance],
    [0x10, acLuminance],
    [0x01, dcChrominance],
    [0x11, acChrominance],
  ] as const;
  for (const [id, { counts, symbols }] of specs) out.segment(0xc4, [id, ...counts, ...symbols]);
  out.segment(0xda, [3, 1, 0x00, 2, 0x11, 3, 0x11, 0, 63, 0]);
  writeScan(picture, tables, out);
  out.put([0xff, 0xd9]);
  return out.bytes();
}

function writeScan(picture: Picture, tables: readonly [Uint8Array, Uint8Array], out: ByteSink): void {
  const bits = createBits(out);
  const codes = [
    { dc: codesOf(dcLuminance), ac: codesOf(acLuminance), table: tables[0] },
    { dc: codesOf(dcChrominance), ac: codesOf(acChrominance), table: tables[1] },
  ] as const;
  const samples = [new Float32Array(64), new Float32Array(64), new Float32Array(64)] as const;
  const levels = new Int16Array(64);
  const before: [number, number, number] = [0, 0, 0];
  for (let y = 0; y < picture.height; y += 8) {
    for (let x = 0; x < picture.width; x += 8) {
      takeBlock(picture, x, y, samples);
      for (const component of [0, 1, 2] as const) {
        const { dc, ac, table } = codes[component === 0 ? 0 : 1];
        transform(samples[component], table, levels);
        before[component] = writeBlock(bits, levels, before[component], dc, ac);
      }
    }
  }
  bits.flush();
}

/** One block of 8 × 8 pixels as Y, Cb, Cr around zero; beyond the edge the last pixel goes on. */
function takeBlock({ width, height, rgb }: Picture, left: number, top: number, samples: readonly Float32Array[]): void {
  const [luma, blue, red] = samples as readonly [Float32Array, Float32Array, Float32Array]; // always three
  for (let index = 0; index < 64; index += 1) {
    const at = 3 * (Math.min(top + (index >> 3), height - 1) * width + Math.min(left + (index & 7), width - 1));
    const r = rgb[at] ?? 0;
    const g = rgb[at + 1] ?? 0;
    const b = rgb[at + 2] ?? 0;
    luma[index] = 0.299 * r + 0.587 * g + 0.114 * b - 128;
    blue[index] = -0.168736 * r - 0.331264 * g + 0.5 * b;
    red[index] = 0.5 * r - 0.418688 * g - 0.081312 * b;
  }
}

const rows = new Float32Array(64);

/** Cosine transform and quantisation, in the order in which they are written. */
function transform(samples: Float32Array, table: Uint8Array, levels: Int16Array): void {
  for (let row = 0; row < 64; row += 8) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let x = 0; x < 8; x += 1) sum += (samples[row + x] ?? 0) * (cosine[u * 8 + x] ?? 0);
      rows[row + u] = sum;
    }
  }
  for (let index = 0; index < 64; index += 1) {
    const at = zigzag[index] ?? 0;
    const u = at & 7;
    const v = at & 56;
    let sum = 0;
    for (let y = 0; y < 8; y += 1) sum += (rows[y * 8 + u] ?? 0) * (cosine[v + y] ?? 0);
    levels[index] = Math.round(sum / (table[at] ?? 1));
  }
}

/** @returns the block's mean, from which the next one's difference is taken */
function writeBlock(bits: BitSink, levels: Int16Array, before: number, dc: HuffmanCodes, ac: HuffmanCodes): number {
  const mean = levels[0] ?? 0;
  writeLevel(bits, dc, 0, mean - before);
  let zeros = 0;
  for (let index = 1; index < 64; index += 1) {
    const level = levels[index] ?? 0;
    if (level === 0) {
      zeros += 1;
      continue;
    }
    for (; zeros > 15; zeros -= 16) bits.write(ac.code[0xf0] ?? 0, ac.length[0xf0] ?? 0);
    writeLevel(bits, ac, zeros, level);
    zeros = 0;
  }
  if (zeros > 0) bits.write(ac.code[0] ?? 0, ac.length[0] ?? 0);
  return mean;
}

function writeLevel(bits: BitSink, codes: HuffmanCodes, zeros: number, level: number): void {
  const size = 32 - Math.clz32(Math.abs(level));
  const symbol = (zeros << 4) | size;
  bits.write(codes.code[symbol] ?? 0, codes.length[symbol] ?? 0);
  if (size > 0) bits.write(level > 0 ? level : level + (1 << size) - 1, size);
}

function scaled(table: readonly number[], quality: number): Uint8Array {
  const scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return Uint8Array.from(table, (value) => Math.min(255, Math.max(1, Math.floor((value * scale + 50) / 100))));
}

function codesOf({ counts, symbols }: HuffmanSpec): HuffmanCodes {
  const codes = { code: new Uint16Array(256), length: new Uint8Array(256) };
  let code = 0;
  let next = 0;
  counts.forEach((count, index) => {
    for (const symbol of symbols.slice(next, next + count)) {
      codes.code[symbol] = code++;
      codes.length[symbol] = index + 1;
    }
    next += count;
    code <<= 1;
  });
  return codes;
}

type ByteSink = ReturnType<typeof createBytes>;
type BitSink = ReturnType<typeof createBits>;

function createBytes(capacity: number) {
  let buffer = new Uint8Array(capacity);
  let size = 0;
  function reserve(more: number): void {
    if (size + more <= buffer.length) return;
    const larger = new Uint8Array(Math.max(buffer.length * 2, size + more));
    larger.set(buffer);
    buffer = larger;
  }
  function put(bytes: ArrayLike<number>): void {
    reserve(bytes.length);
    buffer.set(bytes, size);
    size += bytes.length;
  }
  return {
    put,
    putByte(byte: number): void {
      reserve(1);
      buffer[size++] = byte;
    },
    segment(marker: number, body: readonly number[]): void {
      put([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255, ...body]);
    },
    bytes: () => buffer.slice(0, size),
  };
}

function createBits(out: ByteSink) {
  let pending = 0;
  let count = 0;
  function write(value: number, length: number): void {
    pending = (pending << length) | value;
    count += length;
    while (count >= 8) {
      const byte = (pending >> (count - 8)) & 255;
      out.putByte(byte);
      if (byte === 255) out.putByte(0);
      count -= 8;
    }
    pending &= (1 << count) - 1;
  }
  return { write, flush: () => count > 0 && write((1 << (8 - count)) - 1, 8 - count) };
}
