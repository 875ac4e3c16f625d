import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { retentionKinds } from '@proofpix/contract/retention';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import type { PluginReceipt } from '@proofpix/contract/receipts';
import type { Observation } from '@proofpix/host/capabilities';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { deleteOlderRows } from '../../privacy/retention/run-retention.ts';
import { installOn, makeOrganisation, openPluginsOn } from '../test/plugins-on-database.ts';
import { ask, asking, install, problemOf } from '../test/test-plugins.ts';
import { addTraffic, sumFigures } from './figures.ts';
import { createMeasurements } from './measure-calls.ts';
import { addMetrics, findMetrics, type Counted } from './queries.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const today = () => new Date().toISOString().slice(0, 10);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
const receipt = (member: TestMember, id: string, query: { day?: string; from?: string; to?: string } = {}) =>
  member.call(pluginRoutes.receipt, { params: { id }, query });
const metrics = (member: TestMember, id: string, query: { from?: string; to?: string } = {}) =>
  member.call(pluginRoutes.metrics, { params: { id }, query });

const observation: Observation = {
  kind: 'hook',
  hook: 'paid:ask',
  ok: true,
  code: null,
  milliseconds: 5,
  hostCalls: 3,
  bytesRead: 10,
  bytesWritten: 20,
  byHostCall: { 'http.request': 2, log: 1 },
  traffic: { 'api.example.org': { requests: 2, bytesSent: 100, bytesReceived: 1_000 } },
};

/** What was counted, as the server writes it. */
function counted(installationId: string, day: string, calls: number, more: Partial<Observation> = {}): Counted[] {
  const measurements = createMeasurements(() => new Date(`${day}T12:00:00Z`));
  for (let call = 0; call < calls; call += 1) measurements.observe(installationId, { ...observation, ...more });
  return measurements.take(
    () => ({ cpuMilliseconds: calls * 100, memoryBytes: calls * 1_000_000, deaths: 0 }),
    () => false,
  );
}

const write = (rows: readonly Counted[]) => asSystem(server.db, 'write-metrics', (tx) => addMetrics(tx, rows));
const idOf = (member: TestMember, pluginId: string) =>
  server.host.installations(member.organisationId).find((known) => known.pluginId === pluginId)?.id ?? expect.fail();

