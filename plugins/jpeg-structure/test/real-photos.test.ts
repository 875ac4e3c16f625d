import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';
import { readRealPhoto, realPhotos } from '../../test/real-photos.ts';

const present = realPhotos.length > 0;
if (!present) console.log('skipped: jpeg-structure on real photos, because ../shared/photos is not there');

/** What is truly wrong with photos that nobody manipulated: this one ends after its first kilobyte. */
const broken: Record<string, string[]> = {
  'sharp-corrupt-header.jpg': ['The file ends before its picture begins'],
};
const manipulations: Record<string, string[]> = {
  truncated60: ['The picture is cut off'],
  'trailing-zip': ['Data follows the end of the picture'],
  'resaved-q75': ['The picture was probably saved again by software'],
  'thumb-mismatch': ['The picture was probably saved again by software'],
  // Only metadata were changed: the picture's own structure is as the camera wrote it.
  'date-shifted': [],
  'gps-stripped': [],
};

describe.skipIf(!present)('real photos', () => {
  let plugin: OpenedPlugin;
  beforeAll(async () => {
    plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  });
  afterAll(() => plugin?.[Symbol.asyncDispose]());

  test.each(realPhotos)('$file gives its alarms and no others', async ({ file, expected, derived }) => {
    const { result, metadata, findings, log } = await plugin.process(readRealPhoto(file), {
      name: file,
      metadata: expected ?? {},
    });
    expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
    const alarms = findings.filter(({ severity }) => severity !== 'note').map(({ title }) => title);
    expect(alarms).toEqual(derived ? manipulations[derived.manipulation] : (broken[file] ?? []));
    if (file.endsWith('.jpg')) expect(metadata['JPEG:Segments']).toMatch(/^APP/);
    else expect(metadata).toEqual({});
  });

  test('the cut off photo says how much of it is there, and where the rest would be', async () => {
    const file = 'derived-truncated60-empty-imagedesc-in-ifd0.jpg';
    const { findings } = await plugin.process(readRealPhoto(file));
    expect(findings[0]).toMatchObject({ severity: 'strong', evidence: { 'End marker': 'missing' } });
    expect(findings[0]?.region).toMatchObject({ x: 0, width: 1 });
    expect(findings[0]?.region?.y).toBeCloseTo(0.483, 2);
  });

  test('qualities and tables are those that ImageMagick and exiftool name', async () => {
    const { metadata } = await plugin.process(readRealPhoto('derived-resaved-q75-empty-imagedesc-in-ifd0.jpg'));
    expect(metadata).toMatchObject({
      'JPEG:Quality': 75,
      'JPEG:ChromaSubsampling': '4:2:2',
      'JPEG:Encoding': 'Baseline',
      'JPEG:BytesBehindEnd': 0,
    });
    const progressive = await plugin.process(readRealPhoto('exifr-broken1.jpg'));
    expect(progressive.metadata).toMatchObject({ 'JPEG:Encoding': 'Progressive', 'JPEG:Scans': 10 });
  });
});
