import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { securityRoutes } from '@proofpix/contract/api/security';
import type { RouteQuery } from '@proofpix/contract/route';
import { violations } from '@proofpix/contract/violations';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { ask, asking, install, problemOf, sendJson } from '../plugins/test/test-plugins.ts';
import { countByDay, countByType, listSecurityEvents } from './queries.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

type Query = RouteQuery<typeof securityRoutes.events>;
const list = (member: TestMember, query: Query = {}) => member.call(securityRoutes.events, { query });

/** Five megabytes take their time where the database is in the same process and the machine is busy. */
const slow = { limits: { timeout: 60_000, cpu: 60_000 } };
/** What a plugin does and which violation it is. */
const acts: [type: keyof typeof violations, body: string, evidence: object, more?: object][] = [
  [
    'permission_denied',
    `await ctx.crypto.attest('00'.repeat(32))`,
    { hostCall: 'crypto.attest', permission: 'crypto' },
  ],
  [
    'emit_limit',
    `for (let n = 0; n < 200; n += 1) await ctx.emit('does-wrong:other', {}); return {}`,
    { hook: 'does-wrong:other' },
  ],
  ['storage_quota', `for (let n = 0; n < 30; n += 1) await ctx.storage.set('key' + n, 'x'.repeat(240_000))`, {}, slow],
  ['result_invalid', `return Array.from({ length: 200_001 }, () => 1)`, {}],
  ['http_not_granted', `await ctx.http.get('https://example.com/')`, { method: 'GET', url: 'https://example.com/' }],
  [
    'http_blocked',
    `await ctx.http.get('https://metadata.google.internal/')`,
    { url: 'https://metadata.google.internal/' },
  ],
  ['time_limit', `await new Promise(() => {})`, {}, { limits: { timeout: 1_000 } }],
  ['cpu_limit', `for (;;);`, {}, { limits: { timeout: 20_000, cpu: 100 } }],
  ['memory_limit', `const kept = []; for (;;) kept.push(new Array(1e5).fill(kept.length));`, {}],
];

describe.each(acts)('what a plugin did: %s', (type, body, evidence, more = {}) => {
  test('is an event with its severity, what proves it and the package that did it', async () => {
    const { owner } = await server.createOrganisation();
    const customHooks = { 'does-wrong:ask': {}, 'does-wrong:other': {} };
    const manifest = {
      id: 'does-wrong',
      permissions: ['storage', 'http'],
      hosts: ['api.example.org', 'metadata.google.internal'],
      customHooks,
      limits: { timeout: 20_000, memory: 64 },
      ...more,
    };
    const plugin = await install(owner, { manifest, exports: asking('does-wrong', body) });
    await ask(owner, 'does-wrong:ask');
    const { items } = await list(owner, { type });
    expect(items).toMatchObject([
      {
        type,
        severity: violations[type].severity,
        title: violations[type].title,
        plugin: 'does-wrong',
        version: '1.0.0',
        digest: plugin.digest,
        installed: true,
        evidence,
      },
    ]);
    expect(items[0]?.detail).not.toBe('');
    // Stored once, and still among what happened to the plugin.
    const events = await owner.call(pluginRoutes.events, { params: { id: 'does-wrong' } });
    expect(events.items.find(({ type: name }) => name === 'security:violation')).toMatchObject({
      id: items.at(-1)?.id,
      detail: { violation: type, severity: violations[type].severity, detail: items[0]?.detail, count: 1 },
      actor: null,
    });
  }, 90_000);
});

