import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Json } from '@proofpix/contract/json';
import { encodeJpeg } from '@proofpix/pixels/jpeg/encode-jpeg';
import { orient } from '@proofpix/pixels/orient';
import { crop } from '@proofpix/pixels/picture';
import { resize } from '@proofpix/pixels/resize';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { drawLandscape } from '@proofpix/samples/draw-landscape';
import { hostilePhotos } from '@proofpix/samples/hostile-photos';
import { makePhoto } from '@proofpix/samples/make-photo';
import { openPlugin, sha256Of, type OpenedPlugin } from '../../test/open-plugin.ts';
import { readRealPhoto, realPhotos } from '../../test/real-photos.ts';

const directory = dirname(dirname(fileURLToPath(import.meta.url)));
let plugin: OpenedPlugin;
beforeEach(async () => {
  plugin = await openPlugin(directory);
});
afterEach(() => plugin?.[Symbol.asyncDispose]());

const landscape = drawLandscape(640, 480, 3);
const original = encodeJpeg(landscape, [], 90);
const comparison = async (photo: Uint8Array, name: string) =>
  (await plugin.process(photo, { name })).metadata['Fingerprint:Comparison'];

test('the first photo was not seen before, and neither were others', async () => {
  const { metadata, findings } = await plugin.process(original, { name: 'one.jpg' });
  expect(findings).toEqual([]);
  expect(metadata['Fingerprint:Comparison']).toBe('No other photos to compare with yet');
  expect(metadata['Fingerprint:Perceptual']).toMatch(/^[0-9a-f]{16}$/);
  for (const [index, seed] of [21, 22, 23, 24].entries()) {
    const other = makePhoto({ width: 320, height: 240, seed });
    expect(await comparison(other, `${seed}.jpg`)).toBe(
      `Not seen before in ${index + 1} ${index === 0 ? 'photo' : 'photos'}`,
    );
  }
});

test.each([
  ['recompressed', () => encodeJpeg(landscape, [], 35)],
  ['resized', () => encodeJpeg(resize(landscape, 200, 150), [], 80)],
  ['resized to another shape', () => encodeJpeg(resize(landscape, 400, 280), [], 80)],
  ['slightly cropped', () => encodeJpeg(crop(landscape, 26, 19, 588, 442), [], 85)],
  ['saved as PNG', () => makePhoto({ format: 'png', width: 640, height: 480, seed: 3 })],
])('a copy that was %s is found, with day and name of the first one', async (_, make) => {
  await plugin.process(original, { name: 'claim-1.jpg' });
  await plugin.process(makePhoto({ width: 320, height: 240, seed: 21 }), { name: 'other.jpg' });
  const { findings, metadata } = await plugin.process(make(), { name: 'claim-2.jpg' });
  expect(findings).toMatchObject([
    {
      severity: 'possible',
      question: 'origin',
      evidence: {
        'Seen as': 'claim-1.jpg',
        'Its SHA-256': sha256Of(original),
        'Seen on': expect.stringMatching(/^\d{4}-/),
      },
    },
  ]);
  expect(metadata['Fingerprint:Comparison']).toBe('Seen before: 1 of 2 photos');
});

test('a copy that was really turned is found by the orientation that the first one names', async () => {
  await plugin.process(original, { name: 'a.jpg', metadata: { Orientation: 6 } });
  const { findings } = await plugin.process(encodeJpeg(orient(landscape, 6), [], 85), { name: 'b.jpg' });
  expect(findings).toMatchObject([{ evidence: { 'Seen as': 'a.jpg' } }]);
});

test('a photo that is run again meets neither itself nor what came after it', async () => {
  const copy = encodeJpeg(landscape, [], 40);
  await plugin.process(original, { name: 'a.jpg' });
  await plugin.process(copy, { name: 'b.jpg' });
  const again = await plugin.process(original, { name: 'a.jpg' });
  expect(again.findings).toEqual([]);
  const renamed = await plugin.process(original, { name: 'c.jpg' });
  expect(renamed.findings).toMatchObject([
    { severity: 'note', title: 'The same file was seen before under another name', evidence: { 'Seen as': 'a.jpg' } },
  ]);
  const copyAgain = await plugin.process(copy, { name: 'b.jpg' });
  expect(copyAgain.findings).toMatchObject([{ severity: 'possible', evidence: { 'Seen as': 'a.jpg' } }]);
});

test('runs at the same time are all remembered', async () => {
  const photos = Array.from({ length: 12 }, (_, seed) => makePhoto({ width: 64, height: 48, seed: 100 + seed }));
  await Promise.all(photos.map((photo, index) => plugin.process(photo, { name: `${index}.jpg` })));
  expect(await comparison(original, 'last.jpg')).toMatch(/in 12 photos$|of 12 photos$/);
});

