import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ResultBody } from '@proofpix/contract/wire';
import { Runner } from './start-runner.ts';

const folder = resolve(import.meta.dirname, '../../../shared/corpora/escapes');
const there = existsSync(join(folder, 'index.json'));
if (!there) console.log(`The corpus of escapes is not at ${folder}: its tests are skipped.`);

type Sample = { file: string; technique: string; kind: 'escape' | 'dos' };
const samples = there ? (JSON.parse(readFileSync(join(folder, 'index.json'), 'utf8')) as Sample[]) : []; // as its README says

const canary = 'canary-4711';
/** How long a sample may go on before this host ends it, as the real one does at a plugin's deadline. */
const deadlineMilliseconds = 1_500;
const memoryMb = 64;

async function run(sample: Sample, runner: Runner): Promise<ResultBody> {
  const loaded = await runner.load(
    { 'index.cjs': readFileSync(join(folder, sample.file)) },
    { main: 'index.cjs', memoryMb, permissions: ['files', 'storage', 'crypto'] },
  );
  if (!loaded.ok) return loaded;
  const timer = setTimeout(() => runner.child.kill('SIGKILL'), deadlineMilliseconds);
  const result = await runner.call(
    { file: { id: 'f', name: 'a.jpg', type: 'image/jpeg', size: 4, sha256: '0'.repeat(64) }, metadata: {} },
    { context: { file: { size: 4 }, permissions: ['files', 'storage', 'crypto'] } },
  );
  clearTimeout(timer);
  return result;
}

describe.skipIf(!there)('the corpus of escapes', () => {
  it.each(samples.filter((sample) => sample.kind === 'escape'))('$file does not get out', async (sample) => {
    process.env['SECSCAN_CANARY'] = canary;
    await using runner = new Runner();
    runner.answer = ({ name }) =>
      name === 'files.read' ? { bytes: new Uint8Array([1, 2, 3, 4]) } : { value: { value: null } };
    const result = await run(sample, runner);
    const text = JSON.stringify([result, runner.hostCalls.map(({ args }) => args)]);
    expect(text).not.toContain(canary);
    expect(text).not.toContain('"escaped":true');
    expect(text).not.toMatch(/\/work\/|node:internal|file:\/\/\/(?!proc)/);
    // A result or an error of the plugin. One sample chases its own proxies for ever and meets the deadline; none may
    // end the process in any other way.
    if (!result.ok && result.error.code === 'plugin_died') expect(result.error.message).toBe('SIGKILL');
    else if (!result.ok) expect(result.error.code).toMatch(/^plugin_(error|result_invalid|load_failed)$/);
    expect('__secscan_polluted' in {}).toBe(false);
    expect(runner.stderr).toBe('');
  });

  it.each(samples.filter((sample) => sample.kind === 'dos'))('$file harms nobody else', async (sample) => {
    await using other = new Runner();
    await using runner = new Runner();
    await other.load({ 'index.js': "module.exports = { hooks: { 'file:process': () => 'well' } };" });
    const result = await run(sample, runner);
    if (!result.ok) {
      expect(result.error.code).toMatch(/^plugin_(error|result_invalid|load_failed|memory|died)$/);
      expect(result.error.message).not.toBe('');
      expect(JSON.stringify(result).length).toBeLessThan(30_000);
    }
    expect(await other.call()).toEqual({ ok: true, value: 'well' });
  });
});
