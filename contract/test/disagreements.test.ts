import { describe, expect, test } from 'vitest';
import { disagreementsOf, metresApart } from '../src/disagreements.ts';
import type { Json } from '../src/json.ts';
import { secondsApart, timeAsText, timeInFileName } from '../src/recorded-time.ts';
import { runDocument } from '../src/run-document.ts';
import type { Report, RunSummary } from '../src/runs.ts';

const source = (plugin: string) => ({ plugin, version: '1.0.0', digest: 'd'.repeat(64) });

function rows(metadata: Record<string, Json>, fileName = 'photo.jpg', conflicts: Report['conflicts'] = []) {
  const sources = Object.fromEntries(Object.keys(metadata).map((tag) => [tag, source('exif-reader')]));
  return disagreementsOf({ metadata, sources, conflicts }, fileName);
}
const only = (metadata: Record<string, Json>, fileName?: string) => {
  const all = rows(metadata, fileName);
  return all.map(({ question, readings, apart }) => ({
    question,
    said: readings.map(({ origin, value }) => `${origin}: ${value}`),
    apart: apart === null ? null : `${apart.value} ${apart.unit}`,
  }));
};

describe('the time of a photo', () => {
  test('a clock with its zone that is hours from the satellites disagrees, and both are named with their plugin', () => {
    const [row] = rows({
      DateTimeOriginal: '2026:11:12 16:42:08',
      OffsetTimeOriginal: '+01:00',
      GPSDateTime: '2026:11:12 12:11:54Z',
    });
    expect(row).toEqual({
      question: 'time',
      readings: [
        { origin: 'exif', value: '2026-11-12T16:42:08+01:00', source: source('exif-reader') },
        { origin: 'gps', value: '2026-11-12T12:11:54Z', source: source('exif-reader') },
      ],
      apart: { value: 12_614, unit: 'seconds' },
    });
  });

  test.each([
    ['2026:11:12 12:12:00', 'the same clock'],
    ['2026:11:12 13:12:00', 'an hour east'],
    ['2026:11:12 17:57:00', 'Nepal, five hours and three quarters'],
    ['2026:11:13 02:11:54', 'fourteen hours east'],
    ['2026:11:12 00:11:54', 'twelve hours west'],
    ['2026:11:12 12:13:50', 'a clock that is two minutes fast'],
  ])('without a zone, %s beside 12:11:54 UTC is none: %s', (DateTimeOriginal) => {
    expect(rows({ DateTimeOriginal, GPSDateTime: '2026:11:12 12:11:54Z' })).toEqual([]);
  });

  test('without a zone, what no zone explains is told as the least that remains', () => {
    expect(only({ DateTimeOriginal: '2026:11:12 13:19:00', GPSDateTime: '2026:11:12 12:11:54Z' })[0]?.apart).toBe(
      '426 seconds',
    );
    // Two days later: fourteen hours of it may be a zone.
    expect(only({ DateTimeOriginal: '2026:11:14 12:11:54', GPSDateTime: '2026:11:12 12:11:54Z' })[0]?.apart).toBe(
      `${(48 - 14) * 3600} seconds`,
    );
  });

  test('GPS date and time that stand apart are read together', () => {
    const [row] = only({
      DateTimeOriginal: '2026:11:12 16:42:08',
      OffsetTime: '+01:00',
      GPSDateStamp: '2026:11:12',
      GPSTimeStamp: '12:11:54.65',
    });
    expect(row?.said).toContain('gps: 2026-11-12T12:11:54Z');
  });

  test('the name of a Pixel photo is UTC, that of other cameras is their own clock', () => {
    const metadata = { DateTimeOriginal: '2026:11:12 16:42:08', OffsetTimeOriginal: '+01:00', Make: 'Google' };
    expect(only(metadata, 'PXL_20261112_154208123.jpg')).toEqual([]);
    expect(only(metadata, 'PXL_20261112_164208123.jpg')[0]?.apart).toBe('3600 seconds');
    expect(only(metadata, 'IMG_20261112_164210.jpg')).toEqual([]);
    expect(only(metadata, 'IMG_20261113_101500.jpg')[0]?.said).toContain('file-name: 2026-11-13T10:15:00');
  });

  test('a message, a signature or a saved copy may come later than the picture, but not before it', () => {
    const taken = { DateTimeOriginal: '2026:11:12 16:42:08', OffsetTimeOriginal: '+00:00' };
    expect(only(taken, 'IMG-20261130-WA0001.jpg')).toEqual([]);
    expect(only(taken, 'IMG-20261101-WA0001.jpg')[0]?.said).toContain('file-name: 2026-11-01');
    expect(only({ ...taken, 'C2PA:SignedAt': '2026-11-13T09:00:00Z' })).toEqual([]);
    expect(only({ ...taken, 'C2PA:SignedAt': '2026-11-12T16:00:00Z' })[0]?.apart).toBe('2528 seconds');
    expect(only(taken, 'WhatsApp Image 2026-11-12 at 16.50.00.jpeg')).toEqual([]);
  });

  test('the same tag of XMP is another reading, and a date that has a zone is XMP whoever wrote it first', () => {
    const [row] = only({
      DateTimeOriginal: '2026:11:12 16:42:08',
      'XMP:DateTimeOriginal': '2026:11:10 10:00:00+01:00',
    });
    expect(row?.said).toEqual(['exif: 2026-11-12T16:42:08', 'xmp: 2026-11-10T10:00:00+01:00']);
    expect(only({ DateTimeOriginal: '2026:11:12 16:42:08+01:00' }, 'IMG_20261101_164208.jpg')[0]?.said[0]).toBe(
      'xmp: 2026-11-12T16:42:08+01:00',
    );
  });

  test('IPTC tells a day, and a day fits all of its moments', () => {
    const taken = { DateTimeOriginal: '2026:11:12 23:42:08' };
    expect(only({ ...taken, 'IPTC:DateCreated': '2026:11:12' })).toEqual([]);
    expect(only({ ...taken, 'IPTC:DateCreated': '2026:11:15' })[0]?.said[1]).toBe('iptc: 2026-11-15');
    expect(only({ ...taken, DateCreated: '2026:11:12', TimeCreated: '11:05:00+01:00' })[0]?.said[1]).toBe(
      'iptc: 2026-11-12T11:05:00+01:00',
    );
  });

  test('clocks that were never set, and days that no month has, say nothing', () => {
    for (const DateTimeOriginal of ['0000:00:00 00:00:00', '2026:02:30 10:00:00', '    :  :     :  :  ', 'yesterday'])
      expect(rows({ DateTimeOriginal, GPSDateTime: '2026:11:12 12:11:54Z' })).toEqual([]);
  });
});

