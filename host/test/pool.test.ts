import { describe, expect, it } from 'vitest';
import type { Installation } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { callOf, openHost, photo, processing } from './open-host.ts';
import { runnerPids } from './runner-pids.ts';
import { untilDrained } from './until-drained.ts';

const linux = process.platform === 'linux';
/** Answers when the test says so, by what it stores: `released`. */
const held = `await ctx.storage.set('begun', 1);
  for (;;) { if ((await ctx.storage.get('released')) !== null) break; await new Promise((resolve) => setTimeout(resolve, 5)); }
  return {};`;

function quick(organisationId = 'organisation-1'): Installation {
  return processing('return {};', { organisationId });
}

/** So many installations that hold a runner until they are released. */
async function occupy(
  opened: ReturnType<typeof openHost>,
  count: number,
  organisationId: string,
): Promise<{ release(): void; calls: Promise<{ ok: boolean }>[] }> {
  const busy = Array.from({ length: count }, () =>
    processing(held, { organisationId, limits: { timeout: 60_000, cpu: 60_000 } }),
  );
  for (const installation of busy) opened.host.register(installation);
  const calls = busy.map((installation) => opened.host.call(callOf(installation)));
  await expect.poll(() => busy.every(({ id }) => opened.stored.has(`${id}/begun`)), { timeout: 30_000 }).toBe(true);
  return {
    calls,
    release: () => busy.forEach(({ id }) => opened.stored.set(`${id}/released`, true)),
  };
}

async function callAll(host: Host, installations: readonly Installation[]): Promise<boolean[]> {
  const results = await Promise.all(installations.map((installation) => host.call(callOf(installation))));
  return results.map(({ ok }) => ok);
}

describe('the bound on runners', () => {
  it('holds however many plugins are called, by ending those that are idle', { timeout: 120_000 }, async () => {
    await using opened = openHost({ maximumRunners: 3, spareRunners: 1 });
    const patient = { limits: { timeout: 60_000 } };
    const installations = Array.from({ length: 12 }, () => processing('return {};', patient));
    for (const installation of installations) opened.host.register(installation);
    // What is tried out before the first runner of a process is not counted.
    await opened.host.ping();
    const most: number[] = [];
    const look = setInterval(() => most.push(opened.host.resources().runners, runnerPids()?.length ?? 0), 5);
    expect(await callAll(opened.host, installations)).toEqual(installations.map(() => true));
    expect(await callAll(opened.host, installations)).toEqual(installations.map(() => true));
    clearInterval(look);
    expect(Math.max(...most)).toBeLessThanOrEqual(3);
    expect(opened.told.died).toEqual([]);
    expect(opened.host.resources()).toMatchObject({ maximum: 3, waiting: 0 });
  });

  it('makes a call wait no longer than its deadline, and says why', { timeout: 60_000 }, async () => {
    await using opened = openHost({ maximumRunners: 1, spareRunners: 0 });
    const busy = await occupy(opened, 1, 'organisation-1');
    const waiting = quick();
    opened.host.register(waiting);
    const refused = await opened.host.call(callOf(waiting, { deadline: 150 }));
    expect(refused).toMatchObject({ ok: false, error: { code: 'sandbox_busy' } });
    expect(opened.host.resources()).toEqual({ runners: 1, spares: 0, maximum: 1, waiting: 0 });
    const patient = opened.host.call(callOf(waiting));
    busy.release();
    expect(await patient).toMatchObject({ ok: true });
    expect(await Promise.all(busy.calls)).toMatchObject([{ ok: true }]);
    // To wait was not its fault.
    expect(opened.told.violations).toEqual([]);
    expect(opened.host.state(waiting.id)).toMatchObject({ circuit: 'closed' });
  });

  it('lets organisations take turns, however many starts one of them has waiting', { timeout: 60_000 }, async () => {
    await using opened = openHost({ maximumRunners: 1, spareRunners: 0 });
    const busy = await occupy(opened, 1, 'greedy');
    const order: string[] = [];
    const call = async (organisationId: string) => {
      const installation = quick(organisationId);
      opened.host.register(installation);
      const { ok } = await opened.host.call(callOf(installation));
      order.push(`${organisationId} ${ok}`);
    };
    const greedy = Array.from({ length: 6 }, () => call('greedy'));
    const modest = call('modest');
    await expect.poll(() => opened.host.resources().waiting, { timeout: 15_000 }).toBe(7);
    busy.release();
    await Promise.all([...greedy, modest, ...busy.calls]);
    expect(order.indexOf('modest true')).toBeLessThanOrEqual(1);
  });

  it(
    'takes a runner from an organisation that keeps all of them busy, without failing its calls',
    { timeout: 60_000 },
    async () => {
      await using opened = openHost({ maximumRunners: 2, spareRunners: 0 });
      const greedy = [1, 2].map(() =>
        processing('await new Promise((resolve) => setTimeout(resolve, 20)); return {};', { organisationId: 'greedy' }),
      );
      const work = { goesOn: true };
      const results: boolean[] = [];
      const keepBusy = async (installation: Installation) => {
        while (work.goesOn) results.push((await opened.host.call(callOf(installation))).ok);
      };
      for (const installation of greedy) await opened.host.load(installation);
      // More than one call at a time, so that its runner is never idle.
      const busy = greedy.flatMap((installation) => [
        keepBusy(installation),
        keepBusy(installation),
        keepBusy(installation),
      ]);
      const modest = quick('modest');
      opened.host.register(modest);
      expect(await opened.host.call(callOf(modest))).toMatchObject({ ok: true });
      work.goesOn = false;
      await Promise.all(busy);
      expect(results).not.toContain(false);
    },
  );
});

