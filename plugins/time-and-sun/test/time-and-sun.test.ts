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

/** Florence: UTC+2 in summer. */
const florence = { latitude: 43.77, longitude: 11.26 };
type Metadata = Record<string, string | number>;

async function findings(metadata: Metadata, name = 'photo.jpg') {
  const photo = { name, bytes: makePhoto() };
  const value = (await plugin.call('data:analyze', { photo, data: { metadata, findings: [] } })).value();
  return value.findings ?? [];
}
const titles = async (metadata: Metadata, name?: string) =>
  (await findings(metadata, name)).map(({ severity, title }) => `${severity}: ${title}`);

describe('camera clock and GPS time', () => {
  const gps = { ...florence, GPSDateTime: '2026:07:10 10:00:00Z' };

  test('agree when the clock runs on the zone of the place', async () => {
    expect(await titles({ ...gps, DateTimeOriginal: '2026:07:10 12:03:00' })).toEqual([
      'note: The sun stood 63° high in the south-east',
    ]);
  });

  test('that are a day apart are a possible sign, and both stand in the evidence', async () => {
    const [clock] = await findings({ ...gps, DateTimeOriginal: '2026:07:09 12:01:30' });
    expect(clock).toMatchObject({
      severity: 'possible',
      question: 'time',
      title: 'Camera clock and GPS time are 23 h 58 min apart',
      evidence: {
        'Camera clock': '2026-07-09 12:01:30',
        'GPS time': '2026-07-10 10:00:00 UTC',
        'Zone of the place': 'Europe/Rome (+02:00)',
      },
    });
  });

  test('that differ by whole quarters of an hour are a clock in another zone, which is a note', async () => {
    expect(await titles({ ...gps, DateTimeOriginal: '2026:07:10 05:01:00' })).toEqual([
      'note: Camera clock runs on −05:00, the place on +02:00',
      'note: The sun stood 63° high in the south-east',
    ]);
  });

  test('are compared by the zone that the camera names', async () => {
    const named = { ...gps, DateTimeOriginal: '2026:07:10 12:00:10', OffsetTimeOriginal: '+05:45' };
    expect(await titles(named)).toContain('possible: Camera clock and GPS time are 3 h 44 min apart');
  });

  test('without a place are compared in the best of all zones', async () => {
    const clockOnly = { GPSDateTime: gps.GPSDateTime };
    expect(await titles({ ...clockOnly, DateTimeOriginal: '2026:07:10 15:30:20' })).toEqual([]);
    expect(await titles({ ...clockOnly, DateTimeOriginal: '2026:07:10 15:38:00' })).toEqual([]);
    expect(await titles({ ...clockOnly, DateTimeOriginal: '2026:07:13 15:30:00' })).toEqual([
      'possible: Camera clock and GPS time are 2 days 15 h apart',
    ]);
  });
});

describe('the sun', () => {
  test('below the horizon contradicts an exposure that needs daylight', async () => {
    const night = { ...florence, DateTimeOriginal: '2026:07:10 01:30:00', FNumber: 8, ExposureTime: 0.004, ISO: 100 };
    const [found] = await findings(night);
    expect(found).toMatchObject({
      severity: 'possible',
      title: 'Exposure fits daylight, but the sun was 23° below the horizon',
      evidence: { 'Exposure value at ISO 100': '14.0', 'Moment from': 'camera clock, read in Europe/Rome' },
    });
  });

  test('below the horizon contradicts neither a long exposure nor a flash', async () => {
    const night = { ...florence, DateTimeOriginal: '2026:07:10 01:30:00', FNumber: 8, ISO: 100 };
    const only = ['note: The sun was 23° below the horizon'];
    expect(await titles({ ...night, ExposureTime: 4 })).toEqual(only);
    expect(await titles({ ...night, ExposureTime: 0.004, Flash: 1 })).toEqual(only);
  });

  test('stands where an almanac puts it, in either hemisphere', async () => {
    // 21 December, solar noon: 90° − |latitude − declination|, in the north at Cape Town and in the south at Oslo.
    const capeTown = { latitude: -33.92, longitude: 18.42, GPSDateTime: '2025:12:21 10:44:00Z' };
    const oslo = { latitude: 59.91, longitude: 10.75, GPSDateTime: '2025:12:21 11:15:00Z' };
    expect(await titles(capeTown)).toEqual(['note: The sun stood 80° high in the north']);
    expect(await titles(oslo)).toEqual(['note: The sun stood 7° high in the south']);
  });

  test('is not computed without a place, or at the place that a receiver without a fix writes', async () => {
    expect(await titles({ DateTimeOriginal: '2026:07:10 12:00:00' })).toEqual([]);
    expect(await titles({ latitude: 0, longitude: 0, DateTimeOriginal: '2026:07:10 12:00:00' })).toEqual([]);
  });
});

describe('a file name', () => {
  const taken = { DateTimeOriginal: '2026:07:10 12:00:00' };

  test.each([
    'IMG_20260710_120001.jpg',
    '20260710_120000.jpg',
    'PXL_20260710_100000123.jpg',
    'Screenshot 2026-07-10 at 14.00.00.png',
    'holiday 12.jpg',
    'IMG-20260711-WA0001.jpg',
    'IMG_20261399_999999.jpg',
  ])('%s does not contradict the camera clock', async (name) => {
    expect(await titles(taken, name)).toEqual([]);
  });

  test('with another time is a note', async () => {
    expect(await titles(taken, 'IMG_20260704_173344.jpg')).toEqual([
      'note: File name and camera clock are 5 days 18 h apart',
    ]);
  });
});

describe('unlikely times', () => {
  test('lie in the future, before EXIF was published, or at the start of a year', async () => {
    expect(await titles({ DateTimeOriginal: '2199:01:02 00:00:00' })).toEqual([
      expect.stringMatching(/^possible: Camera clock is \d+ days \d+ h in the future$/),
    ]);
    expect(await titles({ DateTimeOriginal: '1987:05:06 10:00:00' })).toEqual([
      'possible: Camera clock is older than the format of its entry',
    ]);
    expect(await titles({ DateTimeOriginal: '2008:01:01 00:00:00' })).toEqual([
      'note: Camera clock shows the start of a year',
    ]);
  });

  test.each([
    ['0000:00:00 00:00:00'],
    ['2026:02:31 10:00:00'],
    ['2026:07:10 25:00:00'],
    ['    :  :     :  :  '],
    [`2026:07:10 12:00:00${' '.repeat(100_000)}`],
    ['<script>alert(1)</script>'],
    [20_260_710],
  ])('%j is no time and gives nothing', async (value) => {
    const metadata = { DateTimeOriginal: value, CreateDate: value, GPSDateTime: value, ...florence };
    expect(await titles(metadata)).toEqual([]);
  });

  test('positions and exposures that no place or camera has give nothing', async () => {
    const wrong = { latitude: 912, longitude: -7_000, DateTimeOriginal: '2026:07:10 12:00:00', ISO: -1, FNumber: 0 };
    expect(await titles(wrong)).toEqual([]);
  });
});
