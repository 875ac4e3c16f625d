import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { callOf, install, openHost, photo, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';

const linux = process.platform === 'linux';
const rogueFile = fileURLToPath(new URL('./rogue-runner.mjs', import.meta.url));
/** Loops when it is told to; else answers. */
const moody = `if (input.metadata.mood === 'throws') throw new Error('no'); if (input.metadata.mood === 'loops') for (;;) {} return {};`;
const mood = (name: string) => ({ input: { file: photo.file, metadata: { mood: name } } });
/** Short rests, so that a test need not wait for long ones. */
const breaker = { failures: 2, rest: 50, longestRest: 100, openings: 3 };

describe('a plugin that fails again and again', () => {
  it('rests, says so at once, and is let in again by a call that works', { timeout: 60_000 }, async () => {
    await using opened = openHost({ breaker: { ...breaker, rest: 1_500, longestRest: 1_500 } });
    const plugin = processing(moody, { limits: { timeout: 100 } });
    await opened.host.load(plugin);
    const first = await opened.host.call(callOf(plugin, mood('loops')));
    const second = await opened.host.call(callOf(plugin, mood('loops')));
    expect([first.error?.code, second.error?.code]).toEqual(['plugin_timeout', 'plugin_timeout']);
    const refused = await opened.host.call(callOf(plugin));
    expect(refused).toMatchObject({ ok: false, error: { code: 'plugin_suspended' } });
    expect(refused.error?.message).toContain('It failed 2 times. The last time: It had 100 ms.');
    expect(refused.error?.message).toMatch(/It is tried again at \d{4}-/);
    if (linux)
      expect(opened.host.state(plugin.id)).toMatchObject({ circuit: 'open', runner: 'none', quarantined: false });
    await expect.poll(() => opened.host.state(plugin.id).circuit, { timeout: 15_000 }).toBe('half-open');
    // One call decides; what comes beside it is refused.
    const [probe, beside] = await Promise.all([opened.host.call(callOf(plugin)), opened.host.call(callOf(plugin))]);
    expect(probe).toMatchObject({ ok: true });
    expect(beside).toMatchObject({ ok: false, error: { code: 'plugin_suspended' } });
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
    expect(opened.told.circuits.map(({ state }) => state)).toEqual(['open', 'closed']);
    expect(opened.host.state(plugin.id)).toMatchObject({ circuit: 'closed', reason: '', retryAt: null });
  });

  it(
    'is switched off after it failed each time it was tried again, until it is released',
    { timeout: 60_000 },
    async () => {
      await using opened = openHost({ breaker });
      const plugin = processing(moody, { limits: { timeout: 100 } });
      opened.host.register(plugin);
      await expect
        .poll(
          async () => {
            await opened.host.call(callOf(plugin, mood('loops')));
            return opened.host.state(plugin.id);
          },
          { timeout: 40_000, interval: 20 },
        )
        .toMatchObject({ circuit: 'open', retryAt: null });
      expect(opened.told.circuits.map(({ state }) => state)).toEqual(['open', 'open', 'open']);
      const refused = await opened.host.call(callOf(plugin));
      expect(refused.error?.code).toBe('plugin_suspended');
      expect(refused.error?.message).toContain('stays off until it is released');
      await expect(opened.host.load(plugin)).rejects.toMatchObject({ code: 'plugin_suspended' });
      opened.host.register(plugin);
      opened.host.release(plugin.id);
      expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
    },
  );

  it('rests when it cannot even be started', { timeout: 60_000 }, async () => {
    await using opened = openHost({ breaker });
    const plugin = install({
      code: `module.exports = { hooks: { 'file:process': () => ({}) }, initialize() { throw new Error('no database'); } };`,
    });
    opened.host.register(plugin);
    const codes: (string | undefined)[] = [];
    for (let count = 0; count < 3; count += 1) codes.push((await opened.host.call(callOf(plugin))).error?.code);
    expect(codes).toEqual(['plugin_load_failed', 'plugin_load_failed', 'plugin_suspended']);
    expect(opened.told.circuits[0]?.reason).toContain('no database');
  });

  it('is not one that throws: errors are answers', async () => {
    await using opened = openHost({ breaker });
    const plugin = processing(moody);
    await opened.host.load(plugin);
    for (let count = 0; count < 10; count += 1) {
      expect(await opened.host.call(callOf(plugin, mood('throws')))).toMatchObject({ error: { code: 'plugin_error' } });
    }
    expect(opened.told.circuits).toEqual([]);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
  });

  it('harms no other plugin', { timeout: 30_000 }, async () => {
    await using opened = openHost({ breaker });
    const [bad, good] = [processing(moody, { limits: { timeout: 100 } }), processing(moody)];
    await Promise.all([opened.host.load(bad), opened.host.load(good)]);
    for (let count = 0; count < 3; count += 1) await opened.host.call(callOf(bad, mood('loops')));
    expect(opened.host.state(bad.id).circuit).not.toBe('closed');
    expect(await opened.host.call(callOf(good))).toMatchObject({ ok: true });
  });
});

describe('a hostile act', () => {
  const forging = install({
    limits: { timeout: 5_000 },
    code: `rogue.onCall = (id, body) => {
        if (body.input.metadata.forge) return rogue.send(rogue.types.hostCall, 1, { call: id, name: 'process.exit', args: {} });
      }; rogue.loaded();`,
  });

  it('locks the plugin at once, with all that is under way, until it is released', { timeout: 30_000 }, async () => {
    await using opened = openHost({ runnerFile: rogueFile, spareRunners: 0, ceiling: { callsInFlight: 2 } });
    await opened.host.load(forging);
    const innocent = opened.host.call(callOf(forging));
    const forged = opened.host.call(callOf(forging, { input: { metadata: { forge: true } } }));
    const waiting = opened.host.call(callOf(forging));
    expect(await Promise.all([innocent, forged, waiting])).toMatchObject([
      { ok: false },
      { ok: false },
      { ok: false, error: { code: 'plugin_quarantined' } },
    ]);
    expect(opened.told.violations).toMatchObject([
      { type: 'host_call_unknown', evidence: { hostCall: 'process.exit' } },
    ]);
    expect(opened.told.quarantined).toMatchObject([{ plugin: forging.pluginId }]);
    expect(opened.told.circuits).toEqual([]);
    if (linux) await expect.poll(runnerPids, { timeout: 15_000 }).toEqual([]);
    const refused = { ok: false, error: { code: 'plugin_quarantined' } };
    expect(await opened.host.call(callOf(forging))).toMatchObject(refused);
    expect(() => opened.host.register(forging)).toThrow(expect.objectContaining({ code: 'plugin_quarantined' }));
    await expect(opened.host.load(forging)).rejects.toMatchObject({ code: 'plugin_quarantined' });
    await expect(opened.host.load({ ...forging, digest: 'f'.repeat(64) })).rejects.toMatchObject({
      code: 'plugin_quarantined',
    });
    expect(opened.host.state(forging.id)).toMatchObject({ quarantined: true, runner: 'none' });
    await opened.host.unload(forging.id);
    await expect(opened.host.call(callOf(forging))).rejects.toMatchObject({ code: 'plugin_quarantined' });
    opened.host.release(forging.id);
    await opened.host.load(forging);
    expect(opened.host.state(forging.id)).toMatchObject({ quarantined: false, runner: 'ready' });
  });

  it('of a version that is to replace another does not touch the one that serves', { timeout: 30_000 }, async () => {
    await using opened = openHost({ runnerFile: rogueFile, spareRunners: 0 });
    const good = install({
      code: `rogue.onCall = (id) => rogue.send(rogue.types.result, id, { ok: true, value: {} }); rogue.loaded();`,
    });
    const hostile = { ...good, ...install({ id: good.pluginId, code: `rogue.send(99, 1, {});` }), id: good.id };
    await opened.host.load(good);
    await expect(opened.host.load(hostile)).rejects.toMatchObject({ code: 'plugin_died' });
    expect(opened.told.violations).toMatchObject([{ type: 'frame_forged' }]);
    expect(opened.told.quarantined).toEqual([]);
    expect(await opened.host.call(callOf(good))).toMatchObject({ ok: true, digest: good.digest });
  });

  it('of an admin is one as well: a lock from outside ends calls and is lifted the same way', async () => {
    await using opened = openHost();
    const plugin = processing('if (input.metadata.wait) await new Promise(() => {}); return {};');
    await opened.host.load(plugin);
    const open = opened.host.call(callOf(plugin, { input: { metadata: { wait: true } } }));
    await expect.poll(() => opened.host.state(plugin.id).openCalls).toBe(1);
    opened.host.quarantine(plugin.id, 'The publisher was taken over.');
    expect(await open).toMatchObject({
      ok: false,
      error: { code: 'plugin_quarantined', message: expect.stringContaining('taken over') },
    });
    expect(opened.host.state(plugin.id)).toMatchObject({ quarantined: true, reason: 'The publisher was taken over.' });
    opened.host.release(plugin.id);
    expect(await opened.host.call(callOf(plugin))).toMatchObject({ ok: true });
  });
});
