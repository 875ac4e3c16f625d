import { describe, expect, it } from 'vitest';
import { callOf, install, openHost, photo } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

/** Numbers from a seed (mulberry32): which runner is killed when is the same in every run of this test. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const calls = 200;
const atOnce = 10;
const victims = 6;

// Says which call begins, so that each attempt can be counted; takes a while, so that most kills meet it at work.
const code = `module.exports.hooks = { 'file:process': async (input, ctx) => {
  const { n } = input.metadata;
  ctx.log.info('begin ' + n);
  await ctx.storage.get('n');
  await new Promise((done) => setTimeout(done, n % 7));
  return { metadata: { n } };
} };`;

describe.runIf(process.platform === 'linux')('runners that are killed at random', () => {
  it('cost a clean error or one further attempt, and nobody else notices', { timeout: 180_000 }, async () => {
    const random = seeded(4_711);
    // The circuit would open, as it should: here every call is to meet a runner.
    const breaker = { failures: 1e6, windowFailures: 1e6 };
    await using opened = openHost({ spareRunners: 0, breaker });
    const { host, told } = opened;
    const limits = { timeout: 20_000 };
    const neighbour = install({ code, limits });
    await host.load(neighbour);
    const spared = new Set(runnerPids());
    expect(spared.size).toBe(1);
    const plugins = Array.from({ length: victims }, () => install({ code, limits }));
    for (const plugin of plugins) await host.load(plugin);

    let next = 0;
    let killed = 0;
    const answers = new Map<number, string>();
    const neighbours: string[] = [];

    function killOne(): void {
      const alive = (runnerPids() ?? []).filter((pid) => !spared.has(pid));
      const pid = alive[Math.floor(random() * alive.length)];
      if (pid === undefined) return;
      try {
        process.kill(pid, 'SIGKILL');
        killed += 1;
      } catch {
        // It ended in between.
      }
    }

    async function work(): Promise<void> {
      while (next < calls) {
        const n = next;
        next += 1;
        const plugin = plugins[Math.floor(random() * victims)];
        if (plugin === undefined) continue;
        const call = host.call(callOf(plugin, { input: { file: photo.file, metadata: { n } } }));
        if (random() < 0.3) setImmediate(killOne);
        const entry = await call;
        if (entry.ok) expect(entry.result).toEqual({ metadata: { n } });
        answers.set(n, entry.ok ? 'ok' : (entry.error?.code ?? ''));
        const beside = await host.call(callOf(neighbour, { input: { file: photo.file, metadata: { n: 0 } } }));
        neighbours.push(beside.ok ? 'ok' : (beside.error?.code ?? ''));
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work));

    expect(killed).toBeGreaterThan(20);
    expect(answers.size).toBe(calls);
    // A kill is nobody's fault and says so; one that met a runner while it booted left nothing to run the plugin in.
    const allowed = new Set(['ok', 'plugin_died', 'plugin_load_failed']);
    expect([...answers.values()].filter((code) => !allowed.has(code))).toEqual([]);
    expect([...answers.values()].filter((code) => code === 'ok').length).toBeGreaterThan(calls / 2);
    const attempts = new Map<string, number>();
    for (const { plugin, message } of told.log)
      if (plugin !== neighbour.pluginId) attempts.set(message, (attempts.get(message) ?? 0) + 1);
    expect(Math.max(...attempts.values())).toBeLessThanOrEqual(2);

    expect(new Set(neighbours)).toEqual(new Set(['ok']));
    expect(told.died.filter(({ plugin }) => plugin === neighbour.pluginId)).toEqual([]);
    // All are back.
    for (const plugin of plugins)
      expect(await host.call(callOf(plugin, { input: { file: photo.file, metadata: { n: 1 } } }))).toMatchObject({
        ok: true,
      });
    await expect.poll(() => runnerPids()?.length ?? 0, { timeout: 10_000 }).toBeLessThanOrEqual(victims + 1);
  });
});