describe('a runner that is to make room', { timeout: 60_000 }, () => {
  it('and is unloaded instead does not keep others from asking for room', async () => {
    await using opened = openHost({ maximumRunners: 1, spareRunners: 0 });
    const { host } = opened;
    const hanging = processing(`await ctx.storage.set('hangs', 1); await new Promise(() => {});`, {
      limits: { timeout: 60_000 },
    });
    host.register(hanging);
    const giveUp = new AbortController();
    const left = host.call(callOf(hanging, { signal: giveUp.signal }));
    await expect.poll(() => opened.stored.size, { timeout: 15_000 }).toBe(1);
    giveUp.abort(new Error('left'));
    await expect(left).rejects.toThrow('left');
    const [second, third] = ['two', 'three'].map((organisationId) => quick(organisationId));
    if (second === undefined || third === undefined) throw new Error('There are two.');
    for (const installation of [second, third]) host.register(installation);
    const waits = host.call(callOf(second));
    await untilDrained(host, hanging);
    await host.unload(hanging.id);
    expect(await waits).toMatchObject({ ok: true });
    expect(await host.call(callOf(third))).toMatchObject({ ok: true });
  });
});

describe('idle runners', () => {
  it('are ended when asked to, keep what they used on the books, and start again', async () => {
    await using opened = openHost({ spareRunners: 0 });
    const installation = quick();
    await opened.host.load(installation);
    await opened.host.evict(installation.id);
    if (linux) expect(runnerPids()).toEqual([]);
    expect(opened.host.state(installation.id)).toMatchObject({ runner: 'none', circuit: 'closed', quarantined: false });
    expect(opened.host.usage(installation.id).deaths).toBe(0);
    expect(await opened.host.call(callOf(installation))).toMatchObject({ ok: true });
    expect(opened.host.state(installation.id)).toMatchObject({ runner: 'ready', openCalls: 0 });
  });

  it('are not ended while a call is open', { timeout: 30_000 }, async () => {
    await using opened = openHost({ spareRunners: 0 });
    const busy = await occupy(opened, 1, 'organisation-1');
    const [{ id } = { id: '' }] = opened.host.installations('organisation-1');
    await opened.host.evict(id);
    expect(opened.host.state(id)).toMatchObject({ runner: 'ready', openCalls: 1 });
    busy.release();
    expect(await Promise.all(busy.calls)).toMatchObject([{ ok: true }]);
  });

  it('cost nothing while nobody calls: a thousand registered plugins start no process', async () => {
    await using opened = openHost({ spareRunners: 0 });
    for (let count = 0; count < 1_000; count += 1) opened.host.register(quick(`organisation-${count % 100}`));
    if (linux) expect(runnerPids()).toEqual([]);
    expect(opened.host.resources()).toMatchObject({ runners: 0, waiting: 0 });
  });
});

describe('spare runners', () => {
  it('are booted when the server has started, handed out first, and replaced', { timeout: 30_000 }, async () => {
    await using opened = openHost({ spareRunners: 2, maximumRunners: 8 });
    opened.host.prepare();
    await expect.poll(() => opened.host.resources(), { timeout: 15_000 }).toMatchObject({ runners: 2, spares: 2 });
    const installations = Array.from({ length: 4 }, () => quick());
    for (const installation of installations) opened.host.register(installation);
    expect(await callAll(opened.host, installations)).toEqual([true, true, true, true]);
    await expect.poll(() => opened.host.resources(), { timeout: 15_000 }).toMatchObject({ runners: 6, spares: 2 });
    await opened.host.ping();
  });
});

describe('a call whose caller gave up', () => {
  it('does not keep a full runner from those who wait', { timeout: 30_000 }, async () => {
    await using opened = openHost({ spareRunners: 0, ceiling: { callsInFlight: 2 } });
    const installation = processing(
      `if (input.metadata.hang) { await ctx.storage.set('hangs' + input.metadata.hang, 1); await new Promise(() => {}); } return {};`,
      { limits: { timeout: 60_000 } },
    );
    opened.host.register(installation);
    const giveUp = new AbortController();
    const abandoned = [1, 2].map((hang) =>
      opened.host.call(
        callOf(installation, { input: { file: photo.file, metadata: { hang } }, signal: giveUp.signal }),
      ),
    );
    await expect.poll(() => opened.stored.size, { timeout: 15_000 }).toBe(2);
    giveUp.abort(new Error('left'));
    expect((await Promise.allSettled(abandoned)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(await opened.host.call(callOf(installation))).toMatchObject({ ok: true });
    expect(opened.told.died).toEqual([]);
  });
});