describe('security events', () => {
  const thief = {
    manifest: { id: 'thief', permissions: ['crypto', 'storage'] },
    exports: asking('thief', `await ctx[input.call][input.call === 'storage' ? 'get' : 'attest']('00'.repeat(32))`),
  };
  const none = { grants: '', autoLoad: 'false' };

  async function withThief(): Promise<
    TestMember & { signIn: Awaited<ReturnType<TestServer['createOrganisation']>>['signIn'] }
  > {
    const { owner, signIn } = await server.createOrganisation();
    await install(owner, thief, none);
    await owner.call(pluginRoutes.putGrants, {
      params: { id: 'thief' },
      body: { grants: [], refused: ['crypto', 'storage'] },
    });
    await owner.call(pluginRoutes.load, { params: { id: 'thief' } });
    return { ...owner, signIn };
  }

  test('merge what repeats, come in pages newest first, and are narrowed by each filter', async () => {
    const owner = await withThief();
    for (const call of ['crypto', 'storage', 'storage', 'storage']) await ask(owner, 'thief:ask', { call });
    const all = await list(owner);
    expect(all.items.map(({ evidence, count }) => [evidence.permission, count])).toEqual([
      ['storage', 3],
      ['crypto', 1],
    ]);
    expect(all).toMatchObject({ total: 2, totalIsLowerBound: false, nextCursor: null });
    // Written already, the same again is added to the row.
    await ask(owner, 'thief:ask', { call: 'crypto' });
    expect((await list(owner)).items.map(({ count }) => count)).toEqual([3, 2]);

    const first = await list(owner, { limit: 1 });
    const second = await list(owner, { limit: 1, cursor: first.nextCursor ?? expect.fail() });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(all.items.map(({ id }) => id));
    expect(second.nextCursor).toBe(null);

    const [newest, oldest] = all.items.map(({ at }) => at);
    const found = async (query: Query) => (await list(owner, query)).total;
    expect(await found({ severity: 'medium', type: 'permission_denied', plugin: 'thief' })).toBe(2);
    expect(await found({ severity: 'critical' })).toBe(0);
    expect(await found({ type: 'frame_forged' })).toBe(0);
    expect(await found({ plugin: 'somebody-else' })).toBe(0);
    expect(await found({ from: newest })).toBe(newest === oldest ? 2 : 1);
    expect(await found({ to: oldest })).toBe(0);
    expect(await found({ from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59-14:00' })).toBe(2);
  });

  test('are refused filters that make no sense, by name', async () => {
    const never = Buffer.from(JSON.stringify([8.64e15, '00000000-0000-4000-8000-000000000000'])).toString('base64url');
    for (const query of [
      `cursor=${never}`,
      'severity=none',
      'type=none',
      'plugin=A',
      'from=yesterday',
      'to=2026-13-01',
      'cursor=abc',
    ]) {
      const problem = await problemOf(await server.owner.fetch(`/api/security/events?${query}`));
      expect(problem, query).toMatchObject({ status: 400, code: 'invalid_request' });
      expect(problem.errors[0]?.field).toContain(query.split('=')[0]);
    }
  });

  test('of another organisation are not there: not in the list, not in the summary, not as a cursor', async () => {
    const owner = await withThief();
    await ask(owner, 'thief:ask', { call: 'crypto' });
    const { items } = await list(owner);
    expect(items).toHaveLength(1);
    const { owner: stranger } = await server.createOrganisation();
    const position = Buffer.from(JSON.stringify([Date.now() + 1_000, items[0]?.id])).toString('base64url');
    for (const query of [{}, { plugin: 'thief' }, { cursor: position }]) {
      expect((await list(stranger, query)).items).toEqual([]);
    }
    const summary = await stranger.call(securityRoutes.summary);
    expect(summary).toMatchObject({
      totals: { low: 0, medium: 0, high: 0, critical: 0 },
      circuits: [],
      quarantined: [],
    });
  });

  test('outlive the plugin that caused them', async () => {
    const owner = await withThief();
    await ask(owner, 'thief:ask', { call: 'crypto' });
    // Not written yet, perhaps: what is gone takes nothing with it.
    await owner.call(pluginRoutes.uninstall, { params: { id: 'thief' } });
    expect((await list(owner)).items).toMatchObject([{ plugin: 'thief', version: '1.0.0', installed: false }]);
    await install(owner, thief, none);
    const events = await owner.call(pluginRoutes.events, { params: { id: 'thief' } });
    expect(events.items.map(({ type }) => type)).toEqual(['plugin:installed']);
  });

  test('are counted by day and severity for thirty days', async () => {
    const owner = await withThief();
    for (const call of ['crypto', 'crypto', 'storage']) await ask(owner, 'thief:ask', { call });
    const now = Date.now();
    const day = (ago: number) => new Date(now - ago * 86_400_000).toISOString();
    await asSystem(server.db, 'write-metrics', async (tx) => {
      for (const [ago, severity] of [
        [3, 'critical'],
        [29, 'low'],
        [40, 'low'],
      ] as const) {
        const names = { plugin_id: 'gone', version: '1.0.0', digest: 'ab', type: 'died', title: 'Died', detail: '' };
        const row = { ...names, organisation_id: owner.organisationId, severity, count: 2, created_at: day(ago) };
        await tx.insertInto('security_events').values(row).execute();
      }
    });
    const { days, totals } = await owner.call(securityRoutes.summary);
    expect(days).toHaveLength(30);
    expect(days.map(({ day: name }) => name)).toEqual(days.map(({ day: name }) => name).toSorted());
    expect(days.at(-1)).toEqual({ day: day(0).slice(0, 10), low: 0, medium: 3, high: 0, critical: 0 });
    expect(days.at(-4)).toEqual({ day: day(3).slice(0, 10), low: 0, medium: 0, high: 0, critical: 2 });
    expect(totals).toEqual({ low: 2, medium: 3, high: 0, critical: 2 });
  });

  test('are seen by owner, admin, developer and auditor, and by nobody else', async () => {
    const owner = await withThief();
    await ask(owner, 'thief:ask', { call: 'crypto' });
    for (const [role, status] of [
      ['admin', 200],
      ['developer', 200],
      ['auditor', 200],
      ['analyst', 403],
      ['viewer', 403],
    ] as const) {
      const member = await owner.signIn(role);
      for (const path of ['/api/security/events', '/api/security/summary']) {
        expect((await member.fetch(path)).status, `${role} ${path}`).toBe(status);
      }
      if (role === 'viewer') continue; // sees no plugins at all
      const { items } = await member.call(pluginRoutes.events, { params: { id: 'thief' } });
      const types = items.map(({ type }) => type);
      expect(types.includes('security:violation'), role).toBe(status === 200);
      expect(types, role).toContain('plugin:loaded');
    }
  });

  test('are found by indexes', async () => {
    const { organisationId } = server.owner;
    await withOrganisation(server.db, organisationId, async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const plans: string[] = [];
      const wheres = {
        newest: sql``,
        severity: sql`and severity = 'high'`,
        type: sql`and type = 'died'`,
        plugin: sql`and plugin_id = 'thief'`,
        installation: sql`and installation_id = '00000000-0000-4000-8000-000000000000'`,
      };
      for (const where of Object.values(wheres)) {
        const { rows } = await sql<{ 'QUERY PLAN': string }>`explain select id from security_events
          where organisation_id = ${organisationId}::uuid ${where} and (created_at, id) < (now(), new_id())
          order by created_at desc, id desc limit 26`.execute(tx);
        plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      }
      const names = Object.keys(wheres).map((name) => `security_events_${name}`);
      for (const [index, name] of names.entries()) {
        expect(plans[index]).toContain(name);
        expect(plans[index]).not.toContain('Sort');
      }
      // What the use cases send is well-formed on both databases.
      const page = { organisationId, after: null, limit: 5 };
      expect((await listSecurityEvents(tx, page)).rows).toEqual([]);
      expect(await countByDay(tx, organisationId, new Date())).toEqual([]);
      const span = { organisationId, installationId: organisationId, from: new Date(0), to: new Date() };
      expect(await countByType(tx, span)).toEqual([]);
    });
  });
});

describe('a plugin with the permission', () => {
  const guard = {
    manifest: { id: 'a-guard', permissions: ['security'], customHooks: { 'a-guard:ask': {} } },
    exports: asking(
      'a-guard',
      `try {
        if (input.report) for (let n = 0; n < (input.times ?? 1); n += 1) await ctx.security.report({ ...input.report, title: input.report.title + (n || '') });
        return await ctx.security.events(input.page);
      } catch (error) { return { code: error.code, message: error.message }; }`,
    ),
  };
  const answer = async (owner: TestMember, data: object) => (await ask(owner, 'a-guard:ask', data))[0]?.result;

  test('reports what it found, as severe as it says, and reads the events of its own organisation in pages', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, guard);
    const report = { severity: 'high', title: 'A forged \0 photo', detail: 'Seen twice', evidence: { photo: 'a\0b' } };
    expect(await answer(owner, { report })).toMatchObject([
      { type: 'reported', severity: 'high', title: 'A forged \uFFFD photo', detail: 'Seen twice', plugin: 'a-guard' },
    ]);
    expect((await list(owner)).items).toMatchObject([
      { type: 'reported', severity: 'high', title: 'A forged \uFFFD photo', evidence: { photo: 'a\uFFFDb' } },
    ]);
    const { items } = await owner.call(pluginRoutes.events, { params: { id: 'a-guard' } });
    expect(items[0]).toMatchObject({ type: 'security:reported', detail: { severity: 'high' } });

    await answer(owner, { report: { severity: 'low', title: 'Another' } });
    const first = (await answer(owner, { page: { limit: 1 } })) as { id: string; title: string }[]; // as the host call says
    const next = await answer(owner, { page: { limit: 5, before: first[0]?.id } });
    expect([first, next]).toMatchObject([[{ title: 'Another' }], [{ title: 'A forged \uFFFD photo' }]]);

    // What another organisation has is the same as what nobody has.
    const { owner: stranger } = await server.createOrganisation();
    await install(stranger, guard);
    expect(await answer(stranger, {})).toEqual([]);
    const foreign = await answer(stranger, { page: { before: first[0]?.id } });
    expect(foreign).toMatchObject({ code: 'host_call_invalid' });
    expect(await answer(stranger, { page: { before: '00000000-0000-4000-8000-000000000000' } })).toEqual(foreign);
    expect(await answer(stranger, { page: { before: 'no id at all' } })).toEqual(foreign);
  });

  test('reports thirty times a minute and not with more evidence than fits', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, guard);
    const report = { severity: 'critical', title: 'Again' };
    expect(await answer(owner, { report: { ...report, evidence: { much: 'x'.repeat(3_000) } } })).toMatchObject({
      code: 'host_call_invalid',
    });
    expect(await answer(owner, { report, times: 31 })).toMatchObject({ code: 'host_call_limit' });
    const { items, total } = await list(owner, { limit: 100 });
    expect(total).toBe(30);
    expect(items.every(({ type, severity }) => type === 'reported' && severity === 'critical')).toBe(true);
  });

  test('hears what others did with severity and evidence', async () => {
    const { owner } = await server.createOrganisation();
    const exports = `}; let tell; const heard = new Promise((resolve) => { tell = resolve; });
      module.exports = { hooks: { 'security:event': async ({ event }) => { tell(event); return null; }, 'listens:ask': () => heard }`;
    const hooks = ['security:event', 'listens:ask'];
    await install(owner, {
      manifest: { id: 'listens', permissions: ['security'], hooks, customHooks: { 'listens:ask': {} } },
      exports,
    });
    await install(owner, { manifest: { id: 'curious' }, exports: asking('curious', `await ctx.storage.get('a')`) });
    await ask(owner, 'curious:ask');
    const [heard] = await ask(owner, 'listens:ask');
    const { title, severity } = violations.permission_denied;
    expect(heard?.result).toMatchObject({
      type: 'permission_denied',
      severity,
      title,
      detail: expect.stringContaining('storage'),
      evidence: { permission: 'storage' },
      plugin: 'curious',
      version: '1.0.0',
    });
    expect(heard?.result).toMatchObject({ id: (await list(owner)).items[0]?.id });
  });
});

test('what is recorded of a plugin that never came to be installed stays as a warning', async () => {
  const { owner } = await server.createOrganisation();
  const exports = `${asking('half', 'return {}')}, async initialize(ctx) { await ctx.crypto.attest('00'.repeat(32)); }`;
  await expect(install(owner, { manifest: { id: 'half' }, exports })).rejects.toThrow('plugin_load_failed');
  expect((await list(owner)).items).toMatchObject([{ type: 'permission_denied', plugin: 'half', installed: false }]);
  expect(await problemOf(await sendJson(owner, '/api/plugins/half', 'GET'))).toMatchObject({ status: 404 });
});
