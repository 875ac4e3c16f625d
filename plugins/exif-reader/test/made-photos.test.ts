import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hostilePhotos, type HostilePhoto } from '@proofpix/samples/hostile-photos';
import { makePhoto } from '@proofpix/samples/make-photo';
import { makeSamplePhoto, sampleExif } from '@proofpix/samples/sample-photo';
import { writeExif } from '@proofpix/samples/write-exif';
import { openReader, type Reader } from './open-reader.ts';

const title = {
  cutOff: 'The file ends in the middle of its metadata',
  large: (block: string) => `The ${block} block is unusually large`,
  damaged: 'The metadata are damaged',
  none: 'The photo carries no metadata',
  unknown: 'The file has no structure of a photo',
};

let reader: Reader;
beforeAll(async () => {
  reader = await openReader();
});
afterAll(async () => reader?.[Symbol.asyncDispose]());

test('the sample photo gives every value that was written into it', async () => {
  const { result, metadata, findings } = await reader.read(makeSamplePhoto());
  expect(result.ok).toBe(true);
  expect(findings).toEqual([]);
  for (const [name, value] of Object.entries(sampleExif)) {
    if (typeof value === 'number') expect(metadata[name], name).toBeCloseTo(value, 5);
    else expect(metadata[name], name).toBe(value);
  }
  expect(metadata).toMatchObject({
    FileType: 'JPEG',
    MIMEType: 'image/jpeg',
    ImageWidth: 1200,
    ImageHeight: 800,
    GPSDateTime: '2026:06:21 12:05:31Z',
    CreatorTool: 'ProofPix samples 1.0',
    Title: 'Lake below the hills',
  });
  expect(metadata.latitude).toBeCloseTo(61.494722, 5);
});

describe.each(['jpeg', 'png', 'webp', 'tiff'] as const)('%s', (format) => {
  test('gives EXIF, position south and west, and XMP', async () => {
    const exif = {
      Make: 'Maker',
      Model: 'M 1',
      GPSLatitude: -33.856784,
      GPSLongitude: -151.215297,
      GPSAltitude: -3,
      ExposureTime: 1 / 250,
    };
    const xmp = { 'xmp:CreatorTool': 'Editor & Söhne', 'dc:subject': ['one', 'two'] } as const;
    const { result, metadata, findings } = await reader.read(makePhoto({ format, exif, xmp }), `photo.${format}`);
    expect(result.error).toBeUndefined();
    expect(findings).toEqual([]);
    expect(metadata).toMatchObject({
      Make: 'Maker',
      Model: 'M 1',
      GPSAltitude: -3,
      ExposureTime: 0.004,
      CreatorTool: 'Editor & Söhne',
      Subject: ['one', 'two'],
      ImageWidth: 96,
      ImageHeight: 64,
    });
    expect(metadata.latitude).toBeCloseTo(-33.856784, 5);
    expect(metadata.longitude).toBeCloseTo(-151.215297, 5);
  });

  test('cut off at any place gives a clear result', async () => {
    const photo = makePhoto({ format, exif: sampleExif, xmp: { 'xmp:CreatorTool': 'Editor' } });
    for (let length = 1; length < Math.min(photo.length, 2_400); length += 97) {
      const { result, findings, log } = await reader.read(photo.subarray(0, length), `photo.${format}`);
      expect({ length, error: result.error, log }).toEqual({ length, error: undefined, log: [] });
      expect(findings.every(({ severity }) => severity === 'note')).toBe(true);
      if (length < 700 && format !== 'webp') expect(findings.length, String(length)).toBeGreaterThan(0);
    }
  });
});

const expectations: Record<HostilePhoto, { titles: string[]; metadata: object }> = {
  nulInText: {
    titles: [
      'Text continues behind a NUL character in ImageDescription',
      'Text continues behind a NUL character in Artist',
    ],
    metadata: { ImageDescription: 'before', Artist: 'a' },
  },
  brokenUtf8: { titles: [], metadata: { Make: 'ProofPix', Artist: expect.stringContaining('A') } },
  deceptiveText: { titles: [], metadata: { Make: 'ProofPix' } },
  exifOf10Megabytes: {
    titles: [title.large('EXIF')],
    metadata: { Make: 'ProofPix', ImageDescription: 'x'.repeat(32 * 1024) },
  },
  xmpOf10Megabytes: { titles: [title.large('XMP')], metadata: { Make: 'ProofPix' } },
  xmpOfManyElements: { titles: [title.large('XMP')], metadata: { Make: 'ProofPix' } },
  truncatedInMetadata: { titles: [title.cutOff], metadata: { FileType: 'JPEG' } },
  truncatedInPixels: { titles: [], metadata: { Make: 'ProofPix', ImageWidth: 400, ImageHeight: 300 } },
  directoryLoop: { titles: [title.damaged], metadata: { Make: 'Loop' } },
  lyingCount: { titles: [title.cutOff], metadata: { Model: 'Count' } },
  noMetadata: { titles: [title.none], metadata: { ImageWidth: 96, ImageHeight: 64 } },
};

