import { describe, expect, it } from 'vitest';
import { callOf, install, openHost, photo, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const linux = process.platform === 'linux';
const plugin = (lifecycle: string, options: Partial<Parameters<typeof install>[0]> = {}) =>
  install({
    ...options,
    code: `module.exports = { hooks: { 'file:process': async (input, ctx) => ({ metadata: { config: ctx.config } }) }, ${lifecycle} };`,
  });

describe('loading a plugin', () => {
  it('runs initialize once, with its configuration', async () => {
    await using opened = openHost();
    const installation = plugin(`initialize(ctx) { ctx.log.info('hello ' + ctx.config.name); }`, {
      config: () => ({ name: 'Ada' }),
    });
    await opened.host.load(installation);
    await opened.host.call(callOf(installation));
    await opened.host.load(installation);
    expect(opened.told.log).toMatchObject([{ message: 'hello Ada' }]);
    expect(opened.told.observed.map(({ kind }) => kind)).toEqual(['initialize', 'hook']);
  });

  it.each([
    [
      'initialize throws',
      `initialize() { throw new Error('no database here'); }`,
      'plugin_load_failed',
      'no database here',
    ],
    ['a declared hook is missing', `hooks: {}`, 'plugin_hook_missing', 'file:process'],
    ['the code throws', `...(() => { throw new Error('at the top'); })()`, 'plugin_load_failed', 'at the top'],
    ['the code does not parse', `]`, 'plugin_load_failed', ''],
  ])('fails with the reason when %s, and leaves nothing', async (_what, lifecycle, code, message) => {
    await using opened = openHost({ spareRunners: 0 });
    const installation = plugin(lifecycle);
    await expect(opened.host.load(installation)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message),
    });
    expect(opened.host.installations('organisation-1')).toEqual([]);
    if (linux) await expect.poll(runnerPids, { timeout: 15_000 }).toEqual([]);
  });

  it('fails when the code or initialize loops', { timeout: 60_000 }, async () => {
    await using opened = openHost({ spareRunners: 0 });
    const [top, later] = [plugin(`...(() => { for (;;) {} })()`), plugin(`initialize() { for (;;) {} }`)];
    const failures = [opened.host.load(top), opened.host.load(later)].map((load) =>
      expect(load).rejects.toMatchObject({ code: 'plugin_timeout' }),
    );
    await Promise.all(failures);
    if (linux) await expect.poll(runnerPids, { timeout: 15_000 }).toEqual([]);
  });

  it(
    'fails when the code or initialize uses much more processor time than hooks may',
    { timeout: 30_000 },
    async () => {
      await using opened = openHost({ spareRunners: 0 });
      const limits = { cpu: 10 };
      const busy = (milliseconds: number) => `for (const end = Date.now() + ${milliseconds}; Date.now() < end;);`;
      const top = plugin(`...(() => { ${busy(20_000)} })()`, { limits });
      const later = plugin(`initialize() { ${busy(20_000)} }`, { limits });
      for (const installation of [top, later]) {
        await expect(opened.host.load(installation)).rejects.toMatchObject({ code: 'plugin_timeout' });
        // Of the ten seconds that it could have had. On a busy machine those are over first.
        expect(opened.host.usage(installation.id).cpuMilliseconds).toBeLessThan(5_000);
      }
      // A start takes longer than a hook: that alone does not matter.
      await opened.host.load(plugin(`...(() => { ${busy(200)} })(), initialize() { ${busy(200)} }`, { limits }));
    },
  );

  it('gives the runner code files only', async () => {
    await using opened = openHost();
    const installation = install({
      code: {
        'index.js': `const data = require('./data.json'); let readme = 'none'; try { readme = require('./README.md'); } catch {}
          module.exports = { hooks: { 'file:process': () => ({ metadata: { n: data.n, readme } }) } };`,
        'data.json': '{"n": 5}',
        'README.md': 'module.exports = "read"',
      },
    });
    await opened.host.load(installation);
    expect(await opened.host.call(callOf(installation))).toMatchObject({
      result: { metadata: { n: 5, readme: 'none' } },
    });
  });

  it('of another package under the same installation takes the place of the one before', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const before = processing('return { metadata: { version: 1 } };');
    const after = {
      ...before,
      ...processing('return { metadata: { version: 2 } };', { id: before.pluginId }),
      id: before.id,
    };
    await opened.host.load(before);
    await opened.host.load(after);
    expect(await opened.host.call(callOf(after))).toMatchObject({ result: { metadata: { version: 2 } } });
    // The one before is ended by then, and its process may still be on its way out.
    if (linux) await expect.poll(runnerPids, { timeout: 10_000 }).toHaveLength(1);
  });
});

