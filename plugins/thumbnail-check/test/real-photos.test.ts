import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openPlugin, type OpenedPlugin } from '../../test/open-plugin.ts';
import { readRealPhoto, realPhotos } from '../../test/real-photos.ts';

const present = realPhotos.length > 0;
if (!present) console.log('skipped: thumbnail-check on real photos, because ../shared/photos is not there');

const findingsOf: Record<string, { severity: string; title: string }[]> = {
  'thumb-mismatch': [{ severity: 'strong', title: 'The thumbnail shows something else than the picture' }],
  truncated60: [{ severity: 'note', title: 'The thumbnail still shows what is missing of the picture' }],
};

describe.skipIf(!present)('real photos', () => {
  let plugin: OpenedPlugin;
  beforeAll(async () => {
    plugin = await openPlugin(dirname(dirname(fileURLToPath(import.meta.url))));
  });
  afterAll(() => plugin?.[Symbol.asyncDispose]());

  test.each(realPhotos)('$file gives its alarms and no others', async ({ file, expected, derived }) => {
    const { result, findings, files, log } = await plugin.process(readRealPhoto(file), {
      name: file,
      metadata: expected ?? {},
    });
    expect({ error: result.error, log }).toEqual({ error: undefined, log: [] });
    const wanted = findingsOf[derived?.manipulation ?? ''] ?? [];
    expect(findings.map(({ severity, title }) => ({ severity, title }))).toEqual(wanted);
    expect([...files.keys()]).toEqual(wanted.length > 0 ? ['thumbnail.jpg'] : []);
  });

  test('the painted over part is where the finding says, and the old thumbnail is kept', async () => {
    const { findings, files } = await plugin.process(
      readRealPhoto('derived-thumb-mismatch-empty-imagedesc-in-ifd0.jpg'),
    );
    const { x = 0, y = 0, width = 0, height = 0 } = findings[0]?.region ?? {};
    // A red field from 1/16 to 7/15 of the width and from 1/12 to 1/2 of the height.
    expect(x).toBeCloseTo(0.065, 1);
    expect(y).toBeCloseTo(0.085, 1);
    expect(x + width).toBeCloseTo(0.465, 1);
    expect(y + height).toBeCloseTo(0.485, 1);
    expect(files.get('thumbnail.jpg')?.length).toBe(6339);
  });
});
