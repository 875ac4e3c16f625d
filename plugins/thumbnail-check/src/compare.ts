import { crop, type Picture } from '@proofpix/pixels/picture';
import { resize } from '@proofpix/pixels/resize';

export type Box = { x: number; y: number; width: number; height: number };

/** How alike two pictures are, once brightness and contrast are matched. */
export type Comparison = {
  /** Correlation of their brightness: 1 is the same picture. */
  likeness: number;
  /** Mean difference of the cell that differs most, in levels of 255. */
  worst: number;
  /** What the cells that differ much have in common, as fractions; null where none does. */
  region: Box | null;
};

const longSide = 64;
/** Pixels of a cell in each direction: small enough for a face in a group, large enough to average out sharpening. */
const cell = 4;
/** A difference that no resizing, sharpening or recompression makes. */
export const telling = 42;

/** Compares two pictures of the same content at a small size. */
export function compare(one: Picture, other: Picture): Comparison {
  const factor = Math.min(1, longSide / Math.max(one.width, one.height));
  const width = Math.max(cell, Math.round((one.width * factor) / cell) * cell);
  const height = Math.max(cell, Math.round((one.height * factor) / cell) * cell);
  const across = width / cell;
  const small = resize(one, width, height).rgb;
  const plain = resize(other, width, height).rgb;
  const cellOf = (at: number): number => {
    const pixel = Math.floor(at / 3);
    return Math.floor(Math.floor(pixel / width) / cell) * across + Math.floor((pixel % width) / cell);
  };
  const differencesTo = (matched: Float64Array): Float64Array => {
    const sums = new Float64Array(across * (height / cell));
    for (let at = 0; at < small.length; at += 1) {
      const index = cellOf(at);
      sums[index] = (sums[index] ?? 0) + Math.abs((small[at] ?? 0) - (matched[at] ?? 0)) / (cell * cell * 3);
    }
    return sums;
  };
  const first = differencesTo(matchLevels(plain, small, () => true));
  // A large change shifts the levels of the whole: they are matched again by the half that differs less.
  const median = first.toSorted()[first.length >> 1] ?? 0;
  const matched = matchLevels(plain, small, (at) => (first[cellOf(at)] ?? 0) <= median);
  const differences = differencesTo(matched);
  return {
    likeness: correlation(small, matched),
    worst: differences.reduce((most, value) => Math.max(most, value), 0),
    region: boxOf(differences, across),
  };
}

/** Thumbnails are often a little darker or softer: each colour is brought to the other's mean and spread. */
function matchLevels(values: Uint8Array, to: Uint8Array, counts: (at: number) => boolean): Float64Array {
  const matched = new Float64Array(values.length);
  for (let channel = 0; channel < 3; channel += 1) {
    const from = momentsOf(values, channel, counts);
    const target = momentsOf(to, channel, counts);
    // Never stretched so far that a flat picture would look like any other.
    const gain = from.spread < 1 ? 1 : Math.min(1.5, Math.max(0.67, target.spread / from.spread));
    for (let at = channel; at < values.length; at += 3) {
      matched[at] = Math.min(255, Math.max(0, ((values[at] ?? 0) - from.mean) * gain + target.mean));
    }
  }
  return matched;
}

function momentsOf(
  values: Uint8Array,
  channel: number,
  counts: (at: number) => boolean,
): { mean: number; spread: number } {
  let [count, sum, squares] = [0, 0, 0];
  for (let at = channel; at < values.length; at += 3) {
    if (!counts(at)) continue;
    count += 1;
    sum += values[at] ?? 0;
    squares += (values[at] ?? 0) ** 2;
  }
  const mean = sum / Math.max(1, count);
  return { mean, spread: Math.sqrt(Math.max(0, squares / Math.max(1, count) - mean ** 2)) };
}

function correlation(one: ArrayLike<number>, other: ArrayLike<number>): number {
  let [a, b, ab, aa, bb] = [0, 0, 0, 0, 0];
  const count = one.length;
  for (let at = 0; at < count; at += 1) {
    const x = one[at] ?? 0;
    const y = other[at] ?? 0;
    a += x;
    b += y;
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  const spread = Math.sqrt((count * aa - a * a) * (count * bb - b * b));
  // Two flat pictures are the same as far as anybody can tell.
  return spread < 1e-6 ? 1 : (count * ab - a * b) / spread;
}

function boxOf(differences: Float64Array, across: number): Box | null {
  const down = differences.length / across;
  let [left, top, right, bottom] = [across, down, 0, 0];
  differences.forEach((value, index) => {
    if (value < telling) return;
    left = Math.min(left, index % across);
    right = Math.max(right, (index % across) + 1);
    top = Math.min(top, Math.floor(index / across));
    bottom = Math.max(bottom, Math.floor(index / across) + 1);
  });
  if (right === 0) return null;
  return { x: left / across, y: top / down, width: (right - left) / across, height: (bottom - top) / down };
}

/**
 * Where the picture lies inside a preview that shows more, as fractions of the preview: the best of many places.
 * @param preview small: every place is tried
 */
export function findInside(preview: Picture, picture: Picture): { box: Box; likeness: number } {
  const shape = picture.height / picture.width;
  let best = { box: { x: 0, y: 0, width: 1, height: 1 }, likeness: -1 };
  for (let step = 0; step <= 14; step += 1) {
    const width = preview.width * (0.96 - step * 0.04);
    const height = width * shape;
    if (height > preview.height || height < 8) continue;
    const stride = 2;
    const wanted = resize(picture, Math.max(1, Math.round(width)), Math.max(1, Math.round(height)));
    for (let y = 0; y + height <= preview.height; y += stride) {
      for (let x = 0; x + width <= preview.width; x += stride) {
        const part = crop(preview, x, y, width, height);
        // Rounding of both edges can make a row or column more or less: then this place is not a candidate.
        if (part.rgb.length !== wanted.rgb.length) continue;
        const likeness = correlation(part.rgb, wanted.rgb);
        if (likeness > best.likeness) {
          const box = {
            x: x / preview.width,
            y: y / preview.height,
            width: width / preview.width,
            height: height / preview.height,
          };
          best = { box, likeness };
        }
      }
    }
  }
  return best;
}
