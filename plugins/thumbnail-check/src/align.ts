import { orient } from '@proofpix/pixels/orient';
import { crop, type Picture } from '@proofpix/pixels/picture';
import { compare, type Box, type Comparison } from './compare.ts';

/** The best way in which a thumbnail and the picture lie on each other. */
export type Alignment = Comparison & {
  /** How the thumbnail was brought to the picture's shape. */
  manner: 'as it is' | 'without its black bars' | 'as a cut of the picture' | 'turned' | 'stretched';
  /** The part of the picture that the thumbnail shows, as fractions. */
  shown: Box;
};

const whole: Box = { x: 0, y: 0, width: 1, height: 1 };
const sameShape = 0.03;
/** What counts as black in a bar; compression leaves a little light. */
const darkest = 24;

/**
 * Lays a thumbnail on its picture. Cameras make thumbnails of 4:3 from pictures of any shape, with black bars or by
 * cutting sides off, and some programs turn the one and not the other: each of these is tried, and the likeliest counts.
 */
export function align(thumbnail: Picture, picture: Picture, orientation: number): Alignment {
  const candidates: Alignment[] = [...inManners(thumbnail, picture)];
  for (const turn of new Set([orientation, inverse(orientation)])) {
    if (turn < 2) continue;
    const turned = orient(thumbnail, turn);
    candidates.push(...inManners(turned, picture).map((candidate) => ({ ...candidate, manner: 'turned' as const })));
  }
  return candidates.reduce((best, candidate) => (candidate.likeness > best.likeness + 0.01 ? candidate : best));
}

function inManners(thumbnail: Picture, picture: Picture): [Alignment, ...Alignment[]] {
  const shape = picture.width / picture.height;
  const own = thumbnail.width / thumbnail.height;
  const same = Math.abs(own / shape - 1) <= sameShape;
  const candidates: [Alignment, ...Alignment[]] = [
    { ...compare(picture, thumbnail), manner: same ? 'as it is' : 'stretched', shown: whole },
  ];
  const bare = withoutBars(thumbnail, shape);
  if (bare !== null) candidates.push({ ...compare(picture, bare), manner: 'without its black bars', shown: whole });
  if (!same) {
    const shown =
      own < shape
        ? { x: (1 - own / shape) / 2, y: 0, width: own / shape, height: 1 }
        : { x: 0, y: (1 - shape / own) / 2, width: 1, height: shape / own };
    const part = crop(
      picture,
      shown.x * picture.width,
      shown.y * picture.height,
      shown.width * picture.width,
      shown.height * picture.height,
    );
    candidates.push({ ...compare(part, thumbnail), manner: 'as a cut of the picture', shown });
  }
  return candidates;
}

/** The thumbnail between two black bars of equal size, where there are such bars and the rest has the right shape. */
function withoutBars(thumbnail: Picture, shape: number): Picture | null {
  const { width, height } = thumbnail;
  const dark = (x: number, y: number) => {
    const at = (y * width + x) * 3;
    return Math.max(thumbnail.rgb[at] ?? 0, thumbnail.rgb[at + 1] ?? 0, thumbnail.rgb[at + 2] ?? 0) <= darkest;
  };
  const darkRow = (y: number) => share(width, (x) => dark(x, y)) > 0.95;
  const darkColumn = (x: number) => share(height, (y) => dark(x, y)) > 0.95;
  const top = run(height, darkRow);
  const bottom = run(height, (y) => darkRow(height - 1 - y));
  const left = run(width, darkColumn);
  const right = run(width, (x) => darkColumn(width - 1 - x));
  if (top + bottom + left + right === 0 || top + bottom >= height || left + right >= width) return null;
  // One row or column more at each bar: there the picture bleeds into the black.
  const inset = (bar: number) => (bar > 0 ? bar + 1 : 0);
  const bare = { width: width - inset(left) - inset(right), height: height - inset(top) - inset(bottom) };
  if (bare.width < 8 || bare.height < 8 || Math.abs(bare.width / bare.height / shape - 1) > 0.08) return null;
  return crop(thumbnail, inset(left), inset(top), bare.width, bare.height);
}

function share(count: number, test: (index: number) => boolean): number {
  let passed = 0;
  for (let index = 0; index < count; index += 1) if (test(index)) passed += 1;
  return passed / count;
}

function run(count: number, test: (index: number) => boolean): number {
  let length = 0;
  while (length < count && test(length)) length += 1;
  return length;
}

/** The orientation that turns a picture back. */
function inverse(orientation: number): number {
  return orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
}
