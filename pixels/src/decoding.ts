import type { Picture } from './picture.ts';

/** What is asked of a decoder. */
export type DecodeOptions = {
  /**
   * The longer side of the picture that comes back, at most; 512 when left out. A picture is never enlarged. The
   * smaller the number, the less is computed: JPEG is decoded at 1/8, 1/4 or 1/2 of its size where that is enough.
   */
  longestSide?: number;
  /** Pixels that a decoder may hold at a time; 6 million when left out, which takes some 40 MB. */
  maxPixels?: number;
};

export type Decoded = {
  ok: true;
  picture: Picture;
  /** Of the photo itself, before anything was reduced. */
  width: number;
  height: number;
  /** The share of the picture that was there, in the order in which it is stored: 1 when it is whole. The rest is grey. */
  share: number;
  /** Why the picture is not whole. */
  why?: string;
};

/** Nothing that could be shown; `why` is a sentence for people. */
export type NotDecoded = { ok: false; why: string };

export type Decoding = Decoded | NotDecoded;

export const decodeDefaults = { longestSide: 512, maxPixels: 6_000_000 } as const;

/** The picture cannot go on being decoded: what there is of it is what there is. */
export class PictureError extends Error {}
