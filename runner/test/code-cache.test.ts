import { describe, expect, it } from 'vitest';
import { hookFile, Runner } from './start-runner.ts';

const source = hookFile('return [input, later()]; function later() { return 7; }')['index.js'] as string;

async function cacheOf(text: string, path = 'index.js'): Promise<Uint8Array> {
  await using compiler = new Runner();
  return await compiler.compile(path, text);
}

describe('a code cache', () => {
  it('is made without running the file, and taken by another process', async () => {
    const cache = await cacheOf(source);
    expect(cache.length).toBeGreaterThan(100);
    await using runner = new Runner();
    expect(await runner.load({ 'index.js': source }, { caches: new Map([['index.js', cache]]) })).toMatchObject({
      ok: true,
    });
    expect(await runner.call(1)).toEqual({ ok: true, value: [1, 7] });
  });

  it('is not made of a file that runs for ever, throws or ends the process when it is run, but of its text', async () => {
    for (const text of ['for (;;) {}', 'throw new Error()', 'process.exit()']) {
      expect((await cacheOf(text)).length).toBeGreaterThan(0);
    }
  });

  it.each([
    '}); evil(',
    'import a from "b"',
    'export default 1',
    '{',
    '}, function () {',
    'return }) + (function () {',
  ])('is not made of what does not parse alone: %s', async (text) => {
    expect(await cacheOf(text)).toHaveLength(0);
  });

  it('goes on with other files after one that cannot be compiled', async () => {
    await using compiler = new Runner();
    expect(await compiler.compile('deep.js', '('.repeat(200_000))).toHaveLength(0);
    expect((await compiler.compile('index.js', source)).length).toBeGreaterThan(0);
  });

  it('of another text, or of nothing, leaves the file to be compiled as if there were none', async () => {
    const cache = await cacheOf(source);
    const other = await cacheOf(`${source}\n// longer`);
    for (const wrong of [other, cache.subarray(0, 60), new Uint8Array(64)]) {
      await using runner = new Runner();
      const loaded = await runner.load({ 'index.js': source }, { caches: new Map([['index.js', wrong]]) });
      expect(loaded).toMatchObject({ ok: true });
      expect(await runner.call(1)).toEqual({ ok: true, value: [1, 7] });
    }
  });

  it('that is not taken does not let a file out of its wrapper', async () => {
    await using runner = new Runner();
    const text = 'module.exports = { hooks: {} }; }), (function () { module.exports = { hooks: { out() {} } };';
    const loaded = await runner.load(
      { 'index.cjs': text },
      { main: 'index.cjs', caches: new Map([['index.cjs', await cacheOf(source)]]) },
    );
    expect(loaded).toMatchObject({ ok: false, error: { code: 'plugin_load_failed' } });
  });

  it('comes only from a process that loads no plugin', async () => {
    await using compiler = new Runner();
    await compiler.compile('index.js', source);
    expect(await compiler.load({ 'index.js': source })).toMatchObject({ ok: false });
    await using runner = new Runner();
    await runner.load({ 'index.js': source });
    void runner.compile('index.js', source).then(() => runner.order.push('compiled'));
    expect(await runner.call(1)).toMatchObject({ ok: true });
    expect(runner.order).not.toContain('compiled');
  });
});
