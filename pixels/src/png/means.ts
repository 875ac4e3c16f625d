import type { Picture } from '../picture.ts';

/** Collects the pixels of a large picture, in any order, into the means of a smaller one. */
export type Means = {
  /** The row of the large picture that the next pixels belong to. */
  startRow(y: number): void;
  add(x: number, red: number, green: number, blue: number): void;
  picture(): Picture;
};

type Size = { width: number; height: number };

export function createMeans(from: Size, to: Size): Means {
  const sums = new Float32Array(to.width * to.height * 3);
  const counts = new Uint32Array(to.width * to.height);
  const columns = Uint32Array.from({ length: from.width }, (_, x) => Math.floor((x * to.width) / from.width));
  let row = 0;
  return {
    startRow(y) {
      row = Math.floor((y * to.height) / from.height) * to.width;
    },
    add(x, red, green, blue) {
      const cell = row + (columns[x] ?? 0);
      counts[cell] = (counts[cell] ?? 0) + 1;
      sums[cell * 3] = (sums[cell * 3] ?? 0) + red;
      sums[cell * 3 + 1] = (sums[cell * 3 + 1] ?? 0) + green;
      sums[cell * 3 + 2] = (sums[cell * 3 + 2] ?? 0) + blue;
    },
    picture() {
      // What never came is grey.
      const rgb = Uint8Array.from(sums, (sum, index) => {
        const count = counts[Math.floor(index / 3)] ?? 0;
        return count === 0 ? 128 : Math.round(sum / count);
      });
      return { ...to, rgb };
    },
  };
}