describe('a receipt', () => {
  test('sums up to what was called, also when many call at once, and names what was used', async () => {
    const { owner } = await server.createOrganisation();
    const exports = asking(
      'counts',
      `ctx.log.info('a'); await ctx.storage.set('a', input.value); if (input.fail) throw new Error('no'); return ctx.storage.get('a')`,
    );
    await install(owner, { manifest: { id: 'counts', permissions: ['storage', 'crypto'] }, exports });
    const inputs = Array.from({ length: 20 }, (_, call) => ({ value: 'x'.repeat(100), fail: call % 5 === 0 }));
    await Promise.all(inputs.map((input) => ask(owner, 'counts:ask', input)));
    const [all, now] = [await receipt(owner, 'counts'), await receipt(owner, 'counts', { day: today() })];
    expect(all.totals).toMatchObject({
      calls: 20,
      errors: 4,
      hostCalls: 56,
      byHostCall: { log: 20, 'storage.set': 20, 'storage.get': 16 },
      traffic: {},
      deaths: 0,
    });
    expect(all.storageBytes).toBeGreaterThanOrEqual(100);
    expect(all.totals.cpuSeconds).toBeGreaterThan(0);
    expect(all.totals.p99Milliseconds).toBeGreaterThanOrEqual(all.totals.p50Milliseconds ?? Infinity);
    expect(all.days.map(({ calls }) => calls).reduce((sum, calls) => sum + calls, 0)).toBe(20);
    expect(now.days).toMatchObject([{ day: now.from, byHostCall: all.totals.byHostCall }]);
    expect(all.declared.permissions).toEqual([
      { permission: 'crypto', decision: 'granted', used: false },
      { permission: 'storage', decision: 'granted', used: true },
    ]);
    expect(all.marks).toMatchObject([{ mark: 'permission-unused', subject: 'crypto' }]);
    const figures = await metrics(owner, 'counts');
    expect(figures).toMatchObject({ calls: 20, byHostCall: all.totals.byHostCall, storageBytes: all.storageBytes });
    expect(figures.cpuSeconds).toBeCloseTo(figures.cpuMilliseconds / 1_000, 6);
    expect(await metrics(owner, 'counts', { to: daysAgo(1) })).toMatchObject({ calls: 0, byHook: {} });
  });

  test('keeps the days apart and adds up what several writers count on one of them', async () => {
    const { owner } = await server.createOrganisation();
    const manifest = { id: 'paid', permissions: ['http'], hosts: ['api.example.org', '*.cdn.example.org'] };
    await install(owner, { manifest });
    const id = idOf(owner, 'paid');
    const [first, second] = [daysAgo(2), daysAgo(1)];
    await Promise.all([
      ...Array.from({ length: 8 }, () => write(counted(id, first, 3))),
      write(
        counted(id, second, 2, {
          ok: false,
          traffic: { 'a.cdn.example.org': { requests: 1, bytesSent: 1, bytesReceived: 2 } },
        }),
      ),
    ]);
    const whole: PluginReceipt = await receipt(owner, 'paid', { from: first, to: second });
    expect(whole).toMatchObject({ from: first, to: second });
    expect(whole.days).toMatchObject([
      {
        day: first,
        calls: 24,
        errors: 0,
        cpuSeconds: 2.4,
        memoryBytes: 3_000_000,
        byHostCall: { 'http.request': 48, log: 24 },
        traffic: { 'api.example.org': { requests: 48, bytesSent: 2_400, bytesReceived: 24_000 } },
      },
      {
        day: second,
        calls: 2,
        errors: 2,
        traffic: { 'a.cdn.example.org': { requests: 2, bytesSent: 2, bytesReceived: 4 } },
      },
    ]);
    expect(whole.totals).toMatchObject({ calls: 26, errors: 2, cpuSeconds: 2.6, bytesRead: 260, bytesWritten: 520 });
    expect(whole.declared.hosts).toEqual([
      { host: 'api.example.org', requests: 48 },
      { host: '*.cdn.example.org', requests: 2 },
    ]);
    expect(whole.marks).toEqual([]);
    const one = await receipt(owner, 'paid', { day: second });
    expect(one.totals).toMatchObject({ calls: 2 });
    expect(one.marks).toMatchObject([{ mark: 'host-unused', subject: 'api.example.org' }]);
  });

  test('marks what the installed version does not declare, what is not granted, and what went over a limit', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, {
      manifest: { id: 'paid', permissions: ['http'], hosts: ['other.example.org'], limits: { memory: 16 } },
    });
    const id = idOf(owner, 'paid');
    await write(counted(id, today(), 30, { byHostCall: { 'http.request': 1, 'storage.get': 1 } }));
    const { marks, declared } = await receipt(owner, 'paid');
    expect(marks.map(({ mark, subject }) => `${mark} ${subject}`).sort()).toEqual([
      'host-undeclared api.example.org',
      'host-unused other.example.org',
      'limit-exceeded memory',
      'permission-missing storage',
    ]);
    expect(declared.limits.find(({ limit }) => limit === 'memory')).toMatchObject({ asked: 16, inForce: 16 });
  });

  test('counts refusals beside the figures', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'curious' }, exports: asking('curious', `await ctx.storage.get('a')`) });
    for (let call = 0; call < 3; call += 1) await ask(owner, 'curious:ask');
    const { violations, marks } = await receipt(owner, 'curious');
    expect(violations).toEqual([{ type: 'permission_denied', severity: 'medium', count: 3 }]);
    expect(marks).toMatchObject([{ mark: 'permission-missing', subject: 'storage' }]);
  });

  test('keeps a hundred hosts of a day apart and the rest together, whoever writes them', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'paid', permissions: ['http'], hosts: ['*.example.org'] } });
    const id = idOf(owner, 'paid');
    const one = { requests: 1, bytesSent: 10, bytesReceived: 100 };
    const hosts = (from: number, to: number) =>
      Object.fromEntries(
        Array.from({ length: to - from }, (_, index) => [`h${1_000 + from + index}.example.org`, one]),
      );
    expect(Object.keys(addTraffic({}, hosts(0, 250)))).toHaveLength(101);
    await write(counted(id, today(), 1, { traffic: hosts(0, 60) }));
    await write(counted(id, today(), 1, { traffic: hosts(30, 250) }));
    await write(counted(id, today(), 1, { traffic: hosts(0, 250) }));
    const { traffic } = (await receipt(owner, 'paid', { day: today() })).totals;
    expect(Object.keys(traffic)).toHaveLength(101);
    expect(traffic['h1000.example.org']?.requests).toBe(2);
    expect(traffic['h1059.example.org']?.requests).toBe(3);
    const sum = Object.values(traffic).reduce((total, { requests }) => total + requests, 0);
    expect(sum).toBe(60 + 220 + 250);
    expect(traffic.other?.bytesReceived).toBe((traffic.other?.requests ?? 0) * 100);
  });

  test('refuses days that do not exist, the wrong way round, and more of them than are kept', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'paid' } });
    for (const query of [
      'day=2026-02-30',
      'day=today',
      'day=2026-01-01&from=2026-01-01',
      'from=2026-02-02&to=2026-02-01',
      'from=2020-01-01&to=2026-01-01',
      'from=0000-01-01',
      'to=9999-12-31&from=9999-12-30',
    ]) {
      const problem = await problemOf(await owner.fetch(`/api/plugins/paid/receipt?${query}`));
      expect(problem, query).toMatchObject({ status: 400, code: 'invalid_request' });
    }
    const longest = await receipt(owner, 'paid', { from: daysAgo(399) });
    expect(longest).toMatchObject({ from: daysAgo(399), totals: { calls: 0 } });
  });

  test("of somebody else's plugin is that of a plugin that does not exist", async () => {
    const { owner } = await server.createOrganisation();
    const { owner: stranger } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'paid' } });
    const answers = await Promise.all(
      ['paid', 'nobodys'].map(async (id) => problemOf(await stranger.fetch(`/api/plugins/${id}/receipt`))),
    );
    expect(answers[0]).toMatchObject({ status: 404, code: 'plugin_not_found' });
    expect(answers[0]).toEqual(answers[1]);
  });
});

