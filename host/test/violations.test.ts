import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callOf, install, openHost, photo, photoOf, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const linux = process.platform === 'linux';
const rogueFile = fileURLToPath(new URL('./rogue-runner.mjs', import.meta.url));
const MB = 1024 * 1024;

describe('what a plugin does wrong is told with numbers', () => {
  it.each([
    [
      'a deadline that passed',
      'await new Promise(() => {});',
      { timeout: 200 },
      { type: 'time_limit', evidence: { kind: 'hook', hook: 'file:process', limitMilliseconds: 200, openCalls: 1 } },
    ],
    [
      'processor time',
      'for (;;) {}',
      { timeout: 20_000, cpu: 100 },
      { type: 'cpu_limit', evidence: { limitMilliseconds: 100, cpuMilliseconds: expect.any(Number) } },
    ],
    [
      'memory',
      'const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));',
      { timeout: 20_000, memory: 32 },
      { type: 'memory_limit', evidence: { limitBytes: 32 * MB } },
    ],
    [
      'log lines past the limit',
      `for (let n = 0; n < 300; n += 1) ctx.log.info('line ' + n); return {};`,
      {},
      { type: 'log_limit', evidence: { limit: 200 } },
    ],
    [
      'a full storage',
      `try { await ctx.storage.set('full', 1); } catch {} return {};`,
      {},
      { type: 'storage_quota', evidence: {} },
    ],
    [
      'a result that was refused',
      `return { metadata: { constructor: 1 } };`,
      {},
      { type: 'result_invalid', evidence: { hook: 'file:process', chars: expect.any(Number) } },
    ],
    [
      'a result that is not JSON',
      `return { metadata: { big: 1n } };`,
      {},
      { type: 'result_invalid', evidence: { hook: 'file:process' } },
    ],
  ])('%s', { timeout: 60_000 }, async (what, body, limits, violation) => {
    if (!linux && (what === 'processor time' || what === 'memory')) return;
    await using opened = openHost();
    const plugin = processing(body, { limits });
    await opened.host.load(plugin);
    await opened.host.call(callOf(plugin));
    await expect.poll(() => opened.told.violations, { timeout: 15_000 }).toMatchObject([violation]);
    expect(opened.told.quarantined).toEqual([]);
  });

  it('a hook raised too often, once for each that is refused', async () => {
    await using opened = openHost();
    const plugin = install({
      id: 'raiser',
      hooks: ['file:process'],
      customHooks: { 'raiser:noise': {} },
      code: `module.exports = { hooks: { 'file:process': async (input, ctx) => {
        let refused = 0;
        for (let n = 0; n < 103; n += 1) await ctx.emit('raiser:noise', {}).catch(() => { refused += 1; });
        return { metadata: { refused } };
      } } };`,
    });
    await opened.host.load(plugin);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ result: { metadata: { refused: 3 } } });
    expect(opened.told.violations).toMatchObject(
      [1, 2, 3].map(() => ({ type: 'emit_limit', evidence: { hook: 'raiser:noise', limit: 100 } })),
    );
  });

  it.runIf(linux)('a process that ended, and nothing more: its next call works', { timeout: 30_000 }, async () => {
    await using opened = openHost({ spareRunners: 0 });
    const plugin = processing('return {};');
    await opened.host.load(plugin);
    for (const pid of runnerPids() ?? []) process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => opened.told.violations, { timeout: 15_000 })
      .toMatchObject([{ type: 'died', evidence: { openCalls: 0 } }]);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
    expect(opened.told.quarantined).toEqual([]);
  });

  it('more host calls in a minute than are allowed, whichever runner makes them', { timeout: 60_000 }, async () => {
    await using opened = openHost({ ceiling: { hostCallsPerMinute: 40 } });
    const plugin = processing(
      `let refused = 0; for (let n = 0; n < 25; n += 1) await ctx.storage.get('k').catch((error) => { refused += error.code === 'host_call_limit' ? 1 : 0; });
       return { metadata: { refused } };`,
    );
    await opened.host.load(plugin);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ result: { metadata: { refused: 0 } } });
    await opened.host.evict(plugin.id);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ result: { metadata: { refused: 10 } } });
    expect(opened.told.violations).toMatchObject([{ type: 'host_call_limit', evidence: { limit: 40 } }]);
  });

  it('large host calls, each of which counts as several, so that none fills the thread that serves all', async () => {
    await using opened = openHost({ ceiling: { hostCallsPerMinute: 60 } });
    const plugin = processing(
      `const tell = (error) => error.code; const large = 'x'.repeat(100_000);
       const codes = []; for (let n = 0; n < 5; n += 1) codes.push(await ctx.storage.set('k', large).catch(tell));
       return { metadata: { codes } };`,
    );
    await opened.host.load(plugin);
    // 13 each: the text of a hundred kilobytes weighs as much as twelve small ones.
    expect(await opened.host.call(callOf(plugin))).toMatchObject({
      result: { metadata: { codes: [1, 1, 1, 1, 'host_call_limit'] } },
    });
    expect(opened.told.violations).toMatchObject([{ type: 'host_call_limit', evidence: { limit: 60 } }]);
  });

  it(
    'an author who never waits for host calls is stopped in the end, and not locked',
    { timeout: 60_000 },
    async () => {
      await using opened = openHost({ ceiling: { hostCallsPerMinute: 10 } });
      const plugin = processing(`for (;;) await ctx.storage.get('k').catch(() => {});`, {
        limits: { timeout: 20_000 },
      });
      await opened.host.load(plugin);
      const { error } = await opened.host.call(callOf(plugin));
      expect(error).toMatchObject({ code: 'plugin_died', message: expect.stringContaining('refused host calls') });
      expect(opened.told.violations.map(({ type }) => type)).toEqual(['host_call_limit', 'host_call_limit']);
      expect(opened.told.quarantined).toEqual([]);
    },
  );

  it('a flood of small things does not hide a large one', { timeout: 30_000 }, async () => {
    await using opened = openHost({ runnerFile: rogueFile, spareRunners: 0 });
    const plugin = install({
      grants: new Set(['files']),
      code: `rogue.onCall = (id) => {
        for (let n = 1; n <= 60; n += 1) rogue.send(rogue.types.hostCall, n, { call: id, name: 'storage.list', args: {} });
        rogue.send(rogue.types.hostCall, 61, { call: id, name: 'shell', args: {} });
      }; rogue.loaded();`,
    });
    await opened.host.load(plugin);
    await opened.host.call(callOf(plugin));
    const types = opened.told.violations.map(({ type }) => type);
    expect(types.filter((type) => type === 'permission_denied')).toHaveLength(20);
    expect(opened.told.violations.at(-1)).toMatchObject({
      type: 'host_call_unknown',
      evidence: { hostCall: 'shell', notReportedBefore: 40 },
    });
    expect(opened.told.quarantined).toHaveLength(1);
  });
});

