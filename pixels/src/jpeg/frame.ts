import { PictureError } from '../decoding.ts';
import type { HuffmanTable } from './huffman.ts';

export type Component = {
  id: number;
  /** How many samples in a row and a column where the finest component has `Frame.h` and `Frame.v`. */
  h: number;
  v: number;
  quantization: number;
  /** Blocks of the component alone, and with the filling up to whole units. */
  blocksWide: number;
  blocksHigh: number;
  stride: number;
  rows: number;
  /** Samples at the reduced size; a block takes `Frame.scale` in each direction. */
  plane: Uint8Array;
  /** All values of a progressive picture; at 1/8 one a block. */
  coefficients: Int16Array | null;
  /** The level before, from which the next one's difference is taken. */
  before: number;
};

export type Frame = {
  width: number;
  height: number;
  progressive: boolean;
  components: Component[];
  h: number;
  v: number;
  unitsWide: number;
  unitsHigh: number;
  /** 1, 2, 4 or 8: pixels that a block of 8 × 8 becomes, in each direction. */
  scale: number;
};

export type Tables = {
  /** In the order of the block, not of the file. */
  quantization: (Uint16Array | undefined)[];
  dc: (HuffmanTable | undefined)[];
  ac: (HuffmanTable | undefined)[];
  restartInterval: number;
};

type FrameLimits = { longestSide: number; maxPixels: number };

/** Values of a progressive picture that are held at a time, in bytes. */
const mostCoefficientBytes = 48 * 1024 * 1024;

/** Reads a frame header (T.81 B.2.2) and chooses the size at which the picture is decoded. */
export function readFrame(segment: Uint8Array, progressive: boolean, limits: FrameLimits): Frame {
  const [precision = 0, heightHigh = 0, heightLow = 0, widthHigh = 0, widthLow = 0, count = 0] = segment;
  const height = heightHigh * 256 + heightLow;
  const width = widthHigh * 256 + widthLow;
  if (precision !== 8) throw new PictureError(`The picture has ${precision} bits a sample; only 8 are decoded here.`);
  if (width === 0 || height === 0) throw new PictureError('The picture does not say its size.');
  if (![1, 3, 4].includes(count) || segment.length < 6 + count * 3) {
    throw new PictureError(`The picture has ${count} components; 1, 3 and 4 are decoded here.`);
  }
  const headers = Array.from({ length: count }, (_, index) => {
    const [id = 0, sampling = 0, quantization = 0] = segment.subarray(6 + index * 3);
    return { id, h: sampling >> 4, v: sampling & 15, quantization };
  });
  if (headers.some(({ h, v, quantization }) => h < 1 || h > 4 || v < 1 || v > 4 || quantization > 3)) {
    throw new PictureError('The header of the picture contradicts itself.');
  }
  // A single component is never interleaved: its sampling says nothing.
  if (count === 1) headers.forEach((header) => Object.assign(header, { h: 1, v: 1 }));
  const h = Math.max(...headers.map((header) => header.h));
  const v = Math.max(...headers.map((header) => header.v));
  const unitsWide = Math.ceil(width / (8 * h));
  const unitsHigh = Math.ceil(height / (8 * v));
  const blocks = headers.reduce((sum, header) => sum + unitsWide * header.h * unitsHigh * header.v, 0);
  const scale = chooseScale({ width, height, blocks, progressive }, limits);
  const components = headers.map((header): Component => {
    const stride = unitsWide * header.h;
    const rows = unitsHigh * header.v;
    return {
      ...header,
      blocksWide: Math.ceil(Math.ceil((width * header.h) / h) / 8),
      blocksHigh: Math.ceil(Math.ceil((height * header.v) / v) / 8),
      stride,
      rows,
      plane: new Uint8Array(stride * rows * scale * scale).fill(128),
      coefficients: progressive ? new Int16Array(stride * rows * (scale === 1 ? 1 : 64)) : null,
      before: 0,
    };
  });
  return { width, height, progressive, components, h, v, unitsWide, unitsHigh, scale };
}

type Size = { width: number; height: number; blocks: number; progressive: boolean };

/** The smallest scale that still gives the wished size, or what fits into the limits. Checked before anything is allocated. */
function chooseScale({ width, height, blocks, progressive }: Size, { longestSide, maxPixels }: FrameLimits): number {
  const fits = (scale: number) =>
    blocks * scale * scale <= maxPixels * 3 &&
    Math.ceil((width * scale) / 8) * Math.ceil((height * scale) / 8) <= maxPixels &&
    (!progressive || scale === 1 || blocks * 128 <= mostCoefficientBytes);
  const allowed = [1, 2, 4, 8].filter(fits);
  const scale = allowed.find((candidate) => (Math.max(width, height) * candidate) / 8 >= longestSide) ?? allowed.at(-1);
  if (scale === undefined) {
    throw new PictureError(`The picture claims ${width} × ${height} pixels: more than are decoded here.`);
  }
  return scale;
}
