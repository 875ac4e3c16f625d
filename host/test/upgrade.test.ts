import { describe, expect, it } from 'vitest';
import type { Installation } from '@proofpix/host/capabilities';
import { callOf, install, openHost, type Plugin } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const linux = process.platform === 'linux';

/** Versions of one installation; each says which it is. */
function versions(count: number, more = '', plugin: Omit<Plugin, 'code'> = {}): Installation[] {
  const first = version(1, more, plugin);
  const others = Array.from({ length: count - 1 }, (_, index) => ({
    ...version(index + 2, more, { ...plugin, id: first.pluginId }),
    id: first.id,
  }));
  return [first, ...others];
}

function version(number: number, more: string, plugin: Omit<Plugin, 'code'>): Installation {
  return install({
    ...plugin,
    code: `module.exports = { hooks: { 'file:process': async (input, ctx) => {
        await new Promise((resolve) => setTimeout(resolve, input.metadata.milliseconds ?? 0));
        return { metadata: { version: ${number} } };
      } }, cleanup(ctx) { ctx.log.info('goodbye ${number}'); } ${more} };`,
  });
}

describe('another version of a loaded plugin', () => {
  it('takes over without failing one of a hundred calls under way, five times over', { timeout: 120_000 }, async () => {
    await using opened = openHost({ spareRunners: 1 });
    const [first, ...later] = versions(6);
    if (first === undefined) throw new Error('There is a first one.');
    await opened.host.load(first);
    const work = { goesOn: true };
    const answers: { ok: boolean; digest: string; result?: unknown; error?: unknown }[] = [];
    const worker = async () => {
      while (work.goesOn) {
        const input = { file: { id: 'file-1' }, metadata: { milliseconds: 10 } };
        answers.push(await opened.host.call(callOf(first, { input })));
      }
    };
    const workers = Array.from({ length: 100 }, worker);
    for (const next of later) {
      await opened.host.load(next);
      const before = answers.length;
      await expect.poll(() => answers.length, { timeout: 30_000 }).toBeGreaterThan(before + 300);
    }
    work.goesOn = false;
    await Promise.all(workers);
    expect(answers.filter(({ ok }) => !ok)).toEqual([]);
    // Who is said to have answered is who did.
    const digests = [first, ...later].map(({ digest }) => digest);
    const said = answers.map(({ result }) => (result as { metadata: { version: number } }).metadata.version);
    expect(answers.map(({ digest }) => digests.indexOf(digest) + 1)).toEqual(said);
    expect(new Set(said)).toEqual(new Set([1, 2, 3, 4, 5, 6]));
    await expect
      .poll(() => opened.told.log.map(({ message }) => message), { timeout: 15_000 })
      .toEqual([1, 2, 3, 4, 5].map((number) => `goodbye ${number}`));
    if (linux) await expect.poll(() => opened.host.resources().runners, { timeout: 15_000 }).toBeLessThanOrEqual(2);
    expect(opened.told.died).toEqual([]);
  });

  it('takes new calls at once, while those in flight end in the old one', async () => {
    await using opened = openHost({ spareRunners: 1 });
    const [old, fresh] = versions(2);
    if (old === undefined || fresh === undefined) throw new Error('There are two.');
    await opened.host.load(old);
    const slow = opened.host.call(callOf(old, { input: { metadata: { milliseconds: 1_500 } } }));
    await expect.poll(() => opened.host.state(old.id).openCalls).toBe(1);
    await opened.host.load(fresh);
    expect(await opened.host.call(callOf(fresh))).toMatchObject({ result: { metadata: { version: 2 } } });
    expect(opened.told.log).toEqual([]);
    expect(await slow).toMatchObject({ ok: true, digest: old.digest, result: { metadata: { version: 1 } } });
    await expect.poll(() => opened.told.log).toMatchObject([{ message: 'goodbye 1' }]);
  });

  it.each([
    ['does not parse', `, ]`],
    ['has an initialize that throws', `, initialize() { throw new Error('no'); }`],
    ['loops while it is loaded', `, ...(() => { for (;;) {} })()`],
    ['lost a hook which the old one has', `, hooks: {}, cleanup: undefined`],
    ['ends while it is loaded', `, ...(() => { const kept = []; for (;;) kept.push(new Array(1e5).fill(1)); })()`],
  ])('that %s leaves the old one as it is', { timeout: 60_000 }, async (_what, more) => {
    await using opened = openHost({ spareRunners: 0 });
    const [old] = versions(1);
    if (old === undefined) throw new Error('There is one.');
    const broken = { ...version(2, more, { id: old.pluginId }), id: old.id };
    await opened.host.load(old);
    const pids = runnerPids();
    await expect(opened.host.load(broken)).rejects.toThrow();
    expect(await opened.host.call(callOf(old))).toMatchObject({ ok: true, digest: old.digest });
    expect(opened.host.installations('organisation-1')).toEqual([old]);
    expect(opened.host.state(old.id)).toMatchObject({ runner: 'ready', circuit: 'closed' });
    // The very process that served before.
    if (linux) expect(pids?.every((pid) => runnerPids()?.includes(pid))).toBe(true);
    expect(opened.told.log).toEqual([]);
  });

  it('counts together with the old one what both used', async () => {
    await using opened = openHost({ spareRunners: 1 });
    const [old, fresh] = versions(2);
    if (old === undefined || fresh === undefined) throw new Error('There are two.');
    await opened.host.load(old);
    await opened.host.call(callOf(old));
    const before = opened.host.usage(old.id);
    await opened.host.load(fresh);
    const during = opened.host.usage(old.id);
    await expect.poll(() => opened.told.log).toHaveLength(1);
    const after = opened.host.usage(old.id);
    expect(during.cpuMilliseconds).toBeGreaterThanOrEqual(before.cpuMilliseconds);
    expect(after.cpuMilliseconds).toBeGreaterThanOrEqual(during.cpuMilliseconds);
    expect(after.deaths).toBe(0);
  });

  it('that was asked for before an unload does not outlive it', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const [old, fresh] = versions(2);
    if (old === undefined || fresh === undefined) throw new Error('There are two.');
    await opened.host.load(old);
    const loading = opened.host.load(fresh);
    await opened.host.unload(old.id);
    await loading;
    await expect(opened.host.call(callOf(old))).rejects.toMatchObject({ code: 'plugin_not_loaded' });
    expect(opened.host.installations('organisation-1')).toEqual([]);
    await expect.poll(() => opened.host.resources().runners, { timeout: 15_000 }).toBe(0);
  });

  it('leaves no process behind when the host is closed in the middle', async () => {
    const opened = openHost({ spareRunners: 0 });
    const [old] = versions(1);
    if (old === undefined) throw new Error('There is one.');
    const hanging = {
      ...version(2, `, initialize() { return new Promise(() => {}); }`, { id: old.pluginId }),
      id: old.id,
    };
    await opened.host.load(old);
    const loading = expect(opened.host.load(hanging)).rejects.toThrow();
    if (linux) await expect.poll(() => runnerPids()?.length, { timeout: 15_000 }).toBe(2);
    await opened[Symbol.asyncDispose]();
    await loading;
    if (linux) expect(runnerPids()).toEqual([]);
  });
});
