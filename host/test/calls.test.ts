import { describe, expect, it } from 'vitest';
import { callOf, install, openHost, photo, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const linux = process.platform === 'linux';

describe('a call to a plugin', () => {
  it('gets what the hook gives, with the version and digest of who said it', async () => {
    await using opened = openHost();
    const plugin = processing(`return { metadata: { size: input.file.size } };`);
    await opened.host.load(plugin);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({
      plugin: plugin.pluginId,
      version: '1.0.0',
      digest: plugin.digest,
      ok: true,
      result: { metadata: { size: photo.file.size } },
      files: [],
    });
    expect(opened.told.observed).toMatchObject([{ kind: 'hook', hook: 'file:process', ok: true, code: null }]);
  });

  it('starts the runner of a registered installation, which is not started before', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const plugin = processing(`return { metadata: { a: 1 } };`);
    opened.host.register(plugin);
    if (linux) expect(runnerPids()).toEqual([]);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
    if (linux) expect(runnerPids()).toHaveLength(1);
  });

  it('of an installation nobody registered is the mistake of the caller', async () => {
    await using opened = openHost({ spareRunners: 0 });
    await expect(opened.host.call(callOf(processing('')))).rejects.toMatchObject({ code: 'plugin_not_loaded' });
  });

  it('that throws is an entry with the message and a place in the source', async () => {
    await using opened = openHost();
    const plugin = processing(`\nthrow new TypeError('no luck');`);
    await opened.host.load(plugin);
    const { ok, error } = await opened.host.call(callOf(plugin));
    expect({ ok, code: error?.code }).toEqual({ ok: false, code: 'plugin_error' });
    expect(error?.message).toContain('no luck');
    expect(error?.stack).toContain('index.js');
    expect(opened.told.died).toEqual([]);
  });

  it.each([
    ['loops', 'for (;;) {}'],
    ['loops in microtasks', 'const next = () => Promise.resolve().then(next); await next();'],
    ['never settles', 'await new Promise(() => {});'],
  ])('that %s is stopped by its deadline, and the next call works', async (_what, body) => {
    await using opened = openHost();
    const plugin = processing(`if (input.metadata.bad) { ${body} } return { metadata: { ok: true } };`, {
      limits: { timeout: 400 },
    });
    await opened.host.load(plugin);
    const bad = await opened.host.call(callOf(plugin, { input: { file: photo.file, metadata: { bad: true } } }));
    expect(bad).toMatchObject({ ok: false, error: { code: 'plugin_timeout' } });
    expect(bad.milliseconds).toBeGreaterThanOrEqual(390);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
    expect(opened.told.died).toMatchObject([{ code: 'plugin_timeout' }]);
    expect(opened.host.usage(plugin.id).deaths).toBe(1);
  });

  it('has no longer than its own deadline, and never longer than the manifest says', async () => {
    await using opened = openHost();
    const plugin = processing('for (;;) {}', { limits: { timeout: 300 } });
    await opened.host.load(plugin);
    const short = await opened.host.call(callOf(plugin, { deadline: 100 }));
    const long = await opened.host.call(callOf(plugin, { deadline: 60_000 }));
    expect(short.milliseconds).toBeGreaterThanOrEqual(95);
    expect(short.error?.message).toContain('100 ms');
    expect(long.error?.message).toContain('300 ms');
  });

  it.runIf(linux)('may use only so much processor time, however much its deadline leaves', async () => {
    await using opened = openHost();
    const plugin = processing('for (;;) {}', { limits: { timeout: 20_000, cpu: 200 } });
    await opened.host.load(plugin);
    const { error } = await opened.host.call(callOf(plugin));
    expect(error).toMatchObject({ code: 'plugin_timeout' });
    expect(error?.message).toContain('200 ms of processor time');
  });

  it.each([
    ['arrays', 'const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));'],
    ['buffers', 'const kept = []; for (;;) kept.push(new Uint8Array(8e6).fill(1));'],
    ['one string', `let text = 'x'.repeat(1000); for (;;) { text += text; text.charCodeAt(text.length >> 1); }`],
    ['a huge sort', 'Array.from({ length: 2e7 }, (_, n) => -n).sort((a, b) => a - b);'],
  ])('that eats memory with %s is stopped, another plugin goes on', { timeout: 60_000 }, async (what, body) => {
    await using opened = openHost();
    const bad = processing(`${body}; return {};`, { limits: { memory: 64, timeout: 20_000 } });
    const good = processing('return { metadata: { fine: true } };');
    await Promise.all([opened.host.load(bad), opened.host.load(good)]);
    const [stopped, fine] = await Promise.all([opened.host.call(callOf(bad)), opened.host.call(callOf(good))]);
    expect(stopped.ok).toBe(false);
    // A buffer that is refused is an error inside the plugin, which it may even catch; all else ends the runner.
    expect(what === 'buffers' ? ['plugin_error', 'plugin_memory'] : ['plugin_memory']).toContain(stopped.error?.code);
    expect(fine.ok).toBe(true);
    expect(opened.host.usage(bad.id).memoryBytes).toBeLessThan(64 * 1024 * 1024 * 1.2);
  });

  it('that fails in a runner with others beside it leaves the others their answers', async () => {
    await using opened = openHost();
    const plugin = processing(
      `if (input.metadata.loop) for (;;) {}
       await new Promise((resolve) => setTimeout(resolve, 50));
       return { metadata: { n: input.metadata.n } };`,
      { limits: { timeout: 500 } },
    );
    await opened.host.load(plugin);
    const inputs = [0, 1, 2, 3, 4].map((n) => ({ file: photo.file, metadata: { n, loop: n === 2 } }));
    const results = await Promise.all(inputs.map((input) => opened.host.call(callOf(plugin, { input }))));
    expect(results.map(({ ok }) => ok)).toEqual([true, true, false, true, true]);
    expect(results[2]?.error?.code).toBe('plugin_timeout');
    expect(results[4]?.result).toEqual({ metadata: { n: 4 } });
  });

  it.runIf(linux)('that kills its runner beside others is found out: each gets one more chance alone', async () => {
    await using opened = openHost();
    const plugin = processing(
      `if (input.metadata.bomb) { const kept = []; for (;;) kept.push(new Array(1e5).fill(1)); }
       await new Promise((resolve) => setTimeout(resolve, 300));
       return { metadata: { n: input.metadata.n } };`,
      { limits: { memory: 64, timeout: 10_000 } },
    );
    await opened.host.load(plugin);
    const inputs = [0, 1, 2].map((n) => ({ file: photo.file, metadata: { n, bomb: n === 1 } }));
    const results = await Promise.all(inputs.map((input) => opened.host.call(callOf(plugin, { input }))));
    expect(results[1]).toMatchObject({ ok: false });
    // isolated-vm may notice first and say so to all open calls: that is the runner's own answer, and it is final.
    for (const n of [0, 2]) expect(['plugin_memory', undefined]).toContain(results[n]?.error?.code);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
  });

  it.runIf(linux)('in a runner that was killed from outside is tried again in a new one', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const plugin = processing(
      `if ((await ctx.storage.get('go')) === null) { ctx.log.info('begun'); await new Promise(() => {}); }
       return { metadata: { again: true } };`,
      { limits: { timeout: 10_000 } },
    );
    await opened.host.load(plugin);
    const first = opened.host.call(callOf(plugin));
    const second = opened.host.call(callOf(plugin));
    await expect.poll(() => opened.told.log.length, { timeout: 15_000 }).toBe(2);
    opened.stored.set(`${plugin.id}/go`, true);
    for (const pid of runnerPids() ?? []) process.kill(pid, 'SIGKILL');
    expect(await Promise.all([first, second])).toMatchObject([{ ok: true }, { ok: true }]);
    expect(opened.told.died).toHaveLength(1);
    expect(opened.host.usage(plugin.id).deaths).toBe(1);
  });

  it.runIf(linux).each([
    ['stored', `await ctx.storage.set('n', 1)`, false],
    ['deleted', `await ctx.storage.delete('n')`, false],
    ['sent a message', `await ctx.webhooks.send('a.b', {})`, false],
    ['posted', `await ctx.http.post('https://example.org/', 'x')`, false],
    ['raised a hook', `await ctx.emit('other:hook', {})`, false],
    ['reported', `await ctx.security.report({ severity: 'low', title: 't' })`, false],
    ['counted', `await ctx.analytics.count('n')`, false],
    ['fetched', `await ctx.http.get('https://example.org/')`, true],
    ['read', `await ctx.storage.get('n')`, true],
  ])('that has %s is called again only where nothing is done twice', async (_what, act, again) => {
    await using opened = openHost({ spareRunners: 0 });
    const plugin = processing(
      `if ((await ctx.storage.get('go')) !== null) return {};
       if (input.metadata.acts) await Promise.resolve(${act.replace('await ', '')}).catch(() => {});
       ctx.log.info('begun ' + input.metadata.acts);
       await new Promise(() => {});`,
      { limits: { timeout: 10_000 } },
    );
    await opened.host.load(plugin);
    const calls = [true, false].map((acts) =>
      opened.host.call(callOf(plugin, { input: { file: photo.file, metadata: { acts } } })),
    );
    await expect.poll(() => opened.told.log.length, { timeout: 15_000 }).toBe(2);
    opened.stored.set(`${plugin.id}/go`, true);
    for (const pid of runnerPids() ?? []) process.kill(pid, 'SIGKILL');
    const [acted, beside] = await Promise.all(calls);
    expect(beside).toMatchObject({ ok: true });
    if (again) expect(acted).toMatchObject({ ok: true });
    else
      expect(acted?.error).toMatchObject({ code: 'plugin_died', message: expect.stringContaining('not called again') });
  });

  it.runIf(linux)('that a hook raised is not tried again: nobody waits for it', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const raiser = install({
      id: 'raiser',
      hooks: ['file:process'],
      customHooks: { 'raiser:news': {} },
      code: `module.exports = { hooks: { 'file:process': async (input, ctx) => { for (let n = 0; n < 3; n += 1) await ctx.emit('raiser:news', n); return {}; } } };`,
    });
    const listener = install({
      hooks: ['raiser:news'],
      limits: { timeout: 10_000 },
      code: `module.exports = { hooks: { 'raiser:news': async (input, ctx) => { ctx.log.info('begun ' + input); await new Promise(() => {}); } } };`,
    });
    for (const plugin of [raiser, listener]) opened.host.register(plugin);
    expect(await opened.host.call(callOf(raiser))).toMatchObject({ ok: true });
    await expect.poll(() => opened.told.log.length, { timeout: 15_000 }).toBe(3);
    for (const pid of runnerPids() ?? []) process.kill(pid, 'SIGKILL');
    const ended = () => opened.told.observed.filter(({ hook }) => hook === 'raiser:news').map(({ code }) => code);
    await expect.poll(ended, { timeout: 15_000 }).toEqual(['plugin_died', 'plugin_died', 'plugin_died']);
    expect(opened.told.log).toHaveLength(3);
  });

  it('runs beside many others of the same plugin, each with its own answer', async () => {
    await using opened = openHost();
    const plugin = processing('await null; return { metadata: { n: input.metadata.n } };');
    await opened.host.load(plugin);
    const results = await Promise.all(
      Array.from({ length: 500 }, (_, n) =>
        opened.host.call(callOf(plugin, { input: { file: photo.file, metadata: { n } } })),
      ),
    );
    expect(results.map(({ result }) => result)).toEqual(results.map((_, n) => ({ metadata: { n } })));
  });

  it('is refused at once when too many wait already', async () => {
    await using opened = openHost();
    const plugin = processing('await new Promise((resolve) => setTimeout(resolve, 200)); return {};', {
      limits: { timeout: 20_000 },
    });
    await opened.host.load(plugin);
    const results = await Promise.all(Array.from({ length: 1_200 }, () => opened.host.call(callOf(plugin))));
    const refused = results.filter(({ ok }) => !ok);
    expect(refused.length).toBeGreaterThan(0);
    expect(new Set(refused.map(({ error }) => error?.code))).toEqual(new Set(['plugin_overloaded']));
  });

  it('that is too large for a frame is refused before the runner sees it', async () => {
    await using opened = openHost();
    const plugin = processing('return {};');
    await opened.host.load(plugin);
    const input = { file: photo.file, metadata: { text: '€'.repeat(5_000_000) } };
    expect(await opened.host.call(callOf(plugin, { input }))).toMatchObject({
      ok: false,
      error: { code: 'hook_input_invalid' },
    });
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
  });

  it('whose caller gives up rejects at once, and reaches nothing any more', async () => {
    await using opened = openHost();
    const plugin = processing(
      `await ctx.storage.set('begun', 1); await new Promise((resolve) => setTimeout(resolve, 100)); await ctx.storage.set('late', 1); return {};`,
    );
    await opened.host.load(plugin);
    const giveUp = new AbortController();
    const call = opened.host.call(callOf(plugin, { signal: giveUp.signal }));
    await expect.poll(() => opened.stored.size, { timeout: 15_000 }).toBe(1);
    giveUp.abort(new Error('the caller left'));
    await expect(call).rejects.toThrow('the caller left');
    await opened.host.unload(plugin.id);
    expect([...opened.stored.keys()]).toEqual([`${plugin.id}/begun`]);
    expect(opened.told.violations).toEqual([]);
  });

  it('of a hook that the plugin does not declare, or has no grant for, does not reach it', async () => {
    await using opened = openHost();
    const plugin = processing(`ctx.log.info('called'); return {};`, { grants: new Set() });
    await opened.host.load(plugin);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: false, error: { code: 'permission_denied' } });
    expect(await opened.host.call(callOf(plugin, { hook: 'data:analyze' }))).toMatchObject({
      ok: false,
      error: { code: 'plugin_hook_missing' },
    });
    expect(opened.told.log).toEqual([]);
  });

  it('never meets what another installation left in its runner', async () => {
    await using opened = openHost({ spareRunners: 2 });
    const code = `globalThis.seen = globalThis.seen ?? []; module.exports = { hooks: { 'file:process': (input) => { seen.push(input.file.id); return { metadata: { seen: seen.length } }; } } };`;
    const [one, two] = [install({ code }), install({ code })];
    await opened.host.load(one);
    await opened.host.call(callOf(one));
    await opened.host.unload(one.id);
    await opened.host.load(two);
    expect(await opened.host.call(callOf(two))).toMatchObject({ result: { metadata: { seen: 1 } } });
  });
});
