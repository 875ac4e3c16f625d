import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeJpeg } from '@proofpix/pixels/jpeg/encode-jpeg';
import { orient } from '@proofpix/pixels/orient';
import { crop, type Picture } from '@proofpix/pixels/picture';
import { resize } from '@proofpix/pixels/resize';
import { drawLandscape } from '@proofpix/samples/draw-landscape';
import { hostilePhotos } from '@proofpix/samples/hostile-photos';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

/** A JPEG whose EXIF holds a thumbnail in its second directory, as cameras write it. */
function photoWith(picture: Picture, thumbnail: Uint8Array, quality = 90): Buffer {
  const block = Buffer.alloc(8 + 2 + 4 + 2 + 24 + 4);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  block.writeUInt32LE(14, 10);
  block.writeUInt16LE(2, 14);
  block.writeUInt16LE(0x201, 16);
  block.writeUInt16LE(4, 18);
  block.writeUInt32LE(1, 20);
  block.writeUInt32LE(block.length, 24);
  block.writeUInt16LE(0x202, 28);
  block.writeUInt16LE(4, 30);
  block.writeUInt32LE(1, 32);
  block.writeUInt32LE(thumbnail.length, 36);
  const body = Buffer.concat([Buffer.from('Exif\0\0'), block, thumbnail]);
  const head = Buffer.from([0xff, 0xe1, (body.length + 2) >> 8, (body.length + 2) & 255]);
  return Buffer.from(encodeJpeg(picture, [head, body], quality));
}

const picture = drawLandscape(640, 480, 4);
const small = (of: Picture, width: number, height: number, quality = 70) =>
  encodeJpeg(resize(of, width, height), [], quality);

function withBars(of: Picture, width: number, height: number): Picture {
  const barred = { width, height, rgb: new Uint8Array(width * height * 3).fill(4) };
  const inner = resize(of, width, Math.round((width * of.height) / of.width));
  const top = Math.floor((height - inner.height) / 2);
  barred.rgb.set(inner.rgb, top * width * 3);
  return barred;
}

function painted(of: Picture, left: number, top: number, width: number, height: number): Picture {
  const rgb = of.rgb.slice();
  for (let y = top; y < top + height; y += 1)
    rgb.fill(230, (y * of.width + left) * 3, (y * of.width + left + width) * 3);
  return { ...of, rgb };
}

const wide = drawLandscape(720, 405, 6);

test.each([
  ['of the same picture', () => photoWith(picture, small(picture, 160, 120))],
  ['of a picture that was saved again and again', () => photoWith(picture, small(picture, 160, 120, 30), 25)],
  [
    'with black bars over and under a wide picture',
    () => photoWith(wide, encodeJpeg(withBars(wide, 160, 120), [], 70)),
  ],
  ['that shows the middle of a wide picture', () => photoWith(wide, small(crop(wide, 90, 0, 540, 405), 160, 120))],
  ['that was stretched to 4:3', () => photoWith(wide, small(wide, 160, 120))],
  [
    'that is darker',
    () => photoWith(picture, small({ ...picture, rgb: picture.rgb.map((value) => value * 0.8) }, 160, 120)),
  ],
])('a thumbnail %s gives no finding', async (_, make) => {
  const { findings, files, metadata } = await plugin.process(make());
  expect(findings).toEqual([]);
  expect(files.size).toBe(0);
  expect(metadata['Thumbnail:Likeness']).toBeGreaterThan(0.93);
});

test('a thumbnail that was turned along with the orientation gives no finding', async () => {
  for (const orientation of [3, 6, 8]) {
    const thumbnail = small(orient(picture, orientation), orientation === 3 ? 160 : 120, orientation === 3 ? 120 : 160);
    const { findings } = await plugin.process(photoWith(picture, thumbnail), {
      metadata: { Orientation: orientation },
    });
    expect(findings).toEqual([]);
  }
});

test('a part that was painted over gives a finding with its place, as the viewer turns it', async () => {
  const photo = photoWith(painted(picture, 320, 240, 160, 120), small(picture, 160, 120));
  const { findings, files } = await plugin.process(photo);
  expect(findings).toMatchObject([
    { title: 'The thumbnail shows something else than the picture', question: 'edited' },
  ]);
  const { x = 0, y = 0, width = 0, height = 0 } = findings[0]?.region ?? {};
  expect([x, y]).toEqual([expect.closeTo(0.5, 1), expect.closeTo(0.5, 1)]);
  expect([width, height]).toEqual([expect.closeTo(0.25, 1), expect.closeTo(0.25, 1)]);
  expect([...files.keys()]).toEqual(['thumbnail.jpg']);
  const turned = await plugin.process(photo, { metadata: { Orientation: 3 } });
  expect(turned.findings[0]?.region?.x).toBeCloseTo(0.25, 1);
});

test('a thumbnail of another photo is a strong sign', async () => {
  const { findings } = await plugin.process(photoWith(picture, small(orient(picture, 3), 160, 120)));
  expect(findings).toMatchObject([
    { severity: 'strong', title: 'The thumbnail shows something else than the picture' },
  ]);
});

test('a picture that was cropped is told from its thumbnail, which shows more', async () => {
  const part = crop(picture, 160, 90, 400, 300);
  const { findings } = await plugin.process(photoWith(part, small(picture, 160, 120)));
  expect(findings).toMatchObject([{ severity: 'possible', title: 'The thumbnail shows more than the picture' }]);
});

test('a picture that is cut off is compared as far as it goes', async () => {
  const photo = photoWith(picture, small(picture, 160, 120));
  const { findings, files } = await plugin.process(photo.subarray(0, Math.floor(photo.length * 0.6)));
  expect(findings).toMatchObject([
    { severity: 'note', title: 'The thumbnail still shows what is missing of the picture' },
  ]);
  expect(files.has('thumbnail.jpg')).toBe(true);
});

test('thumbnails that are no pictures, or too small to compare, give nothing', async () => {
  for (const thumbnail of [Buffer.from('no picture'), small(picture, 8, 8), Buffer.alloc(0)]) {
    const { findings, result } = await plugin.process(photoWith(picture, thumbnail));
    expect({ error: result.error, findings }).toEqual({ error: undefined, findings: [] });
  }
});

test.each(Object.entries(hostilePhotos))('the hostile photo %s ends in a result', async (_, make) => {
  const { result, findings, log } = await plugin.process(make());
  expect({ error: result.error, log, findings }).toEqual({ error: undefined, log: [], findings: [] });
});

test('noise never makes the plugin fail', async () => {
  const photo = photoWith(resize(picture, 200, 150), small(picture, 80, 60));
  let state = 11;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 12; round += 1) {
    const noisy = Buffer.from(photo);
    for (let byte = 0; byte < 10; byte += 1) noisy[2 + random(round % 2 ? 300 : 8_000)] = random(256);
    const { result, log } = await plugin.process(noisy);
    expect({ round, error: result.error, log }).toEqual({ round, error: undefined, log: [] });
  }
});
