import { existsSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { chromium } from 'playwright-core';
import { describe, expect, test } from 'vitest';
import { drawLandscape } from './draw-landscape.ts';
import { hostilePhotos } from './hostile-photos.ts';
import { makePhoto } from './make-photo.ts';
import { makeSamplePhoto } from './sample-photo.ts';

const browser = '/usr/bin/chromium';
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

test('the same options give the same bytes, and another seed another picture', () => {
  const options = { exif: { Make: 'ProofPix' }, seed: 3 } as const;
  expect(sha256(makePhoto(options))).toBe(sha256(makePhoto(options)));
  expect(sha256(makePhoto({ ...options, seed: 4 }))).not.toBe(sha256(makePhoto(options)));
});

test('the sample photo is a JPEG of moderate size with its metadata at the front', () => {
  const photo = makeSamplePhoto();
  expect([...photo.subarray(0, 4)]).toEqual([0xff, 0xd8, 0xff, 0xe1]);
  expect(photo.length).toBeLessThan(400_000);
  expect(Buffer.from(photo.subarray(0, 4_000)).includes('Gjende')).toBe(false); // the place is in numbers only
  expect(Buffer.from(photo.subarray(0, 4_000)).includes('2026:06:21 14:05:33')).toBe(true);
});

test('every hostile photo can be made', () => {
  for (const [name, make] of Object.entries(hostilePhotos)) expect(make().length, name).toBeGreaterThan(100);
});

test('metadata that do not fit into a JPEG segment are refused', () => {
  expect(() => makePhoto({ exif: { ImageDescription: 'x'.repeat(70_000) } })).toThrow(RangeError);
});

if (!existsSync(browser)) console.log('skipped: decoding in a browser, because there is no /usr/bin/chromium');

describe.skipIf(!existsSync(browser))('in a browser', () => {
  test('JPEG, PNG and WebP decode to the picture that was drawn', { timeout: 60_000 }, async () => {
    const drawn = drawLandscape(96, 64, 1).rgb;
    const instance = await chromium.launch({
      executablePath: browser,
      args: [
        '--no-sandbox',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--no-first-run',
      ],
    });
    try {
      const page = await instance.newPage();
      for (const [format, tolerance] of [
        ['jpeg', 4],
        ['png', 0],
        ['webp', 0],
      ] as const) {
        const photo = makePhoto({ format, exif: { Make: 'ProofPix' }, xmp: { 'xmp:CreatorTool': 'ProofPix' } });
        const url = `data:image/${format};base64,${Buffer.from(photo).toString('base64')}`;
        const decoded = await page.evaluate(async (source) => {
          const image = new Image();
          image.src = source;
          await image.decode();
          const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
          canvas?.drawImage(image, 0, 0);
          return [...(canvas?.getImageData(0, 0, image.width, image.height).data ?? [])];
        }, url);
        const pixels = decoded.filter((_, index) => index % 4 !== 3);
        expect(pixels.length, format).toBe(drawn.length);
        const difference = pixels.reduce((sum, value, index) => sum + Math.abs(value - (drawn[index] ?? 0)), 0);
        expect(difference / pixels.length, format).toBeLessThanOrEqual(tolerance);
      }
    } finally {
      await instance.close();
    }
  });
});
