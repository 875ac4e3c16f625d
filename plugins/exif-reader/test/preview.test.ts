import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';

let plugin: OpenedPlugin;
beforeAll(async () => {
  plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
});
afterAll(() => plugin?.[Symbol.asyncDispose]());

/** A TIFF structure whose directories, one behind the other, each name one JPEG. */
function tiffWith(...jpegs: readonly Uint8Array[]): Buffer {
  const directoryBytes = 2 + 24 + 4;
  const block = Buffer.alloc(8 + jpegs.length * directoryBytes);
  block.write('II*\0', 'latin1');
  block.writeUInt32LE(8, 4);
  let behind = block.length;
  jpegs.forEach((jpeg, index) => {
    const at = 8 + index * directoryBytes;
    block.writeUInt16LE(2, at);
    [0x201, 0x202].forEach((tag, field) => {
      const from = at + 2 + field * 12;
      block.writeUInt16LE(tag, from);
      block.writeUInt16LE(4, from + 2);
      block.writeUInt32LE(1, from + 4);
      block.writeUInt32LE(field === 0 ? behind : jpeg.length, from + 8);
    });
    block.writeUInt32LE(index + 1 < jpegs.length ? at + directoryBytes : 0, at + 26);
    behind += jpeg.length;
  });
  return Buffer.concat([block, ...jpegs]);
}

const small = makePhoto({ width: 32, height: 24 });
const large = makePhoto({ width: 320, height: 240 });

test('the largest JPEG of a TIFF is kept as its preview', async () => {
  const { files, result } = await plugin.process(tiffWith(small, large, small), { name: 'photo.tif' });
  expect(result.error).toBeUndefined();
  expect([...files.keys()]).toEqual(['preview.jpg']);
  expect(Buffer.from(files.get('preview.jpg') ?? []).equals(large)).toBe(true);
});

test('lossless sensor data and bytes that are no picture are left where they are', async () => {
  const lossless = Buffer.from(large);
  lossless[lossless.indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
  const { files } = await plugin.process(tiffWith(lossless, small, Buffer.alloc(9_000, 1)), { name: 'photo.dng' });
  expect(Buffer.from(files.get('preview.jpg') ?? []).equals(small)).toBe(true);
  expect((await plugin.process(tiffWith(lossless), { name: 'photo.tif' })).files.size).toBe(0);
});

test('a preview as large as allowed stays within the memory of the plugin, and a larger one is left out', async () => {
  const filled = (bytes: number) => Buffer.concat([large, Buffer.alloc(bytes - large.length)]);
  const { files, result, log } = await plugin.process(tiffWith(small, filled(16 * 1024 * 1024)), { name: 'a.nef' });
  expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
  expect(files.get('preview.jpg')?.length).toBe(16 * 1024 * 1024);
  const tooLarge = await plugin.process(tiffWith(small, filled(16 * 1024 * 1024 + 1)), { name: 'a.nef' });
  expect(tooLarge.files.get('preview.jpg')?.length).toBe(small.length);
});

test('photos that browsers draw get no preview, whatever thumbnail they have', async () => {
  const block = tiffWith(small);
  const photos = [
    makePhoto({ exif: block }),
    makePhoto({ format: 'png', exif: block }),
    makePhoto({ format: 'webp', exif: block }),
  ];
  for (const photo of photos) expect((await plugin.process(photo)).files.size).toBe(0);
});

test('directories that lead back, and pictures that lie outside of the file, give no preview', async () => {
  const loop = tiffWith(small);
  loop.writeUInt32LE(8, 8 + 26);
  loop.writeUInt32LE(0xfffffff0, 8 + 2 + 8);
  const { files, result } = await plugin.process(loop, { name: 'a.tif' });
  expect(result.error).toBeUndefined();
  expect(files.size).toBe(0);
});
