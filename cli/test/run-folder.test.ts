import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Run } from '@proofpix/contract/runs';
import { makePhoto } from '@proofpix/samples/make-photo';
import { makeWorkplace, startProofpix, type Workplace } from './proofpix.ts';

let place: Workplace;
const count = 12;

beforeAll(async () => {
  place = await makeWorkplace();
  await mkdir(join(place.folder, 'photos/below'), { recursive: true });
  for (let index = 0; index < count; index += 1) {
    const name = index % 3 === 0 ? `below/photo-${index}.png` : `photo-${index}.jpg`;
    const format = index % 3 === 0 ? 'png' : 'jpeg';
    await writeFile(
      join(place.folder, 'photos', name),
      makePhoto({ format, seed: index + 1, exif: { Make: `Camera ${index}` } }),
    );
  }
  await writeFile(join(place.folder, 'photos/notes.txt'), 'no photo');
  await writeFile(join(place.folder, 'photos/.hidden.jpg'), makePhoto());
  await symlink(join(place.folder, 'photos'), join(place.folder, 'photos/again'));
  await place.plugin('counter', {
    'index.js': `module.exports.hooks = { 'file:process': async ({ file }, ctx) => {
      await ctx.files.write('copy.txt', file.name);
      return { metadata: { Counted: file.size } };
    } };`,
  });
});
afterAll(() => place[Symbol.asyncDispose]());

const only = ['--no-bundled', '--plugin', 'counter'];

/** Names of the photos whose results are there, and whole. */
async function results(folder: string): Promise<string[]> {
  const names: string[] = [];
  for (const entry of await readdir(join(place.folder, folder), { recursive: true, withFileTypes: true })) {
    if (entry.name !== 'run.json') continue;
    const run = JSON.parse(await readFile(join(entry.parentPath, entry.name), 'utf8')) as Run;
    expect(run).toMatchObject({ state: 'done', failedSteps: 0 });
    expect(await readFile(join(entry.parentPath, 'counter/copy.txt'), 'utf8')).toBe(run.file.name);
    names.push(entry.parentPath);
  }
  return names;
}

async function states(folder: string): Promise<string[]> {
  const text = await readFile(join(place.folder, folder, '.proofpix-state.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => (JSON.parse(line) as { photo: string }).photo);
}

describe('proofpix run with a folder', { timeout: 300_000 }, () => {
  test('takes every photo once, says what it skips, and prints a line of JSON each', async () => {
    const { code, stdout, stderr } = await place.run('run', 'photos', '--json', '-j', '2', ...only);
    expect(code).toBe(0);
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { photo: string; run: Run });
    expect(lines).toHaveLength(count);
    expect(new Set(lines.map(({ photo }) => photo)).size).toBe(count);
    expect(lines.map(({ photo }) => photo)).toContain('below/photo-3.png');
    for (const { run } of lines) expect(run.metadata['Counted']).toBe(run.file.size);
    expect(stderr).toContain('1 hidden');
    expect(stderr).toContain('1 a link');
    expect(stderr).toContain('1 no photo');
  });

  test('leaves out what is finished, and takes again what changed', async () => {
    expect((await place.run('run', 'photos', '-o', 'kept', ...only)).code).toBe(0);
    expect(await results('kept')).toHaveLength(count);
    const second = await place.run('run', 'photos', '-o', 'kept', '--json', ...only);
    expect(second.stderr).toContain(`${count} photos finished before`);
    expect(second.stdout).toBe('');
    await writeFile(join(place.folder, 'photos/photo-1.jpg'), makePhoto({ seed: 99 }));
    const third = await place.run('run', 'photos', '-o', 'kept', '--json', ...only);
    expect(
      third.stdout
        .trim()
        .split('\n')
        .map((line) => (JSON.parse(line) as { photo: string }).photo),
    ).toEqual(['photo-1.jpg']);
    // Another plugin is another question.
    await place.plugin('other', { 'index.js': `module.exports.hooks = { 'file:process': () => ({}) };` });
    const fourth = await place.run(
      'run',
      'photos',
      '-o',
      'kept',
      '--json',
      '--no-bundled',
      '-p',
      'counter',
      '-p',
      'other',
    );
    expect(fourth.stdout.trim().split('\n')).toHaveLength(count);
  });

  test.each(['SIGKILL', 'SIGINT'] as const)('goes on after %s without losing or doubling a photo', async (signal) => {
    const out = `after-${signal}`;
    const started = startProofpix(place.folder, ['run', 'photos', '-o', out, '-j', '1', ...only]);
    await expect.poll(() => started.said().split('\n').length, { timeout: 120_000 }).toBeGreaterThan(3);
    started.child.kill(signal);
    const { code } = await started.ended;
    if (signal === 'SIGINT') expect(code).toBe(130);
    const second = await place.run('run', 'photos', '-o', out, ...only);
    expect(second.code).toBe(0);
    expect(await results(out)).toHaveLength(count);
    const done = await states(out);
    expect(new Set(done).size).toBe(count);
    expect((await readdir(join(place.folder, out))).filter((name) => name.startsWith('.proofpix-partial'))).toEqual([]);
  });

  test('cuts off the last line of a state that was torn, and refuses a file that is none', async () => {
    await place.run('run', 'photos', '--resume', 'state.jsonl', ...only);
    const state = join(place.folder, 'state.jsonl');
    const text = await readFile(state, 'utf8');
    await writeFile(state, text.slice(0, -20));
    const again = await place.run('run', 'photos', '--resume', 'state.jsonl', '--json', ...only);
    expect(again.stdout.trim().split('\n')).toHaveLength(1);
    await writeFile(join(place.folder, 'letter.txt'), 'Dear Sir or Madam');
    const refused = await place.run('run', 'photos', '--resume', 'letter.txt', ...only);
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('is not a state file') });
    expect(await readFile(join(place.folder, 'letter.txt'), 'utf8')).toBe('Dear Sir or Madam');
  });

  test('goes on with the others when a plugin fails at one photo', async () => {
    await place.plugin('picky', {
      'index.js': `module.exports.hooks = { 'file:process': ({ file }) => { if (file.name === 'photo-2.jpg') throw new Error('\\u001b[31mno'); return {}; } };`,
    });
    const { code, stdout, stderr } = await place.run('run', 'photos', '--no-bundled', '-p', 'picky');
    expect(code).toBe(2);
    expect(stdout.split('\n').filter((line) => line.startsWith('✓'))).toHaveLength(count - 1);
    expect(stdout).toContain('✗ photo-2.jpg');
    expect(stderr).toContain('a plugin failed in 1 photo');
    expect(stdout).not.toContain('\u001b');
  });
});

