import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { startServer } from '../../../test/start-server.ts';
import { ended, startRuns } from './test/upload.ts';

const folder = fileURLToPath(new URL('../../../../../shared/photos/', import.meta.url));
const absent = !existsSync(folder);
if (absent) console.log('real-photos: ../shared/photos is not there, skipped');

type Known = { file: string; sha256: string; expected: Record<string, unknown> };

describe.skipIf(absent)('real photos through the server and exif-reader', () => {
  test('end with what independent tools read in them; broken ones end in a clear result', async () => {
    const { files } = JSON.parse(readFileSync(`${folder}photos.json`, 'utf8')) as { files: Known[] }; // the collection's own list
    await using server = await startServer({ firstPlugins: ['exif-reader'] });
    const { runs } = await startRuns(
      server.owner,
      files.map(({ file }) => ({ name: file, bytes: readFileSync(folder + file) })),
    );
    let compared = 0;
    for (const [index, started] of runs.entries()) {
      const run = await ended(server.owner, started);
      const { file, sha256, expected } = files[index] ?? expect.fail();
      expect(run.file, file).toMatchObject({ name: file, sha256 });
      expect(run.state, file).toBe('done');
      for (const step of run.steps) expect(step.ok || step.error?.message, file).toBeTruthy();
      if (!run.steps.every(({ ok }) => ok)) continue;
      for (const tag of ['Make', 'Model'] as const) {
        if (expected[tag] === undefined) continue;
        expect(String(run.metadata[tag]).trim(), `${file} ${tag}`).toBe(String(expected[tag]).trim());
        compared += 1;
      }
    }
    console.log(`real-photos: ${runs.length} photos, ${compared} tags compared`);
    expect(compared).toBeGreaterThan(20);
  }, 240_000);
});