describe('figures', () => {
  test('are exactly what was called by many at once, over restarts', async () => {
    await using database = await openTestDatabase();
    const organisationId = await makeOrganisation(database);
    let installationId = '';
    for (let round = 0; round < 3; round += 1) {
      await using opened = await openPluginsOn(database);
      const { plugins } = opened;
      if (round === 0) {
        const exports = asking('counts', `await ctx.storage.get('a'); return {}`);
        const manifest = { id: 'counts', permissions: ['storage'] };
        installationId = await installOn(plugins, organisationId, { manifest, exports });
      }
      const calls = Array.from({ length: 40 }, async (_, index) => {
        await plugins.host.call({ installationId, hook: 'counts:ask', input: {} });
        // Writers and callers at the same time.
        if (index % 10 === 0) await plugins.capabilities.flush(installationId);
      });
      await Promise.all(calls);
    }
    const rows = await withOrganisation(database, organisationId, (tx) =>
      findMetrics(tx, { organisationId, installationId }, { from: null, to: null }),
    );
    const { calls, errors, hostCalls, byHostCall } = sumFigures(rows);
    expect({ calls, errors, hostCalls, byHostCall }).toEqual({
      calls: 120,
      errors: 0,
      hostCalls: 120,
      byHostCall: { 'storage.get': 120 },
    });
  }, 60_000);

  test('belong to the day on which a call ended, also those that could not be written at once', () => {
    let now = '2026-11-29T23:59:59.999Z';
    const measurements = createMeasurements(() => new Date(now));
    measurements.observe('one', observation);
    const failed = measurements.take(
      () => null,
      () => false,
    );
    now = '2026-11-30T00:00:00.000Z';
    measurements.observe('one', observation);
    measurements.restore(failed);
    measurements.observe('one', observation);
    const rows = measurements.take(
      () => null,
      () => false,
    );
    expect(rows.map(({ day, calls, byHostCall }) => [day, calls, byHostCall.log]).sort()).toEqual([
      ['2026-11-29', 1, 1],
      ['2026-11-30', 2, 2],
    ]);
  });

  test('and security events are deleted after 400 days; critical acts stay, what plugins call critical does not', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, { manifest: { id: 'paid' } });
    const id = idOf(owner, 'paid');
    await write([...counted(id, daysAgo(401), 1), ...counted(id, daysAgo(400), 1)]);
    const names = { plugin_id: 'paid', version: '1.0.0', digest: 'ab', title: 'It', detail: '' };
    const row = { ...names, organisation_id: owner.organisationId, installation_id: id };
    const long = new Date(Date.now() - 401 * 86_400_000);
    await asSystem(server.db, 'write-metrics', (tx) =>
      tx
        .insertInto('security_events')
        .values([
          { ...row, type: 'frame_forged', severity: 'critical', created_at: long },
          { ...row, type: 'reported', severity: 'critical', created_at: long },
          { ...row, type: 'died', severity: 'medium', created_at: long },
          { ...row, type: 'died', severity: 'low', created_at: new Date(Date.now() - 399 * 86_400_000) },
        ])
        .execute(),
    );
    for (const kind of ['metrics', 'security'] as const)
      await deleteOlderRows(server.db, {
        organisationId: owner.organisationId,
        kind,
        before: new Date(Date.now() - retentionKinds[kind].default * 86_400_000),
      });
    await withOrganisation(server.db, owner.organisationId, async (tx) => {
      const left = await tx.selectFrom('security_events').select(['type', 'severity']).orderBy('created_at').execute();
      expect(left).toEqual([
        { type: 'frame_forged', severity: 'critical' },
        { type: 'died', severity: 'low' },
      ]);
      const own = { organisationId: owner.organisationId, installationId: id };
      const days = await findMetrics(tx, own, { from: null, to: daysAgo(1) });
      expect([...new Set(days.map(({ day }) => day))]).toEqual([daysAgo(400)]);
    });
  });

  test('are found by the key of the table', async () => {
    await withOrganisation(server.db, server.organisationId, async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select day from plugin_metrics
        where organisation_id = ${server.organisationId}::uuid and installation_id = '00000000-0000-4000-8000-000000000000' and day >= '2026-01-01'
        order by day, hook`.execute(tx);
      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(/plugin_metrics_(pkey|installation)/);
    });
  });

  test('of one hook and day are added up by the database: hosts as the server does it', async () => {
    const traffic = (names: readonly string[]) =>
      jsonText(Object.fromEntries(names.map((name) => [name, { requests: 1, bytesSent: 2, bytesReceived: 3 }])));
    const merge = async (a: string, b: string) => {
      const { rows } = await sql<{
        merged: object;
      }>`select merge_traffic(${a}::jsonb, ${b}::jsonb, 3) as merged`.execute(server.db.owner);
      return rows[0]?.merged;
    };
    expect(await merge('{}', '{}')).toEqual({});
    expect(await merge(traffic(['a', 'b', 'other']), traffic(['0', '1', 'b', 'other']))).toEqual({
      a: { requests: 1, bytesSent: 2, bytesReceived: 3 },
      b: { requests: 2, bytesSent: 4, bytesReceived: 6 },
      0: { requests: 1, bytesSent: 2, bytesReceived: 3 },
      other: { requests: 3, bytesSent: 6, bytesReceived: 9 },
    });
  });
});
