import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Compile } from 'typebox/compile';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Run } from '@proofpix/contract/runs';
import { makeSamplePhoto } from '@proofpix/samples/sample-photo';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const bin = join(root, 'cli/bin/proofpix.mjs');
const runSchema = Compile(Run);

let folder: string;
let photo: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'proofpix-cli-'));
  photo = join(folder, 'sample.jpg');
  await writeFile(photo, makeSamplePhoto());
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Outcome = { code: number; stdout: string; stderr: string };

/** The command as somebody calls it, from another folder. */
function proofpix(...args: string[]): Promise<Outcome> {
  const env = { PATH: process.env['PATH'] ?? '' };
  return new Promise((resolve) => {
    execFile(process.execPath, [bin, ...args], { cwd: folder, env, maxBuffer: 1e8 }, (error, stdout, stderr) =>
      resolve({ code: typeof error?.code === 'number' ? error.code : error === null ? 0 : 1, stdout, stderr }),
    );
  });
}

async function writePlugin(id: string, code: string, changes: Record<string, unknown> = {}): Promise<string> {
  const path = join(folder, id);
  await mkdir(path);
  const manifest = {
    id,
    name: `The plugin ${id}`,
    version: '1.0.0',
    description: 'A plugin that a test wrote',
    author: 'A test',
    type: 'processor',
    category: 'file-processing',
    permissions: ['files'],
    hooks: ['file:process'],
    ...changes,
  };
  await writeFile(join(path, 'manifest.json'), JSON.stringify(manifest));
  await writeFile(join(path, 'index.js'), code);
  return path;
}

describe('proofpix run', { timeout: 300_000 }, () => {
  test('prints the run of a photo as the API answers it', async () => {
    const { code, stdout } = await proofpix('run', 'sample.jpg', '--json');
    expect(code).toBe(0);
    const run: unknown = JSON.parse(stdout);
    expect(runSchema.Errors(run)).toEqual([]);
    expect(run).toMatchObject({
      state: 'done',
      plugins: expect.arrayContaining(['evidence-hash', 'exif-reader', 'jpeg-structure']),
      file: { name: 'sample.jpg', type: 'image/jpeg' },
      metadata: { Make: expect.any(String), latitude: expect.any(Number), longitude: expect.any(Number) },
    });
  });

  test('prints a report for people', async () => {
    const { stdout } = await proofpix('run', photo);
    expect(stdout).toMatch(/sample\.jpg/);
    expect(stdout).toMatch(/Metadata \(\d+\)/);
    expect(stdout).toMatch(/✓ exif-reader 1\.0\.0/);
  });

  test('stops a plugin that loops, says so, and keeps what the others gave', async () => {
    const loop = await writePlugin(
      'endless-loop',
      `module.exports.hooks = { 'file:process': () => { for (;;) {} } };`,
      {
        limits: { timeout: 300 },
      },
    );
    const { code, stdout } = await proofpix('run', photo, '--json', '--plugin', loop);
    expect(code).toBe(2);
    const run = JSON.parse(stdout) as Run;
    const steps = new Map(run.steps.map((step) => [step.plugin, step]));
    expect(steps.get('endless-loop')).toMatchObject({ ok: false, error: { code: 'plugin_timeout' } });
    expect(steps.get('exif-reader')).toMatchObject({ ok: true });
    expect(run.metadata['Make']).toBeTypeOf('string');
  });

  test('writes the files that a plugin adds below the folder that was named', async () => {
    const writer = await writePlugin(
      'file-writer',
      `module.exports.hooks = { 'file:process': async (_, ctx) => {
        await ctx.files.write('copy.bin', await ctx.files.read(0, 4));
        return {};
      } };`,
    );
    const { code } = await proofpix('run', photo, '--plugin', writer, '--no-bundled', '--out', 'derived');
    expect(code).toBe(0);
    expect([...(await readFile(join(folder, 'derived/sample.jpg/file-writer/copy.bin')))]).toEqual([
      0xff, 0xd8, 0xff, 0xe1,
    ]);
  });

  test('strips control characters that a plugin wants to send to the terminal', async () => {
    const hostile = await writePlugin(
      'terminal-attack',
      `module.exports.hooks = { 'file:process': () => ({ metadata: { Evil: '\\u001b]0;owned\\u0007\\u202eabc' } }) };`,
    );
    const { stdout } = await proofpix('run', photo, '--plugin', hostile, '--no-bundled');
    expect(stdout).toContain('Evil');
    // oxlint-disable-next-line no-control-regex -- the attack
    expect(stdout).not.toMatch(/[\u0007\u001b\u202e]/);
  });

  test('refuses a plugin whose manifest is wrong, naming the field', async () => {
    const wrong = await writePlugin('wrong-hook', 'module.exports.hooks = {};', { permissions: [] });
    const { code, stderr } = await proofpix('run', photo, '--plugin', wrong);
    expect(code).toBe(1);
    expect(stderr).toContain('/hooks/0 file:process needs the permission "files"');
  });

  test('says in one sentence what is wrong with its input', async () => {
    expect(await proofpix('run', 'nothing.jpg')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('nothing.jpg does not exist'),
    });
    await writeFile(join(folder, 'text.jpg'), 'not a photo at all');
    expect(await proofpix('run', 'text.jpg')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not a photo that ProofPix reads'),
    });
  });
});
