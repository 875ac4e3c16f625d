import { deflateSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { drawLandscape } from '@proofpix/samples/draw-landscape';
import { hostilePhotos } from '@proofpix/samples/hostile-photos';
import { makePhoto } from '@proofpix/samples/make-photo';
import { partOf, sourceOf, type ByteSource } from './byte-source.ts';
import { decodePicture } from './decode-picture.ts';
import type { DecodeOptions } from './decoding.ts';
import { encodeJpeg } from './jpeg/encode-jpeg.ts';
import type { Picture } from './picture.ts';
import { resize } from './resize.ts';

const decode = (bytes: Uint8Array, options?: DecodeOptions) => decodePicture(sourceOf(bytes), options);

/** Mean difference of two pictures of the same size, in levels of 255. */
function difference(one: Picture, other: Picture): number {
  expect([one.width, one.height]).toEqual([other.width, other.height]);
  return one.rgb.reduce((sum, value, at) => sum + Math.abs(value - (other.rgb[at] ?? 0)), 0) / one.rgb.length;
}

const landscape = drawLandscape(401, 303, 5);

describe.each(['jpeg', 'png'] as const)('%s', (format) => {
  const photo = makePhoto({ format, width: 401, height: 303, seed: 5, quality: 92 });

  test('gives the picture that was written into it', async () => {
    const decoding = await decode(photo, { longestSide: 1_000 });
    if (!decoding.ok) throw new Error(decoding.why);
    expect(decoding).toMatchObject({ width: 401, height: 303, share: 1 });
    expect(difference(decoding.picture, landscape)).toBeLessThan(format === 'png' ? 0.001 : 2);
  });

  test.each([16, 50, 51, 100, 200, 300])('gives it with a longer side of %i pixels', async (longestSide) => {
    const decoding = await decode(photo, { longestSide });
    if (!decoding.ok) throw new Error(decoding.why);
    const { picture } = decoding;
    expect(picture.width).toBe(longestSide);
    expect(difference(picture, resize(landscape, picture.width, picture.height))).toBeLessThan(4);
  });

  test('cut off at any place gives what there is, and says how much', async () => {
    let before = 0;
    for (let length = 0; length < photo.length - 2; length += length < 900 ? 31 : Math.ceil(photo.length / 40)) {
      const decoding = await decode(photo.subarray(0, length), { longestSide: 50 });
      if (!decoding.ok) expect(decoding.why).toMatch(/^[A-Z].*\.$/);
      else if (decoding.share < 1) expect(decoding.why).toMatch(/^[A-Z].*\.$/);
      const share = decoding.ok ? decoding.share : 0;
      expect(share).toBeGreaterThanOrEqual(before);
      before = share;
    }
    expect(before).toBeGreaterThan(0.9);
  });

  test('with noise in it ends in a picture or in a reason', async () => {
    let state = 7;
    const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
    for (let round = 0; round < 150; round += 1) {
      const noisy = Uint8Array.from(photo);
      // One half of the rounds hits the headers, where it hurts most.
      for (let byte = 0; byte < 6; byte += 1) noisy[2 + random(round % 2 ? 700 : noisy.length - 2)] = random(256);
      const decoding = await decode(noisy, { longestSide: 50 });
      expect(decoding.ok ? decoding.picture.rgb.length : decoding.why.length).toBeGreaterThan(0);
    }
  });
});

test('the picture is read in pieces, and a preview inside another file by itself', async () => {
  const photo = makePhoto({ width: 800, height: 600 });
  const file = Buffer.concat([Buffer.alloc(999, 0xff), photo, Buffer.alloc(5)]);
  const lengths: number[] = [];
  const source: ByteSource = {
    size: file.length,
    async read(offset, length) {
      lengths.push(length);
      return file.subarray(offset, offset + length);
    },
  };
  const decoding = await decodePicture(partOf(source, 999, photo.length));
  expect(decoding).toMatchObject({ ok: true, width: 800, height: 600, share: 1 });
  expect(Math.max(...lengths)).toBeLessThanOrEqual(256 * 1024);
});

test('what is not decoded says what it is', async () => {
  const say = async (bytes: Uint8Array) => {
    const decoding = await decode(bytes);
    return decoding.ok ? 'decoded' : decoding.why;
  };
  expect(await say(makePhoto({ format: 'webp' }))).toContain('WebP');
  expect(await say(makePhoto({ format: 'tiff' }))).toContain('TIFF');
  expect(await say(Buffer.from('\0\0\0\x18ftypheic\0\0\0\0'))).toContain('HEIC');
  expect(await say(Buffer.from('\0\0\0\x18ftypavif\0\0\0\0'))).toContain('AVIF');
  expect(await say(new Uint8Array(0))).toMatch(/not decoded/);
  const lossless = Uint8Array.from(makePhoto());
  lossless[Buffer.from(lossless).indexOf(Buffer.from([0xff, 0xc0])) + 1] = 0xc3;
  expect(await say(lossless)).toContain('lossless');
});

describe('a hostile picture', () => {
  const head = Buffer.from(makePhoto({ width: 64, height: 64 }));
  const frameAt = head.indexOf(Buffer.from([0xff, 0xc0]));
  const scanAt = head.indexOf(Buffer.from([0xff, 0xda]));

  test.each(Object.entries(hostilePhotos))('%s ends in a picture or in a reason', async (_, make) => {
    const decoding = await decode(make(), { longestSide: 64 });
    expect(decoding.ok ? decoding.share : decoding.why).toBeTruthy();
  });

  test('that claims 65,535 × 65,535 pixels is refused before memory is taken', async () => {
    const bomb = Buffer.from(head);
    bomb.fill(0xff, frameAt + 5, frameAt + 9);
    expect(await decode(bomb)).toEqual({
      ok: false,
      why: 'The picture claims 65535 × 65535 pixels: more than are decoded here.',
    });
  });

  test('with many scans that take no bytes stops at the limit of its work', async () => {
    const bomb = Buffer.from(head);
    bomb[frameAt + 1] = 0xc2;
    bomb.writeUInt16BE(9_000, frameAt + 5);
    bomb.writeUInt16BE(9_000, frameAt + 7);
    // Refinements of the mean: one bit a block, and the bits behind the end are zeros.
    const scan = Buffer.concat([Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 0, 0x10])]);
    const scans = Array.from({ length: 1_000 }, () => scan);
    const decoding = await decode(Buffer.concat([bomb.subarray(0, scanAt), ...scans]));
    expect(decoding.ok ? decoding.share : decoding.why).not.toBe(1);
  });

  test('whose file ends earlier than it was said to be ends in a reason', async () => {
    const bytes = makePhoto({ width: 400, height: 300 });
    const source: ByteSource = {
      size: bytes.length + 1_000_000,
      read: async (offset, length) => bytes.subarray(offset, offset + length).subarray(0, 20_000),
    };
    const decoding = await decodePicture(source);
    expect(decoding.ok ? decoding.share : 0).toBeLessThanOrEqual(1);
  });
});