test.each(Object.keys(expectations) as HostilePhoto[])(
  'the hostile photo %s gives what can be read, and says what is wrong',
  async (name) => {
    const { result, metadata, findings } = await reader.read(hostilePhotos[name]());
    expect(result.error).toBeUndefined();
    expect(metadata).toMatchObject(expectations[name].metadata);
    expect(findings.map((finding) => finding.title)).toEqual(expectations[name].titles);
  },
);

test('XMP that keeps careless parsers busy for minutes is refused quickly', async () => {
  const packetEnds = Buffer.from(`<?xpacket begin="" id=""?>${'<?xpacket end="'.repeat(100_000)}`);
  const blanks = Buffer.from(`<?xpacket begin="" id=""?><x:xmpmeta>${' '.repeat(1_500_000)}<`);
  for (const xmp of [packetEnds, blanks]) {
    const { result, findings } = await reader.read(makePhoto({ format: 'png', exif: { Make: 'Maker' }, xmp }));
    expect(result.error).toBeUndefined();
    expect(findings.map((finding) => finding.title)).toEqual(['The XMP block cannot be read']);
  }
});

test('noise in a real container, and in none, never makes the plugin fail', async () => {
  const photo = Buffer.from(makePhoto({ exif: sampleExif, xmp: { 'xmp:CreatorTool': 'Editor' } }));
  let state = 1;
  const random = (below: number) => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0) % below;
  for (let round = 0; round < 150; round += 1) {
    const noisy = Buffer.from(photo);
    for (let byte = 0; byte < 12; byte += 1) noisy[2 + random(1_200)] = random(256);
    const { result, log } = await reader.read(noisy);
    expect({ round, error: result.error, log }).toEqual({ round, error: undefined, log: [] });
  }
  const { findings } = await reader.read(Buffer.alloc(5_000, 'no photo'));
  expect(findings.map((finding) => finding.title)).toEqual([title.unknown]);
});

test('a photo of 200 MB is read in ranges: its pixels are never fetched', async () => {
  const head = makePhoto({ exif: sampleExif });
  const { result, metadata } = await reader.readRanges(200 * 1024 * 1024, (offset, length) => {
    const bytes = Buffer.alloc(length, 0x55);
    bytes.set(head.subarray(offset, offset + length));
    return bytes;
  });
  expect(metadata.Make).toBe('ProofPix');
  expect(result.usage.bytesRead).toBeLessThan(256 * 1024);
});

/** A box of an ISO media file. */
function box(type: string, ...parts: readonly (Uint8Array | string | number[])[]): Buffer {
  const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

test('a HEIC or AVIF whose tables claim endless items and pieces ends quickly', async () => {
  const items = Array.from({ length: 60_000 }, (_, id) => box('infe', [2, 0, 0, 0, id >> 8, id & 255, 0, 0], 'Exif\0'));
  // Sizes of nothing: every one of the 65,535 pieces of every item takes no byte.
  const piecesOfNothing = Array.from({ length: 60_000 }, (_, id) => Buffer.from([id >> 8, id & 255, 0, 0, 255, 255]));
  for (const brand of ['heic', 'avif']) {
    const meta = box(
      'meta',
      [0, 0, 0, 0],
      box('iinf', [0, 0, 0, 0, 255, 255], ...items),
      box('iloc', [0, 0, 0, 0, 0, 0, 255, 255], ...piecesOfNothing),
    );
    const { result, metadata } = await reader.read(Buffer.concat([box('ftyp', brand, [0, 0, 0, 0], brand), meta]));
    expect(result.error).toBeUndefined();
    expect(metadata.FileType).toBe(brand.toUpperCase());
  }
});

test('a TIFF with as many long texts as fit into its directories stays within the memory of the plugin', async () => {
  const extra = Array.from({ length: 900 }, (_, index) => ({
    tag: 0x9c9b - index,
    type: 'ascii' as const,
    value: 'z'.repeat(30_000),
  }));
  const exif = writeExif(
    { Make: 'Maker' },
    extra.filter(({ tag }) => tag !== 0x8769 && tag !== 0x8825),
  );
  const { result, metadata, findings } = await reader.read(makePhoto({ format: 'png', exif }));
  expect(result.error).toBeUndefined();
  expect(metadata.Make).toBe('Maker');
  expect(findings.map((finding) => finding.title)).toEqual(['Not all metadata were read']);
});