describe('unloading a plugin', () => {
  it('lets calls in flight and waiting ones finish, then cleans up, then ends the process', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const installation = install({
      code: `module.exports = { hooks: { 'file:process': async () => { await new Promise((resolve) => setTimeout(resolve, 200)); return { metadata: { done: true } }; } },
        cleanup(ctx) { ctx.log.info('goodbye'); } };`,
    });
    await opened.host.load(installation);
    const calls = Array.from({ length: 200 }, () => opened.host.call(callOf(installation)));
    await opened.host.unload(installation.id);
    expect((await Promise.all(calls)).every(({ ok }) => ok)).toBe(true);
    expect(opened.told.log).toMatchObject([{ message: 'goodbye' }]);
    expect(opened.told.died).toEqual([]);
    if (linux) expect(runnerPids()).toEqual([]);
    await expect(opened.host.call(callOf(installation))).rejects.toMatchObject({ code: 'plugin_not_loaded' });
    expect(opened.host.usage(installation.id).cpuMilliseconds).toBeGreaterThanOrEqual(0);
  });

  it('refuses calls that come while it is under way', async () => {
    await using opened = openHost();
    const installation = processing('await new Promise((resolve) => setTimeout(resolve, 300)); return {};');
    await opened.host.load(installation);
    const early = opened.host.call(callOf(installation));
    const unloaded = opened.host.unload(installation.id);
    const late = opened.host.call(callOf(installation)).catch((error: unknown) => ({ ok: false, error }));
    await unloaded;
    expect(await early).toMatchObject({ ok: true });
    expect(await late).toMatchObject({ ok: false, error: { code: 'plugin_not_loaded' } });
  });

  it('does not wait for a cleanup that loops', async () => {
    await using opened = openHost();
    const installation = plugin(`cleanup() { for (;;) {} }`);
    await opened.host.load(installation);
    await opened.host.unload(installation.id);
    expect(opened.told.observed).toMatchObject([{ kind: 'cleanup', ok: false, code: 'plugin_timeout' }]);
    expect(opened.told.died).toEqual([]);
  });
});

describe('a configuration', () => {
  it('reaches a running plugin by onConfigUpdate and stands in ctx.config from then on', async () => {
    let config = { tone: 'low' };
    await using opened = openHost();
    const installation = plugin(`onConfigUpdate(config, ctx) { ctx.log.info('now ' + config.tone); }`, {
      config: () => config,
    });
    await opened.host.load(installation);
    expect(await opened.host.call(callOf(installation))).toMatchObject({
      result: { metadata: { config: { tone: 'low' } } },
    });
    config = { tone: 'high' };
    await opened.host.configure(installation.id);
    expect(opened.told.log).toMatchObject([{ message: 'now high' }]);
    expect(await opened.host.call(callOf(installation))).toMatchObject({
      result: { metadata: { config: { tone: 'high' } } },
    });
  });

  it('that is read while its runner is ended is left to the next runner', async () => {
    const read = Promise.withResolvers<void>();
    await using opened = openHost({ spareRunners: 0 });
    const installation = plugin(`onConfigUpdate(config, ctx) { ctx.log.info('now ' + config.tone); }`);
    await opened.host.load(installation);
    opened.host.update({ ...installation, config: async () => (await read.promise, { tone: 'high' }) });
    const configured = opened.host.configure(installation.id);
    await opened.host.evict(installation.id);
    read.resolve();
    await configured;
    expect(await opened.host.call(callOf(installation))).toMatchObject({
      result: { metadata: { config: { tone: 'high' } } },
    });
    expect(opened.told.log).toEqual([]);
  });

  it('that a plugin chokes on is only observed', async () => {
    await using opened = openHost();
    const installation = plugin(`onConfigUpdate() { throw new Error('no'); }`);
    await opened.host.load(installation);
    await opened.host.configure(installation.id);
    expect(opened.told.observed).toMatchObject([{ kind: 'onConfigUpdate', ok: false, code: 'plugin_error' }]);
  });
});

