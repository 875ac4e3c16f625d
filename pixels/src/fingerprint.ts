import { toGrey, type GreyPicture, type Picture } from './picture.ts';
import { resize } from './resize.ts';

/** 64 bits that stay nearly the same when a picture is resized or recompressed, as 16 hex digits. */
export type Fingerprint = string;

/** Difference hash: whether each of 8 × 8 cells is darker than its right neighbour. */
export function differenceHash(picture: Picture): Fingerprint {
  const { grey } = toGrey(resize(picture, 9, 8));
  return toHex(Array.from({ length: 64 }, (_, at) => (grey[at + (at >> 3)] ?? 0) < (grey[at + (at >> 3) + 1] ?? 0)));
}

/** Perceptual hash: which of the 64 lowest frequencies of the 32 × 32 picture lie above their median. */
export function perceptualHash(picture: Picture): Fingerprint {
  const frequencies = lowFrequencies(toGrey(resize(picture, 32, 32)));
  const median = Float64Array.from(frequencies.subarray(1)).sort()[31] ?? 0;
  return toHex(Array.from(frequencies, (value) => value > median));
}

/** How many of the 64 bits differ. */
export function hammingDistance(one: Fingerprint, other: Fingerprint): number {
  let distance = 0;
  for (let at = 0; at < 16; at += 1) {
    let bits = Number.parseInt(one[at] ?? '0', 16) ^ Number.parseInt(other[at] ?? '0', 16);
    for (; bits !== 0; bits &= bits - 1) distance += 1;
  }
  return distance;
}

/** The 8 × 8 lowest frequencies of the cosine transform of a square picture. */
function lowFrequencies({ width: side, grey }: GreyPicture): Float64Array {
  const cosines = Float64Array.from({ length: 8 * side }, (_, index) => {
    const frequency = Math.floor(index / side);
    return Math.cos(((2 * (index % side) + 1) * frequency * Math.PI) / (2 * side));
  });
  const rows = new Float64Array(side * 8);
  for (let y = 0; y < side; y += 1) {
    for (let u = 0; u < 8; u += 1) {
      let sum = 0;
      for (let x = 0; x < side; x += 1) sum += (grey[y * side + x] ?? 0) * (cosines[u * side + x] ?? 0);
      rows[y * 8 + u] = sum;
    }
  }
  return Float64Array.from({ length: 64 }, (_, index) => {
    const [u, v] = [index & 7, index >> 3];
    let sum = 0;
    for (let y = 0; y < side; y += 1) sum += (rows[y * 8 + u] ?? 0) * (cosines[v * side + y] ?? 0);
    return sum;
  });
}

function toHex(bits: readonly boolean[]): Fingerprint {
  let hex = '';
  for (let at = 0; at < 64; at += 4) {
    hex += bits
      .slice(at, at + 4)
      .reduce((digit, bit) => digit * 2 + (bit ? 1 : 0), 0)
      .toString(16);
  }
  return hex;
}
