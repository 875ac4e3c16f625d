import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestHost } from '@proofpix/sdk/test-host';

const photos = join(import.meta.dirname, '../../../../shared/photos');
const present = existsSync(join(photos, 'photos.json'));
if (!present) console.log('skipped: metadata-consistency on real photos, because ../shared/photos is not there');

type Row = { file: string; derived?: { manipulation: string } };
const rows = present ? (JSON.parse(readFileSync(join(photos, 'photos.json'), 'utf8')) as { files: Row[] }).files : []; // our own test data
const readable = rows.filter(({ file }) => !file.endsWith('.fuzzed'));

describe.skipIf(!present)('real photos', () => {
  let host: Awaited<ReturnType<typeof openTestHost>>;
  beforeAll(async () => {
    host = await openTestHost();
    for (const name of ['exif-reader', 'metadata-consistency', 'time-and-sun'])
      await host.install(join(import.meta.dirname, '../..', name));
  });
  afterAll(() => host?.[Symbol.asyncDispose]());

  test.each(readable)('$file is judged strongly only where its time was shifted', async ({ file, derived }) => {
    const run = await host.run(join(photos, file));
    expect(run.failedSteps).toBe(0);
    const strong = run.findings.filter(({ severity }) => severity === 'strong').map(({ title }) => title);
    expect(strong).toEqual(derived?.manipulation === 'date-shifted' ? ['Taken after it was last changed'] : []);
  });
});