describe('the host', () => {
  it('leaves no process behind when it is closed, whatever its plugins do', async () => {
    const opened = openHost({ spareRunners: 2 });
    const looping = processing('for (;;) {}', { limits: { timeout: 30_000 } });
    const quiet = plugin(`cleanup(ctx) { ctx.log.info('goodbye'); }`);
    await Promise.all([opened.host.load(looping), opened.host.load(quiet)]);
    const calls = Array.from({ length: 3 }, () => opened.host.call(callOf(looping)));
    const starting = opened.host.call(callOf(processing('return {};'))).catch(() => {});
    await opened[Symbol.asyncDispose]();
    await starting;
    for (const result of await Promise.all(calls))
      expect(result).toMatchObject({ ok: false, error: { code: 'shutting_down' } });
    expect(opened.told.log).toMatchObject([{ message: 'goodbye' }]);
    if (linux) expect(runnerPids()).toEqual([]);
    expect(() => opened.host.register(quiet)).not.toThrow();
    await expect(opened.host.load(processing(''))).rejects.toMatchObject({ code: 'shutting_down' });
  });

  it('can be closed while a plugin is being loaded', async () => {
    const opened = openHost({ spareRunners: 0 });
    const load = opened.host.load(plugin(`initialize() { return new Promise(() => {}); }`));
    const failed = expect(load).rejects.toThrow();
    await opened[Symbol.asyncDispose]();
    await failed;
    if (linux) expect(runnerPids()).toEqual([]);
  });

  it.runIf(linux)('ends a runner that nobody calls, and starts another when somebody does', async () => {
    await using opened = openHost({ spareRunners: 0, idleMilliseconds: 100 });
    const installation = plugin(`cleanup(ctx) { ctx.log.info('goodbye'); }`);
    await opened.host.load(installation);
    await expect.poll(() => runnerPids()?.length, { timeout: 15_000 }).toBe(0);
    expect(opened.told.log).toMatchObject([{ message: 'goodbye' }]);
    expect(opened.told.died).toEqual([]);
    expect(await opened.host.call(callOf(installation))).toMatchObject({ ok: true });
  });

  it.runIf(linux)('measures from outside what a plugin burns and holds', async () => {
    await using opened = openHost();
    const installation = install({
      code: `let kept; module.exports = { hooks: { 'file:process': (input) => {
        kept ??= new Uint8Array(40 * 1024 * 1024).fill(1);
        const start = Date.now(); while (Date.now() - start < input.metadata.milliseconds) {} return {}; } } };`,
    });
    await opened.host.load(installation);
    const before = opened.host.usage(installation.id);
    // Processor time, not time: other processes share the machine, so the plugin itself counts loops until told enough.
    for (
      let rounds = 0;
      rounds < 100 && opened.host.usage(installation.id).cpuMilliseconds - before.cpuMilliseconds < 200;
      rounds += 1
    ) {
      await opened.host.call(callOf(installation, { input: { file: photo.file, metadata: { milliseconds: 20 } } }));
    }
    const { cpuMilliseconds, memoryBytes } = opened.host.usage(installation.id);
    expect(cpuMilliseconds - before.cpuMilliseconds).toBeGreaterThanOrEqual(200);
    expect(cpuMilliseconds - before.cpuMilliseconds).toBeLessThan(400);
    expect(memoryBytes / 1024 / 1024).toBeGreaterThan(32);
    expect(memoryBytes / 1024 / 1024).toBeLessThan(48);
  });
});