describe('file names', () => {
  test.each([
    ['IMG_20261112_164208.jpg', '2026-11-12T16:42:08'],
    ['PXL_20261112_164208123.MP.jpg', '2026-11-12T16:42:08Z'],
    ['20261112_164208.jpg', '2026-11-12T16:42:08'],
    ['2026-11-12 16.42.08.jpg', '2026-11-12T16:42:08'],
    ['Screenshot_20261112-164208_Chrome.png', '2026-11-12T16:42:08'],
    ['Screenshot 2026-11-12 at 16.42.08.png', '2026-11-12T16:42:08'],
    ['DJI_20261112164208_0001_D.JPG', '2026-11-12T16:42:08'],
    ['IMG-20261112-WA0001.jpg', '2026-11-12'],
    ['signal-2026-11-12-164208.jpg', '2026-11-12T16:42:08'],
    ['photo_2026-11-12_16-42-08.jpg', '2026-11-12T16:42:08'],
    ['IMG_4127.jpg', null],
    ['DJI_0042.JPG', null],
    ['IMG_20261312_164208.jpg', null],
    ['20261112_1642081234.jpg', null],
    ['evening-field.png', null],
  ])('%s tells %s', (name, told) => {
    const found = timeInFileName(name);
    expect(found === null ? null : timeAsText(found)).toBe(told);
  });

  test('a name of any length takes no longer than its first part', () => {
    expect(timeInFileName('Screenshot_'.repeat(100_000))).toBeNull();
    expect(timeInFileName(`20261112_${'1'.repeat(1_000_000)}`)).toBeNull();
  });

  test('two times compared either way lie as far apart', () => {
    const names = [
      'IMG_20261112_164208.jpg',
      'PXL_20261110_164208.jpg',
      'IMG-20261101-WA0001.jpg',
      '20261112_164208.jpg',
    ];
    const times = names.map((name) => timeInFileName(name)).filter((time) => time !== null);
    for (const a of times) for (const b of times) expect(secondsApart(a, b)).toBe(secondsApart(b, a));
  });
});