describe('the limits in force', () => {
  const looping = { limits: { timeout: 60_000, cpu: 60_000, memory: 256 } };

  it(
    'are the lowest of manifest, organisation and server, at the moment of the call',
    { timeout: 30_000 },
    async () => {
      await using opened = openHost({ ceiling: { timeout: 400 } });
      let timeout = 10_000;
      const plugin = { ...processing('await new Promise(() => {});', looping), ceiling: () => ({ timeout }) };
      await opened.host.load(plugin);
      const byServer = await opened.host.call(callOf(plugin));
      timeout = 200;
      const byOrganisation = await opened.host.call(callOf(plugin));
      const byCaller = await opened.host.call(callOf(plugin, { deadline: 100 }));
      expect([byServer, byOrganisation, byCaller].map(({ error }) => error?.message)).toEqual([
        expect.stringContaining('400 ms'),
        expect.stringContaining('200 ms'),
        expect.stringContaining('100 ms'),
      ]);
    },
  );

  it('hold an export too, which is else given more time than a photo', { timeout: 30_000 }, async () => {
    await using opened = openHost({ ceiling: { timeout: 300 } });
    const plugin = install({
      hooks: ['export:generate'],
      code: `module.exports = { hooks: { 'export:generate': () => new Promise(() => {}) } };`,
    });
    await opened.host.load(plugin);
    const call = { installationId: plugin.id, hook: 'export:generate', input: { report: {}, format: 'text' } };
    expect((await opened.host.call(call)).error?.message).toContain('300 ms');
  });

  it.runIf(linux)('bound memory and processor time, whatever the manifest asks for', { timeout: 60_000 }, async () => {
    await using opened = openHost({ ceiling: { memory: 32 } });
    const hungry = processing('const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));', looping);
    const spinning = { ...processing('for (;;) {}', looping), ceiling: () => ({ cpu: 100 }) };
    await Promise.all([opened.host.load(hungry), opened.host.load(spinning)]);
    expect(await opened.host.call(callOf(hungry))).toMatchObject({ error: { code: 'plugin_memory' } });
    expect(opened.host.usage(hungry.id).memoryBytes).toBeLessThan(32 * MB * 1.2);
    expect((await opened.host.call(callOf(spinning))).error?.message).toContain('100 ms of processor time');
  });
});

