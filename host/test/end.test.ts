import { describe, expect, it } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { callOf, install, openHost, processing } from './open-host.ts';

const killed = new Problem('package_killed', 'A test.');

describe('ending an installation at once', () => {
  it('ends its calls with the reason, without cleanup, and forgets it', async () => {
    await using opened = openHost();
    const plugin = install({
      code: `module.exports = {
        hooks: { 'file:process': async (input, ctx) => { ctx.log.info('here'); for (;;); } },
        cleanup(ctx) { ctx.log.info('goodbye'); } };`,
      limits: { timeout: 60_000, cpu: 60_000 },
    });
    await opened.host.load(plugin);
    const calls = [opened.host.call(callOf(plugin)), opened.host.call(callOf(plugin))];
    await expect.poll(() => opened.host.state(plugin.id).openCalls).toBeGreaterThan(0);
    await opened.host.end(plugin, killed);
    for (const call of calls) expect(await call).toMatchObject({ ok: false, error: { code: 'package_killed' } });
    expect(opened.host.installations(plugin.organisationId)).toEqual([]);
    await expect(opened.host.call(callOf(plugin))).rejects.toThrow('not loaded');
    expect(opened.told.log.map(({ message }) => message)).not.toContain('goodbye');
    // It is no quarantine: once the reason is gone, it can be loaded.
    await opened.host.load(plugin);
    expect(opened.host.state(plugin.id)).toMatchObject({ runner: 'ready', quarantined: false });
  });

  it('stops one that is being loaded', async () => {
    await using opened = openHost();
    const plugin = install({
      code: `module.exports = { hooks: { 'file:process': () => ({}) }, initialize() { return new Promise(() => {}); } };`,
    });
    const loading = opened.host.load(plugin);
    loading.catch(() => {}); // looked at below
    await expect.poll(() => opened.host.state(plugin.id).runner).toBe('starting');
    await opened.host.end(plugin, killed);
    await expect(loading).rejects.toThrow();
    expect(opened.host.installations(plugin.organisationId)).toEqual([]);
  });

  it('leaves another version in its place alone, and what it does not know', async () => {
    await using opened = openHost();
    const old = processing('return { metadata: { version: 1 } };');
    const next = { ...processing('return { metadata: { version: 2 } };', { id: old.pluginId }), id: old.id };
    await opened.host.load(old);
    await opened.host.load(next);
    await opened.host.end(old, killed);
    expect(await opened.host.call(callOf(next))).toMatchObject({ ok: true, result: { metadata: { version: 2 } } });
    await opened.host.end({ id: 'nobody', digest: 'none' }, killed);
  });
});