describe('proofpix run with one photo', { timeout: 300_000 }, () => {
  test('gives a plugin its configuration, and names what does not fit', async () => {
    await place.plugin(
      'configured',
      {
        'index.js': `module.exports.hooks = { 'file:process': (_, ctx) => ({ metadata: { Word: ctx.config.word, Key: ctx.config.key } }) };`,
      },
      {
        configSchema: {
          type: 'object',
          properties: { word: { type: 'string' }, key: { type: 'string', writeOnly: true } },
        },
      },
    );
    await writeFile(join(place.folder, 'good.json'), '{"word":"hello","key":"the secret"}');
    await writeFile(join(place.folder, 'bad.json'), '{"word":7}');
    const args = ['run', 'photos/photo-2.jpg', '--json', '--no-bundled', '-p', 'configured'];
    const { stdout } = await place.run(...args, '-c', 'configured=good.json');
    expect(JSON.parse(stdout)).toMatchObject({
      metadata: { Word: 'hello', Key: expect.stringMatching(/^proofpix-secret-/) },
    });
    expect(stdout).not.toContain('the secret');
    expect(await place.run(...args, '-c', 'configured=bad.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/word must be of type string'),
    });
    expect(await place.run(...args, '-c', 'configurd=good.json')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean "configured"?'),
    });
  });

  test('lets a plugin write a report, and says which formats there are', async () => {
    await place.plugin(
      'reporter',
      {
        'index.js': `module.exports.hooks = { 'export:generate': async ({ report }, ctx) => { await ctx.files.write('report.csv', report.file.name); return null; } };`,
      },
      { hooks: ['export:generate'], exportFormats: [{ format: 'csv', name: 'Table' }] },
    );
    const args = ['run', 'photos/photo-2.jpg', '--no-bundled', '-p', 'reporter', '-o', 'reported', '--report'];
    expect((await place.run(...args, 'csv')).code).toBe(0);
    expect(await readFile(join(place.folder, 'reported/photo-2.jpg/report/report.csv'), 'utf8')).toBe('photo-2.jpg');
    expect(await place.run(...args, 'csw')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('Did you mean "csv"?'),
    });
  });
});
