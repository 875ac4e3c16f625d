import type { Random } from './random.ts';

/** Something that takes bytes from strangers. */
export type Target = {
  /** One input, the same for the same numbers. */
  make(random: Random): Uint8Array;
  /** Gives the input to what is tried. @throws for every failure that is not one of its own refusals, and for a promise it broke */
  check(input: Uint8Array): Promise<void>;
};
