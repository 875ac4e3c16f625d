import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makePhoto } from '@proofpix/samples/make-photo';
import { makeWorkplace, startProofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
beforeAll(async () => {
  place = await makeWorkplace();
  await writeFile(join(place.folder, 'photo.jpg'), makePhoto({ seed: 3 }));
});
afterAll(() => place[Symbol.asyncDispose]());

const source = (
  more: string,
) => `type Context = { files: { read(at: number, length: number): Promise<Uint8Array> }; log: { info(text: string): void } };
export default {
  hooks: {
    'file:process': async (_input: unknown, ctx: Context) => {
      const head = await ctx.files.read(0, 4);
      ctx.log.info('read the head');
      ${more}
    },
  },
};
`;

type Step = {
  hook: string;
  step: { ok: boolean; result?: unknown; error?: { stack?: string } };
  hostCalls: {
    name: string;
    args: unknown;
    bytesReceived: number;
    startedAt: number;
    milliseconds: number;
    error: unknown;
  }[];
  logs: { message: string }[];
  changes: string[] | null;
};
type Round = { number: number; problems: { file?: string; line?: number }[]; steps: Step[] };

const rounds = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Round);

describe('proofpix dev', { timeout: 300_000 }, () => {
  test('shows host calls with their bytes, log lines and what the hook gave', async () => {
    await place.plugin('seen', { 'src/index.ts': source('return { metadata: { First: head[0] } };') });
    const { code, stdout } = await place.run('dev', 'seen', '--once', '--json', '--photo', 'photo.jpg');
    expect(code).toBe(0);
    const [step] = rounds(stdout)[0]?.steps ?? [];
    expect(step).toMatchObject({
      hook: 'file:process',
      step: { ok: true, result: { metadata: { First: 0xff } } },
      hostCalls: [
        { name: 'files.read', args: { offset: 0, length: 4 }, bytesReceived: 4, error: null },
        { name: 'log' },
      ],
      logs: [{ message: 'read the head' }],
      changes: null,
    });
  });

  test('leads an error to the author’s line, with a sample photo where none is named', async () => {
    await place.plugin('broken', {
      'src/index.ts': source(`if (head.length > 0) throw new Error('here'); return {};`),
    });
    const { code, stdout } = await place.run('dev', 'broken', '--once');
    expect(code).toBe(2);
    expect(stdout).toContain('sample.jpg');
    expect(stdout).toMatch(/src\/index\.ts:7:\d+/);
    expect(stdout).toContain('files.read offset=0 length=4');
  });

  test('runs again when a file changes, and says what is different', async () => {
    const folder = await place.plugin('changing', { 'src/index.ts': source(`return { metadata: { Word: 'one' } };`) });
    const started = startProofpix(place.folder, ['dev', 'changing', '--json']);
    const seen = () => rounds(started.said().slice(0, started.said().lastIndexOf('\n') + 1));
    await expect.poll(() => seen().length, { timeout: 120_000 }).toBe(1);
    // It watches from a moment after the first round on: written again until it is seen.
    await expect
      .poll(
        async () => {
          await writeFile(join(folder, 'src/index.ts'), source(`return { metadata: { Word: 'two' } };`));
          return seen().length;
        },
        { timeout: 120_000, interval: 2_000 },
      )
      .toBeGreaterThan(1);
    started.child.kill('SIGINT');
    expect((await started.ended).code).toBe(0);
    expect(seen()[1]?.steps[0]?.changes).toEqual(['~ metadata.Word: "one" → "two"']);
  });

  test('keeps a call as a test for the test host, and never writes over one', async () => {
    await place.plugin('kept', { 'src/index.ts': source('return { metadata: { First: head[0] } };') });
    const args = ['dev', 'kept', '--once', '--photo', 'photo.jpg', '--save-test', 'kept/test/first.test.ts'];
    expect((await place.run(...args)).code).toBe(0);
    const text = await readFile(join(place.folder, 'kept/test/first.test.ts'), 'utf8');
    expect(text).toContain(`from '@proofpix/sdk/test-host'`);
    expect(text).toContain('"../../photo.jpg"');
    expect(text).toContain('"First": 255');
    expect(await place.run(...args)).toMatchObject({ code: 1, stderr: expect.stringContaining('exists already') });
  });

  test('says what is wrong with a plugin that cannot be packed', async () => {
    await place.plugin('wrong', { 'index.js': '' }, { hooks: ['file:proces'] });
    const { code, stdout } = await place.run('dev', 'wrong', '--once', '--json');
    expect(code).toBe(2);
    expect(rounds(stdout)[0]?.problems).toEqual([
      expect.objectContaining({
        file: 'manifest.json',
        line: expect.any(Number),
        hint: 'Did you mean "file:process"?',
      }),
    ]);
  });
});