describe('the program, device, place and size of a photo', () => {
  test('a program that only one part names disagrees; other spellings and versions left out do not', () => {
    expect(only({ Software: 'HDR+ 1.0.540104767zd', CreatorTool: 'Adobe Photoshop 25.9 (Windows)' })[0]).toEqual({
      question: 'program',
      said: ['exif: HDR+ 1.0.540104767zd', 'xmp: Adobe Photoshop 25.9 (Windows)'],
      apart: null,
    });
    expect(
      only({ Software: 'Adobe Photoshop 25.9', 'C2PA:ClaimGenerator': 'Adobe_Photoshop/25.9.1 adobe_c2pa/0.7.6' }),
    ).toEqual([]);
    expect(only({ Software: 'Adobe Photoshop', CreatorTool: 'Adobe Photoshop 25.9' })).toEqual([]);
    expect(only({ Software: 'Adobe Photoshop 7.0', CreatorTool: 'Adobe Photoshop 25.9' })[0]?.question).toBe('program');
    expect(only({ Software: '10.0.2', CreatorTool: 'Snapseed 2.0' })[0]?.question).toBe('program');
  });

  test('positions disagree beyond the rounding of programs and the error that GPS states', () => {
    const here = { latitude: 61.871412, longitude: 6.849233 };
    expect(only({ ...here, 'XMP:GPSLatitude': 61.8714, 'XMP:GPSLongitude': 6.84925 })).toEqual([]);
    const away = { ...here, 'XMP:GPSLatitude': 61.8804, 'XMP:GPSLongitude': 6.849233 };
    expect(only(away)[0]?.apart).toBe('999 metres');
    expect(only({ ...away, GPSHPositioningError: 2000 })).toEqual([]);
    expect(only({ ...here, 'XMP:GPSLatitude': 900, 'XMP:GPSLongitude': 6 })).toEqual([]);
    expect(Math.round(metresApart({ latitude: 0, longitude: 179.99 }, { latitude: 0, longitude: -179.99 }))).toBe(2224);
  });

  test('a camera that XMP or the file name contradicts', () => {
    expect(only({ Make: 'Canon', Model: 'Canon EOS 5D', 'XMP:Model': 'EOS 5D' })).toEqual([]);
    expect(only({ Make: 'Canon', Model: 'EOS 5D', 'XMP:Model': 'NIKON D70' })[0]?.question).toBe('device');
    expect(only({ Make: 'Apple', Model: 'iPhone 7' }, 'PXL_20261112_164208123.jpg')[0]?.said).toEqual([
      'exif: Apple iPhone 7',
      'file-name: Google Pixel',
    ]);
    expect(only({ Make: 'Hasselblad', Model: 'L1D-20c' }, 'DJI_0042.JPG')).toEqual([]);
  });

  test('a size that the picture does not have, turned or not', () => {
    const picture = { FileType: 'JPEG', ImageWidth: 1200, ImageHeight: 800 };
    expect(only({ ...picture, ExifImageWidth: 800, ExifImageHeight: 1200 })).toEqual([]);
    expect(only({ ...picture, ExifImageWidth: 4032, ExifImageHeight: 2688 })[0]?.said).toEqual([
      'picture: 1200 × 800',
      'exif: 4032 × 2688',
    ]);
    expect(
      only({ FileType: 'DNG', ImageWidth: 4032, ImageHeight: 3024, ExifImageWidth: 4000, ExifImageHeight: 3000 }),
    ).toEqual([]);
    expect(only({ ...picture, ExifImageWidth: 0, ExifImageHeight: 0 })).toEqual([]);
  });

  test('plugins that read the same part differently are readings of it, each with its plugin', () => {
    const conflict = {
      tag: 'Software',
      values: [
        { value: 'Adobe Photoshop 25.9', source: source('exif-reader') },
        { value: 'GIMP 2.10', source: source('jpeg-structure') },
      ],
    };
    const [row] = rows({ Software: 'Adobe Photoshop 25.9' }, 'a.jpg', [conflict]);
    expect(row?.readings.map((reading) => reading.source?.plugin)).toEqual(['exif-reader', 'jpeg-structure']);
  });
});

describe('what strangers wrote', () => {
  test('is bounded: many readings and long values become a row that can be shown', () => {
    const conflict = {
      tag: 'Software',
      values: Array.from({ length: 5_000 }, (_, index) => ({
        value: `${index} ${'x'.repeat(10_000)}`,
        source: source(`plugin-${index}`),
      })),
    };
    const [row] = rows({ Software: 'x' }, 'a.jpg', [conflict]);
    expect(row?.readings).toHaveLength(20);
    expect(row?.readings.every(({ value }) => value.length <= 200)).toBe(true);
  });

  test('of any type and under any name throws nothing and asks nothing of prototypes', () => {
    const odd: Json[] = [
      null,
      true,
      [],
      ['2026:11:12 16:42:08'],
      { a: 1 },
      -1,
      1e308,
      '',
      '\u0000',
      '2026:11:12 99:99:99',
    ];
    for (const value of odd)
      for (const tag of [
        'DateTimeOriginal',
        'Software',
        'latitude',
        'Model',
        'ImageWidth',
        'C2PA:SignedAt',
        'GPSDateTime',
      ])
        expect(() => rows({ [tag]: value, CreatorTool: 'A', longitude: 1 }, String(value))).not.toThrow();
    expect(rows(Object.create({ Software: 'A', CreatorTool: 'B' }) as Record<string, Json>)).toEqual([]); // its own keys are none
  });
});

test('a run as a document carries its disagreements', () => {
  const report: Report = {
    metadata: { Software: 'A', CreatorTool: 'B' },
    sources: {},
    conflicts: [],
    findings: [],
    files: [],
    steps: [],
  };
  const summary = { file: { name: 'a.jpg' } } as RunSummary; // all that the function looks at
  expect(runDocument(summary, report).disagreements.map(({ question }) => question)).toEqual(['program']);
});
