import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openReader, type Reader } from './open-reader.ts';

const photos = join(dirname(fileURLToPath(import.meta.url)), '../../../../shared/photos');
const present = existsSync(join(photos, 'photos.json'));
if (!present) console.log('skipped: exif-reader on real photos, because ../shared/photos is not there');

type Row = { file: string; expected?: Record<string, string | number> };
const rows = present ? (JSON.parse(readFileSync(join(photos, 'photos.json'), 'utf8')) as { files: Row[] }).files : []; // our own test data

/** What must be right. exiftool prints an empty text where a tag is there without a value. */
const required = ['Make', 'Model', 'DateTimeOriginal', 'GPSLatitude', 'GPSLongitude'];
/** exiftool's own remarks, and blocks of others. */
const notCompared = ['Warning', 'JUMDLabel'];

describe.skipIf(!present)('real photos', () => {
  let reader: Reader;
  let agreed = 0;
  let compared = 0;
  beforeAll(async () => {
    reader = await openReader();
  });
  afterAll(async () => {
    await reader?.[Symbol.asyncDispose]();
    console.log(`exif-reader: ${agreed} of ${compared} values of ${rows.length} photos are exiftool's`);
    expect(agreed / compared).toBeGreaterThan(0.98);
  });

  test.each(rows)('$file says what exiftool reads in it', async ({ file, expected = {} }) => {
    const { result, metadata, findings, log } = await reader.read(readFileSync(join(photos, file)), file);
    expect(result.error).toBeUndefined();
    expect(log).toEqual([]);
    for (const [name, value] of Object.entries(expected)) {
      if (notCompared.includes(name)) continue;
      const same = sameValue(name, value, metadata[name] ?? '');
      compared += 1;
      agreed += same ? 1 : 0;
      if (required.includes(name))
        expect({ [name]: metadata[name] ?? '', same }).toEqual({ [name]: metadata[name] ?? '', same: true });
    }
    expect(metadata.latitude).toBe(metadata.GPSLatitude);
    expect(metadata.longitude).toBe(metadata.GPSLongitude);
    if (/corrupt|fuzz/.test(file)) expect(findings.map(({ severity }) => severity)).toContain('note');
  });
});

function sameValue(name: string, expected: string | number, given: unknown): boolean {
  const numbers = typeof expected === 'number' && given !== '' && Number.isFinite(Number(given));
  if (!numbers) return String(expected) === String(given);
  return Math.abs(Number(given) - expected) <= (name.startsWith('GPSL') ? 1e-5 : Math.abs(expected) * 1e-8);
}
