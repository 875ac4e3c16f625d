import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { deleteOld } from '../prune-records.ts';
import { ask, asking, install } from '../test/test-plugins.ts';
import { createHourMeasurements, hourOf } from './measure-hours.ts';
import { addHours, findHours, type CountedHour } from './queries.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const hoursAgo = (hours: number) => new Date(Date.now() - hours * 3_600_000);
const write = (rows: readonly CountedHour[]) => asSystem(server.db, 'write-metrics', (tx) => addHours(tx, rows));
const idOf = (member: TestMember, pluginId: string) =>
  server.host.installations(member.organisationId).find((known) => known.pluginId === pluginId)?.id ?? expect.fail();

function counted(installationId: string, at: Date, calls: number, milliseconds: number, ok = true): CountedHour[] {
  const hours = createHourMeasurements(() => at);
  for (let call = 0; call < calls; call += 1) hours.observe(installationId, { ok, milliseconds });
  return hours.take(() => false);
}

describe('the activity of plugins', () => {
  test('counts calls and errors in the hour in which they were made, of all plugins in one answer', async () => {
    const { owner } = await server.createOrganisation();
    const fails = asking('busy', `if (input.fail) throw new Error('no'); return 1`);
    await install(owner, { manifest: { id: 'busy' }, exports: fails });
    await install(owner, { manifest: { id: 'lazy' } }, {});
    for (const fail of [false, true, false]) await ask(owner, 'busy:ask', { fail });
    const { items } = await owner.call(routes.activity.list);
    const [busy, lazy] = items;
    expect(busy).toMatchObject({ plugin: 'busy', calls: 3, errors: 1, running: true });
    expect(busy?.memoryBytes).toBeGreaterThan(0);
    // The hour may have turned in between: the last two hold them all.
    expect(busy?.callsByHour.slice(-2).reduce((a, b) => a + b)).toBe(3);
    expect(busy?.errorsByHour.slice(-2).reduce((a, b) => a + b)).toBe(1);
    expect(lazy).toMatchObject({ plugin: 'lazy', calls: 0, p95Milliseconds: null, running: false, memoryBytes: null });
    const one = await owner.call(routes.plugins.activity, { params: { id: 'busy' } });
    expect(one).toMatchObject({ calls: 3, errors: 1 });
    expect(one.hours).toHaveLength(24);
    expect(one.hours.map(({ hour }) => hour)).toEqual(one.hours.map(({ hour }) => hourOf(new Date(hour))));
  });

  test('adds up what several writers count, and leaves out what is older than a day', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'busy' } });
    const id = idOf(owner, 'busy');
    await Promise.all([
      ...Array.from({ length: 5 }, () => write(counted(id, hoursAgo(2), 10, 20))),
      write(counted(id, hoursAgo(2), 10, 900, false)),
      write(counted(id, hoursAgo(30), 7, 20)),
    ]);
    const one = await owner.call(routes.plugins.activity, { params: { id: 'busy' } });
    expect(one).toMatchObject({ calls: 60, errors: 10 });
    expect(one.p95Milliseconds).toBeCloseTo(900, -2);
    expect(one.hours.filter(({ calls }) => calls > 0)).toMatchObject([{ hour: hourOf(hoursAgo(2)), calls: 60 }]);
  });

  test('is kept for a week, and goes with the plugin', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'busy' } });
    const { organisationId } = owner;
    const id = idOf(owner, 'busy');
    await write([...counted(id, hoursAgo(24 * 8), 1, 1), ...counted(id, hoursAgo(24 * 6), 1, 1)]);
    await deleteOld(server.db, new Date());
    const kept = () =>
      asSystem(server.db, 'write-metrics', (tx) => findHours(tx, { organisationId, from: new Date(0).toISOString() }));
    expect((await kept()).map(({ hour }) => hour.toISOString())).toEqual([hourOf(hoursAgo(24 * 6))]);
    await owner.call(routes.plugins.uninstall, { params: { id: 'busy' } });
    expect(await kept()).toEqual([]);
    await write(counted(id, hoursAgo(1), 1, 1));
    expect(await kept()).toEqual([]);
  });

  test('of another organisation is neither shown nor guessed', async () => {
    const [mine, other] = await Promise.all([server.createOrganisation(), server.createOrganisation()]);
    await install(mine.owner, { manifest: { id: 'busy' } });
    expect((await other.owner.call(routes.activity.list)).items).toEqual([]);
    const foreign = other.owner.call(routes.plugins.activity, { params: { id: 'busy' } });
    await expect(foreign).rejects.toMatchObject({ code: 'plugin_not_found' });
  });
});

describe('what an uninstall would lose', () => {
  test('is counted: stored values, settings, secrets, log lines, and who needs the plugin', async () => {
    const { owner } = await server.createOrganisation();
    const configSchema = {
      type: 'object',
      properties: {
        level: { type: 'integer', default: 3 },
        note: { type: 'string' },
        key: { type: 'string', writeOnly: true },
      },
    };
    await install(owner, {
      manifest: { id: 'keeps', permissions: ['storage'], configSchema },
      exports: asking('keeps', `ctx.log.info('kept'); await ctx.storage.set('a', 'x'.repeat(1000)); return 1`),
    });
    await install(owner, {
      manifest: { id: 'needs', hooks: ['keeps:ask'], customHooks: {}, pluginDependencies: { keeps: '^1.0.0' } },
      exports: `hooks: { 'keeps:ask': async () => 2 }`,
    });
    await ask(owner, 'keeps:ask');
    const params = { id: 'keeps' };
    await owner.call(routes.plugins.putConfig, { params, body: { config: { level: 3, note: 'x', key: 'secret' } } });
    const found = await owner.call(routes.plugins.footprint, { params });
    expect(found).toMatchObject({
      storedKeys: 1,
      settings: 1,
      secrets: 1,
      logLines: 1,
      daysOfFigures: 1,
      hooks: [{ hook: 'keeps:ask', plugins: ['needs'] }],
      dependents: [{ plugin: 'needs', name: 'Test plugin', range: '^1.0.0' }],
    });
    expect(found.storedBytes).toBeGreaterThanOrEqual(1_000);
  });
});
