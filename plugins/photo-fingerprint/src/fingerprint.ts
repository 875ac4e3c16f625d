import type { ByteSource } from '@proofpix/pixels/byte-source';
import { partOf } from '@proofpix/pixels/byte-source';
import { decodePicture } from '@proofpix/pixels/decode-picture';
import type { Decoding } from '@proofpix/pixels/decoding';
import { findTiffPictures } from '@proofpix/pixels/embedded-pictures';
import { differenceHash, hammingDistance, perceptualHash } from '@proofpix/pixels/fingerprint';
import { decodeJpeg } from '@proofpix/pixels/jpeg/decode-jpeg';
import { orient } from '@proofpix/pixels/orient';
import { crop, toGrey, type Picture } from '@proofpix/pixels/picture';

/** Two hashes of the picture, and of what is left of it when its edges are cut off: 32 hex digits each. */
export type Fingerprint = readonly string[];

export type Taken = { fingerprint: Fingerprint } | { fingerprint: null; why: string };

/** Shares of width and height that are kept: the picture itself, and two cuts of its middle. */
const cuts = [1, 0.92, 0.85];
/** Below it a picture is so even that it looks like every other even one. */
const leastSpread = 8;
const side = 256;

/** @param orientation as EXIF says it, so that a copy that was really turned is known too */
export async function takeFingerprint(source: ByteSource, orientation: number): Promise<Taken> {
  const decoding = await decode(source);
  if (!decoding.ok) return { fingerprint: null, why: decoding.why };
  if (decoding.share < 0.95) return { fingerprint: null, why: 'The picture is not whole.' };
  const picture = orient(decoding.picture, orientation);
  if (spreadOf(picture) < leastSpread)
    return { fingerprint: null, why: 'The picture is too even to be told from others.' };
  return {
    fingerprint: cuts.map((share) => {
      const margin = (1 - share) / 2;
      const { width, height } = picture;
      const part =
        share === 1 ? picture : crop(picture, width * margin, height * margin, width * share, height * share);
      return perceptualHash(part) + differenceHash(part);
    }),
  };
}

/** TIFF and raw photos are known by the preview in them. */
async function decode(source: ByteSource): Promise<Decoding> {
  const whole = await decodePicture(source, { longestSide: side });
  if (whole.ok) return whole;
  for (const { offset, length } of await findTiffPictures(source)) {
    const preview = await decodeJpeg(partOf(source, offset, length), { longestSide: side });
    if (preview.ok && Math.max(preview.width, preview.height) >= 64) return preview;
  }
  return whole;
}

function spreadOf(picture: Picture): number {
  const { grey } = toGrey(picture);
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  return Math.sqrt(grey.reduce((sum, value) => sum + (value - mean) ** 2, 0) / grey.length);
}

export type Likeness = { bits: number; cropped: boolean };

const alike = { perceptual: 8, difference: 9 } as const;
const alikeWhenCropped = { perceptual: 6, difference: 8 } as const;

/** How few bits two photos differ in, where they are few enough to speak of the same picture. */
export function likeness(one: Fingerprint, other: Fingerprint): Likeness | null {
  let best: Likeness | null = null;
  for (let mine = 0; mine < one.length; mine += 1) {
    for (let theirs = 0; theirs < other.length; theirs += 1) {
      // A cut against a cut says no more than the pictures themselves do.
      if (mine > 0 && theirs > 0) continue;
      const cropped = mine + theirs > 0;
      const limits = cropped ? alikeWhenCropped : alike;
      const [a = '', b = ''] = [one[mine], other[theirs]];
      const perceptual = hammingDistance(a.slice(0, 16), b.slice(0, 16));
      if (perceptual > limits.perceptual) continue;
      const difference = hammingDistance(a.slice(16), b.slice(16));
      if (difference > limits.difference) continue;
      const bits = perceptual + difference;
      if (best === null || bits < best.bits) best = { bits, cropped };
    }
  }
  return best;
}
