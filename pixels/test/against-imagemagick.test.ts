import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { sourceOf } from '../src/byte-source.ts';
import { decodePicture } from '../src/decode-picture.ts';

const photos = join(dirname(fileURLToPath(import.meta.url)), '../../../shared/photos');
const present = spawnSync('convert', ['-version']).status === 0;
if (!present) console.log('skipped: pixels against ImageMagick, because convert is not there');
const folder = mkdtempSync(join(tmpdir(), 'pixels-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Compares what we decode with what ImageMagick does. Chroma is upsampled otherwise, so the mean counts, not the worst. */
async function meanDifference(file: string, longestSide: number): Promise<number> {
  const decoding = await decodePicture(sourceOf(readFileSync(file)), { longestSide });
  if (!decoding.ok) throw new Error(`${file}: ${decoding.why}`);
  const { width, height, rgb } = decoding.picture;
  const size = ['-filter', 'box', '-resize', `${width}x${height}!`];
  const flat = ['-colorspace', 'sRGB', '-background', 'white', '-alpha', 'remove'];
  const reference = execFileSync('convert', [`${file}[0]`, ...flat, ...size, '-depth', '8', 'rgb:-'], {
    maxBuffer: 1e9,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  expect(reference.length).toBe(rgb.length);
  return rgb.reduce((sum, value, at) => sum + Math.abs(value - (reference[at] ?? 0)), 0) / rgb.length;
}

const encodings: readonly (readonly [name: string, ...options: string[]])[] = [
  ['baseline-420.jpg', '-sampling-factor', '4:2:0'],
  ['baseline-422.jpg', '-sampling-factor', '4:2:2'],
  ['baseline-440.jpg', '-sampling-factor', '1x2'],
  ['baseline-411.jpg', '-sampling-factor', '4x1'],
  ['grey.jpg', '-colorspace', 'Gray'],
  ['cmyk.jpg', '-colorspace', 'CMYK'],
  ['optimised.jpg', '-define', 'jpeg:optimize-coding=true'],
  ['progressive-444.jpg', '-interlace', 'JPEG', '-sampling-factor', '4:4:4'],
  ['progressive-420.jpg', '-interlace', 'JPEG', '-sampling-factor', '4:2:0'],
  ['progressive-grey.jpg', '-interlace', 'JPEG', '-colorspace', 'Gray'],
  ['interlaced.png', '-interlace', 'PNG', '-depth', '8'],
  ['sixteen.png', '-depth', '16'],
  ['palette.png', '-colors', '60', '-type', 'Palette'],
  ['grey.png', '-colorspace', 'Gray', '-depth', '8'],
  ['bits.png', '-monochrome'],
  ['alpha.png', '-alpha', 'set', '-channel', 'A', '-evaluate', 'set', '40%', '+channel', '-depth', '8'],
];

describe.skipIf(!present)('beside ImageMagick', () => {
  test.each(encodings)('%s is the same picture, whole and reduced', async (name, ...options) => {
    const original = join(folder, 'original.png');
    writeFileSync(original, makePhoto({ format: 'png', width: 331, height: 247, seed: 2 }));
    const file = join(folder, name);
    execFileSync('convert', [original, '-quality', '90', ...options, file]);
    expect(await meanDifference(file, 1_000)).toBeLessThan(1.5);
    // Black and white dots change more than others with what each new pixel covers.
    const most = name === 'bits.png' ? 16 : 4;
    for (const longestSide of [165, 82, 41]) expect(await meanDifference(file, longestSide)).toBeLessThan(most);
  });

  const real = existsSync(photos)
    ? readdirSync(photos).filter((name) => /\.(jpg|png)$/.test(name) && !/corrupt-header/.test(name))
    : [];
  if (real.length === 0) console.log('skipped: real photos against ImageMagick, because ../shared/photos is not there');

  test.skipIf(real.length === 0).each(real)('the real photo %s is the same picture', async (name) => {
    expect(await meanDifference(join(photos, name), 4_000)).toBeLessThan(1.5);
    expect(await meanDifference(join(photos, name), 80)).toBeLessThan(5);
  });
});