test('photos without a picture to look at are known as files only, and even ones meet nobody', async () => {
  const even = { width: 64, height: 48, rgb: new Uint8Array(64 * 48 * 3).fill(200) };
  const photos = [
    makePhoto({ format: 'webp' }),
    encodeJpeg(even, [], 90),
    encodeJpeg(even, [], 70),
    Buffer.from('nothing'),
  ];
  for (const photo of photos) {
    const { findings, metadata, result } = await plugin.process(photo, { name: 'x' });
    expect({ error: result.error, findings }).toEqual({ error: undefined, findings: [] });
    expect(metadata['Fingerprint:NotTaken']).toMatch(/Only the file itself is compared\.$/);
  }
});

test('the oldest photos are forgotten when the pages are full, and the report says so', async () => {
  const { storage } = createMemoryCapabilities();
  await plugin[Symbol.asyncDispose]();
  plugin = await openPlugin(directory, { capabilities: { storage } });
  const name = '\u{1F4F7}'.repeat(80);
  const row = (index: number) => [String(index).padStart(64, '0'), new Date(0).toISOString(), name, 'f'.repeat(32)];
  for (let page = 0; page < 24; page += 1) {
    const rows = Array.from({ length: 400 }, (_, index) => row(page * 400 + index));
    await storage.set(plugin.installation, `photos-${String(page).padStart(8, '0')}`, { first: page * 400, rows }, {});
  }
  expect(await comparison(original, 'new.jpg')).toBe('Not seen before in 9,600 photos');
  const keys = await storage.list(plugin.installation, { prefix: 'photos-', after: '', limit: 1_000 });
  expect(keys).toHaveLength(24);
  expect(keys[0]).toBe('photos-00000001');
  const { metadata } = await plugin.process(makePhoto({ seed: 50 }), { name: 'next.jpg' });
  expect(metadata['Fingerprint:Remembered']).toBe('The last 9201 of 9601 photos: older ones were forgotten');
});

test.each(Object.entries(hostilePhotos))('the hostile photo %s ends in a result', async (_, make) => {
  const { result, log } = await plugin.process(make());
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
});

describe.skipIf(realPhotos.length === 0)('real photos', () => {
  test('meet only their own copies', async () => {
    const found: Record<string, unknown> = {};
    for (const { file, expected } of realPhotos) {
      const { findings, result } = await plugin.process(readRealPhoto(file), { name: file, metadata: expected ?? {} });
      expect(result.error, file).toBeUndefined();
      for (const { severity, evidence } of findings) if (severity !== 'note') found[file] = evidence?.['Seen as'];
    }
    console.log('photo-fingerprint on real photos:', found);
    const original = 'exifr-empty-imagedesc-in-ifd0.jpg';
    expect(found['derived-resaved-q75-empty-imagedesc-in-ifd0.jpg']).toBe(original);
    expect(found['derived-gps-stripped-empty-imagedesc-in-ifd0.jpg']).toBe(original);
    for (const [file, seen] of Object.entries(found)) {
      const stubs = file.startsWith('exiftool-') && String(seen).startsWith('exiftool-');
      const credentials = file.startsWith('c2pa-') && String(seen).startsWith('c2pa-');
      expect({ file, seen, fine: stubs || credentials || seen === original }).toEqual({ file, seen, fine: true });
    }
  });
});
if (realPhotos.length === 0)
  console.log('skipped: photo-fingerprint on real photos, because ../shared/photos is not there');

test('a photo that was deleted is forgotten, and no other one', async () => {
  const other = makePhoto({ width: 320, height: 240, seed: 21 });
  await plugin.process(original, { name: 'gone.jpg' });
  await plugin.process(other, { name: 'stays.jpg' });
  const erase = (event: { [name: string]: Json }) => plugin.call('data:erase', { event });
  const photos = [{ id: 'any', sha256: sha256Of(original) }];
  expect((await erase({ kind: 'photo', runs: ['a'], photos })).result.ok).toBe(true);
  expect(await comparison(encodeJpeg(landscape, [], 35), 'again.jpg')).toBe('Not seen before in 1 photo');
  // What says nothing of photos changes nothing, and twice is the same as once.
  const others: { [name: string]: Json }[] = [
    { kind: 'person', person: 'a' },
    { kind: 'photo', runs: [], photos: [null] },
    { kind: 'run', photos },
  ];
  for (const event of others) expect((await erase(event)).result.ok).toBe(true);
});
