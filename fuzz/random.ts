/** A source of numbers that gives the same ones for the same seed and case, on every machine. */
export type Random = {
  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number;
  pick<T>(from: readonly T[]): T;
  /** True once in `times`. */
  once(times: number): boolean;
};

export function createRandom(seed: number, index: number): Random {
  // Mixed twice, so that neighbouring seeds and cases have nothing in common.
  let state = mix(mix(seed >>> 0) ^ (index >>> 0));
  const next = () => mix((state = (state + 0x9e3779b9) >>> 0));
  const below = (limit: number) => Math.floor((next() / 2 ** 32) * limit);
  return {
    below,
    once: (times) => below(times) === 0,
    pick<T>(from: readonly T[]): T {
      if (from.length === 0) throw new Error('There is nothing to pick from.');
      return from[below(from.length)] as T; // within its length
    },
  };
}

function mix(value: number): number {
  let mixed = value >>> 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