describe('a runner that does not read', () => {
  it.each([
    ['values', 'storage.get', `{ key: 'large' }`, 256 * 1024],
    ['ranges', 'files.read', `{ offset: 0, length: ${4 * MB} }`, 4 * MB],
    ['lists', 'storage.list', `{}`, 1],
  ])('cannot make the host keep %s for it', { timeout: 30_000 }, async (_what, name, args, size) => {
    let served = 0;
    const bytes = Buffer.alloc(4 * MB, 7);
    const large = 'x'.repeat(250 * 1024);
    await using opened = openHost({
      runnerFile: rogueFile,
      spareRunners: 0,
      capabilities: {
        storage: {
          get: async () => ((served += 1), { value: large, version: 1 }),
          set: async () => 1,
          delete: async () => false,
          list: async () => ((served += 1), Array.from({ length: 1_000 }, (_, n) => 'x'.repeat(240) + n)),
        },
      },
    });
    const plugin = install({
      code: `rogue.onCall = (id) => {
        rogue.socket.pause();
        for (let n = 1; n <= 20000; n += 1) rogue.send(rogue.types.hostCall, n, { call: id, name: '${name}', args: ${args} });
      }; rogue.loaded();`,
    });
    await opened.host.load(plugin);
    const counted = { ...photoOf(bytes), read: async () => ((served += 1), bytes) };
    const result = await opened.host.call(callOf(plugin, { photo: counted, deadline: 1_500 }));
    expect(result).toMatchObject({ ok: false, error: { code: 'plugin_timeout' } });
    // 16 MB of answers, and what the socket itself took.
    const each = name === 'storage.list' ? 240 * 1_000 : size;
    expect(served).toBeGreaterThan(0);
    expect(served * each).toBeLessThan(20 * MB);
    expect(opened.told.quarantined).toEqual([]);
  });

  it('gets no more calls than fit, and those that wait are told', { timeout: 60_000 }, async () => {
    await using opened = openHost({ runnerFile: rogueFile, spareRunners: 0 });
    const plugin = install({
      limits: { timeout: 1_000 },
      code: `rogue.onCall = () => rogue.socket.pause(); rogue.loaded();`,
    });
    await opened.host.load(plugin);
    const input = { file: photo.file, metadata: { text: 'x'.repeat(1 * MB) } };
    const calls = Array.from({ length: 80 }, () => opened.host.call(callOf(plugin, { input })));
    // 8 MB, the one that went over, and what the socket took; 64 MB wait in the queue at most, the rest is refused.
    expect(opened.host.state(plugin.id).openCalls).toBeLessThanOrEqual(10);
    expect(opened.host.state(plugin.id).waitingCalls).toBeLessThanOrEqual(64);
    const codes = new Set((await Promise.all(calls)).map(({ error }) => error?.code));
    expect(codes).toContain('plugin_overloaded');
    expect(
      [...codes].every(
        (code) => code === 'plugin_overloaded' || code === 'plugin_timeout' || code === 'plugin_suspended',
      ),
    ).toBe(true);
  });
});
