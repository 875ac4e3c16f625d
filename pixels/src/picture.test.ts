import { expect, test } from 'vitest';
import { drawLandscape } from '@proofpix/samples/draw-landscape';
import { makePhoto } from '@proofpix/samples/make-photo';
import { sourceOf } from './byte-source.ts';
import { decodePicture } from './decode-picture.ts';
import { differenceHash, hammingDistance, perceptualHash } from './fingerprint.ts';
import { orient, orientRegion } from './orient.ts';
import { crop, toGrey, type Picture } from './picture.ts';
import { fitted, resize } from './resize.ts';

const letters = (picture: Picture) =>
  Array.from({ length: picture.height }, (_, y) =>
    Array.from({ length: picture.width }, (_, x) =>
      String.fromCharCode(picture.rgb[(y * picture.width + x) * 3] ?? 0),
    ).join(''),
  ).join('/');
const pictureOf = (...lines: string[]): Picture => ({
  width: lines[0]?.length ?? 0,
  height: lines.length,
  rgb: Uint8Array.from([...lines.join('')].flatMap((letter) => Array.from({ length: 3 }, () => letter.charCodeAt(0)))),
});

test.each([
  [1, 'abc/def'],
  [2, 'cba/fed'],
  [3, 'fed/cba'],
  [4, 'def/abc'],
  [5, 'ad/be/cf'],
  [6, 'da/eb/fc'],
  [7, 'fc/eb/da'],
  [8, 'cf/be/ad'],
  [9, 'abc/def'],
  [Number.NaN, 'abc/def'],
])('orientation %s turns the picture as EXIF means it', (orientation, expected) => {
  expect(letters(orient(pictureOf('abc', 'def'), orientation))).toBe(expected);
});

test('a region is turned along with its picture', () => {
  const picture = pictureOf('x...', '....');
  for (let orientation = 1; orientation <= 8; orientation += 1) {
    const turned = orient(picture, orientation);
    const at = turned.rgb.indexOf('x'.charCodeAt(0)) / 3;
    const region = orientRegion({ x: 0, y: 0, width: 0.25, height: 0.5 }, orientation);
    expect([region.x * turned.width, region.y * turned.height]).toEqual([
      at % turned.width,
      Math.floor(at / turned.width),
    ]);
    expect([region.width * turned.width, region.height * turned.height]).toEqual([1, 1]);
  }
});

test('a picture is cut, made grey and fitted without leaving its bounds', () => {
  expect(letters(crop(pictureOf('abc', 'def'), 1, 0, 2, 1))).toBe('bc');
  expect(letters(crop(pictureOf('abc', 'def'), -5, 1, 100, 100))).toBe('def');
  expect([...toGrey({ width: 2, height: 1, rgb: Uint8Array.of(255, 255, 255, 10, 10, 10) }).grey]).toEqual([255, 10]);
  expect(fitted(4000, 3000, 512)).toEqual({ width: 512, height: 384 });
  expect(fitted(10_000, 1, 100)).toEqual({ width: 100, height: 1 });
  expect(fitted(8, 8, 100)).toEqual({ width: 8, height: 8 });
});

test('resizing keeps the mean of the picture, whatever the ratio', () => {
  const landscape = drawLandscape(97, 61, 3);
  const mean = ({ rgb }: Picture) => rgb.reduce((sum, value) => sum + value, 0) / rgb.length;
  for (const [width, height] of [
    [96, 60],
    [10, 7],
    [1, 1],
    [97, 3],
  ] as const) {
    expect(mean(resize(landscape, width, height))).toBeCloseTo(mean(landscape), 0);
  }
});

test('fingerprints of a photo stay near when it is resized or recompressed, and lie far from other photos', async () => {
  const hashesOf = async (photo: Uint8Array) => {
    const decoding = await decodePicture(sourceOf(photo), { longestSide: 256 });
    if (!decoding.ok) throw new Error(decoding.why);
    return [perceptualHash(decoding.picture), differenceHash(decoding.picture)] as const;
  };
  const [perceptual, difference] = await hashesOf(makePhoto({ width: 640, height: 480, seed: 1 }));
  expect(perceptual).toMatch(/^[0-9a-f]{16}$/);
  for (const quality of [30, 75]) {
    const again = await hashesOf(makePhoto({ width: 640, height: 480, seed: 1, quality }));
    expect(hammingDistance(perceptual, again[0])).toBeLessThanOrEqual(4);
    expect(hammingDistance(difference, again[1])).toBeLessThanOrEqual(4);
  }
  for (const seed of [2, 3, 4, 5]) {
    const other = await hashesOf(makePhoto({ width: 640, height: 480, seed }));
    expect(hammingDistance(perceptual, other[0]) + hammingDistance(difference, other[1])).toBeGreaterThan(8);
  }
});
