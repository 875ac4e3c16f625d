import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { openTestHost } from '@proofpix/sdk/test-host';

type Host = Awaited<ReturnType<typeof openTestHost>>;
let host: Host;
let plugin: Awaited<ReturnType<Host['install']>>;

beforeAll(async () => {
  host = await openTestHost();
  plugin = await host.install(join(import.meta.dirname, '..'));
});
afterAll(() => host[Symbol.asyncDispose]());

type Metadata = Record<string, string | number | string[]>;

async function titles(metadata: Metadata): Promise<string[]> {
  const value = (await plugin.call('data:analyze', { photo: makePhoto(), data: { metadata, findings: [] } })).value();
  return (value.findings ?? []).map(({ severity, title }) => `${severity}: ${title}`);
}

/** What a camera writes. */
const camera = {
  Make: 'NIKON CORPORATION',
  Model: 'NIKON D750',
  Software: 'Ver.1.11',
  DateTimeOriginal: '2026:07:10 12:00:00',
  CreateDate: '2026:07:10 12:00:00',
  ModifyDate: '2026:07:10 12:00:00',
  ExposureTime: 0.004,
  ShutterSpeedValue: 0.003906,
  FNumber: 8,
  ApertureValue: 8,
  FocalLength: 35,
  LensInfo: '24 120 4 4',
  ImageWidth: 6016,
  ImageHeight: 4016,
  ExifImageWidth: 6016,
  ExifImageHeight: 4016,
  MIMEType: 'image/jpeg',
};

test('what a camera writes contradicts itself nowhere', async () => {
  expect(await titles(camera)).toEqual([]);
  expect(await titles({})).toEqual([]);
});

describe('programs', () => {
  test.each([
    ['Adobe Photoshop 25.9 (Windows)', 'possible'],
    ['GIMP 2.10.36', 'possible'],
    ['paint.net 5.0.13', 'possible'],
    ['Snapseed 2.21', 'possible'],
    ['Adobe Photoshop Lightroom Classic 13.2', 'note'],
    ['Capture One 23 Macintosh', 'note'],
    ['Nikon Transfer 1.1 W', 'note'],
    ['ImageMagick 7.1.1-15', 'note'],
  ])('%s is named with the strength %s', async (software, severity) => {
    expect(await titles({ ...camera, Software: software })).toEqual([
      `${severity}: Saved with ${software}, by its own entry`,
    ]);
  });

  test.each(['10.0.2', 'E775v1.3u', 'HDR+ 1.0.540104767zd', 'Firmware Version 1.0.4', ''])(
    'the firmware "%s" is no program',
    async (software) => expect(await titles({ ...camera, Software: software })).toEqual([]),
  );

  test('the strongest of several is named, and all stand in one finding', async () => {
    expect(await titles({ ...camera, Software: 'ExifTool 12.5', CreatorTool: 'Adobe Photoshop CS6' })).toEqual([
      'possible: Saved with Adobe Photoshop CS6, by its own entry',
    ]);
  });
});

describe('generated pictures', () => {
  const strong = ['strong: Names a program that generates pictures'];

  test.each([
    { DigitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia' },
    { Software: 'Midjourney v6' },
    { 'C2PA:ClaimGenerator': 'DALL·E' },
    { parameters: 'a barn at night\nSteps: 30, Sampler: Euler a, Seed: 12' },
  ] as Metadata[])('%j', async (metadata) => expect(await titles(metadata)).toEqual(strong));

  test('a photo of a camera that says so is none', async () => {
    expect(
      await titles({
        ...camera,
        DigitalSourceType: 'http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture',
        Description: 'A photo of the parameters of a machine',
      }),
    ).toEqual([]);
  });
});

describe('times', () => {
  test('of taking more than a day after the last change are a strong sign', async () => {
    expect(
      await titles({ ...camera, DateTimeOriginal: '2026:08:10 12:00:00', CreateDate: '2026:08:10 12:00:00' }),
    ).toEqual(['strong: Taken after it was last changed']);
  });

  test('of taking some hours after the last change may be two zones', async () => {
    expect(await titles({ ...camera, ModifyDate: '2026:07:10 05:00:00' })).toEqual([
      'possible: Taken after it was last changed',
    ]);
  });

  test('of taking and digitising that differ are a sign for a camera, not for a scanner', async () => {
    const apart = { ...camera, CreateDate: '2026:07:11 12:00:00', ModifyDate: '2026:07:12 12:00:00' };
    expect(await titles(apart)).toEqual(['possible: Taken and digitised at different times']);
    expect(await titles({ ...apart, FileSource: 1 })).toEqual([]);
  });
});

describe('the size of the picture', () => {
  test.each([
    [{ ImageWidth: 4016, ImageHeight: 6016 }, []],
    [{ ImageWidth: 6000, ImageHeight: 4000 }, []],
    [{ ImageWidth: 1600, ImageHeight: 1068 }, ['note: Picture was scaled after the camera wrote it']],
    [{ ImageWidth: 3000, ImageHeight: 3000 }, ['possible: Picture has another shape than the camera wrote']],
  ])('%j beside 6016 × 4016 of the camera', async (size, expected) => {
    expect(await titles({ ...camera, ...size })).toEqual(expected);
  });

  test('of raw files is not compared', async () => {
    expect(await titles({ ...camera, ImageWidth: 160, ImageHeight: 120, MIMEType: 'image/x-canon-cr2' })).toEqual([]);
  });
});

test.each([
  [{ Make: 'Apple', Model: 'NIKON D750' }, ['possible: Camera model and maker do not belong together']],
  [{ LensModel: 'iPhone 7 back camera 3.99mm f/1.8' }, ['possible: Lens and camera do not belong together']],
  [{ FocalLength: 400 }, ['possible: Focal length is outside the range of the named lens']],
  [{ ShutterSpeedValue: 0.05 }, ['note: Exposure is stated twice and differently']],
  [
    { latitude: 48.1, longitude: 11.5, 'XMP:GPSLatitude': 48.2, 'XMP:GPSLongitude': 11.5 },
    ['possible: EXIF and XMP state positions 11 km apart'],
  ],
  [{ latitude: 48.1, longitude: 11.5, 'XMP:GPSLatitude': 48.1001, 'XMP:GPSLongitude': 11.5 }, []],
  [{ DocumentID: 'xmp.did:2', OriginalDocumentID: 'xmp.did:1' }, ['note: Was made from another file']],
] as [Metadata, string[]][])('%j among the entries of a camera', async (metadata, expected) => {
  expect(await titles({ ...camera, ...metadata })).toEqual(expected);
});

test('entries of any type and length end in findings or in none, never in a failure', async () => {
  const hostile = ['x'.repeat(90_000), '\u0000', '<img src=x onerror=alert(1)>', -1, 1e308, 0];
  const tags = [...Object.keys(camera), 'LensModel', 'LensMake', 'DerivedFrom', 'latitude', 'longitude', 'parameters'];
  for (const value of [...hostile, ['a', 'b']]) {
    const metadata = Object.fromEntries(tags.map((tag) => [tag, value]));
    expect(await titles(metadata as Metadata)).toEqual(expect.any(Array));
  }
});
