/**
 * The smallest input found that still fails: takes pieces away, halves first, then ever smaller ones.
 * @param fails whether an input ends in the same way
 * @param most inputs that may be tried; each may cost a process
 */
export async function minimise(
  input: Uint8Array,
  fails: (smaller: Uint8Array) => Promise<boolean>,
  most: number,
): Promise<Uint8Array> {
  let best = Buffer.from(input);
  let tries = 0;
  for (let piece = best.length >> 1; piece >= 1; piece >>= 1) {
    for (let at = 0; at < best.length;) {
      if (tries === most) return best;
      tries += 1;
      const smaller = Buffer.concat([best.subarray(0, at), best.subarray(at + piece)]);
      if (await fails(smaller)) best = smaller;
      else at += piece;
    }
  }
  return best;
}