/** A PNG with whatever header and data one likes; nobody looks at the checksums. */
function png(width: number, height: number, [depth, type, interlaced]: number[], packed: Uint8Array): Buffer {
  const chunk = (name: string, data: Uint8Array) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    return Buffer.concat([length, Buffer.from(name), data, Buffer.alloc(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([depth ?? 8, type ?? 2, 0, 0, interlaced ?? 0], 8);
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([255, 0, 0, 0, 0, 255])),
    chunk('IDAT', packed),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

test('a PNG that unpacks to far more than its size says is not unpacked to the end', async () => {
  const bomb = png(4, 4, [8, 2], deflateSync(Buffer.alloc(200_000_000)));
  expect(bomb.length).toBeLessThan(300_000);
  expect(await decode(bomb)).toMatchObject({ ok: true, share: 1, width: 4 });
});

test('a PNG that claims more pixels than fit is refused, and one without data gives a reason', async () => {
  const packed = deflateSync(Buffer.alloc(100));
  expect(await decode(png(90_000, 90_000, [8, 6], packed))).toMatchObject({ ok: false });
  expect(await decode(png(4_000_000_000, 1, [1, 0], packed))).toMatchObject({ ok: false });
  expect(await decode(png(100, 100, [8, 2], Buffer.alloc(50)))).toMatchObject({ ok: false });
  expect(await decode(png(100, 100, [3, 2], packed))).toMatchObject({ ok: false });
});

test('a PNG of a palette, of bits and of sixteen bits a sample gives its colours', async () => {
  const colours = async (bytes: Buffer) => {
    const decoding = await decode(bytes);
    return decoding.ok ? [...decoding.picture.rgb] : decoding.why;
  };
  const bits = deflateSync(Buffer.from([0, 0b01000000]));
  expect(await colours(png(2, 1, [1, 3], bits))).toEqual([255, 0, 0, 0, 0, 255]);
  expect(await colours(png(2, 1, [1, 0], bits))).toEqual([0, 0, 0, 255, 255, 255]);
  expect(await colours(png(1, 1, [16, 2], deflateSync(Buffer.from([0, 9, 1, 8, 2, 7, 3]))))).toEqual([9, 8, 7]);
  expect(await colours(png(1, 1, [8, 4], deflateSync(Buffer.from([0, 0, 0]))))).toEqual([255, 255, 255]);
  const adam7 = deflateSync(Buffer.from([0, 50, 0, 60, 0, 70, 71]));
  expect(await colours(png(2, 2, [8, 0, 1], adam7))).toEqual([50, 60, 70, 71].flatMap((grey) => [grey, grey, grey]));
});

test('a picture that is encoded and decoded again is nearly the same', async () => {
  const decoding = await decode(encodeJpeg(landscape, [], 90), { longestSide: 2_000 });
  if (!decoding.ok) throw new Error(decoding.why);
  expect(difference(decoding.picture, landscape)).toBeLessThan(3);
});
