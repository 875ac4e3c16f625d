import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import type { NewPluginRequest } from '@proofpix/contract/api/requests';
import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ask, asking, install, problemOf, sendJson } from '../plugins/test/test-plugins.ts';

let server: TestServer;
let offered: { publisher: string; pluginId: string; permissions: readonly string[] };
beforeAll(async () => {
  server = await startServer();
  const { items } = await server.call(marketplaceRoutes.featured);
  const [first] = items;
  if (first === undefined) throw new Error('The marketplace is empty.');
  offered = first as never; // only its names are used
});
afterAll(() => server?.stop());

const inAnHour = () => new Date(Date.now() + 3_600_000).toISOString();
const make = (member: TestMember, body: NewPluginRequest) => member.call(routes.requests.create, { body });
const approve = (member: TestMember, id: string, body: object = {}) =>
  sendJson(member, `/api/requests/${id}/approve`, 'POST', { reason: 'For this case', ...body });
const get = (member: TestMember, id: string) => member.call(pluginRoutes.get, { params: { id } });
/** As if its time were over: the server's own look finds it. */
const runOut = (id: string) =>
  asSystem(server.db, 'expire-requests', (tx) =>
    tx
      .updateTable('plugin_requests')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', id)
      .execute(),
  );
const stateOf = async (owner: TestMember, id: string) =>
  (await owner.call(routes.requests.list)).items.find((each) => each.id === id)?.state;

async function withPlugin() {
  const organisation = await server.createOrganisation();
  const { owner } = organisation;
  const tries = (name: string) => `await ctx.${name}.set('a', 1)`;
  await install(
    owner,
    {
      manifest: { id: 'asked-about', permissions: ['storage', 'crypto'] },
      exports: asking(
        'asked-about',
        `try { ${tries('storage')}; return 'stored'; } catch (error) { return error.code; }`,
      ),
    },
    { refused: 'storage,crypto', autoLoad: 'true' },
  );
  return { owner, analyst: await organisation.signIn('analyst'), organisation };
}
const said = async (owner: TestMember) => (await ask(owner, 'asked-about:ask'))[0]?.result;

describe('a member who may not manage plugins', () => {
  test(
    'asks for a permission, which an admin gives for a time, and which is withdrawn when it is over',
    { timeout: 60_000 },
    async () => {
      const { owner, analyst } = await withPlugin();
      expect(await said(owner)).toBe('permission_denied');
      const asked = await make(analyst, {
        kind: 'permission',
        pluginId: 'asked-about',
        permissions: ['storage'],
        reason: 'It has to remember what it saw',
      });
      expect(asked).toMatchObject({ state: 'waiting', decidedBy: null });
      expect((await analyst.call(routes.requests.list)).items).toMatchObject([{ id: asked.id }]);
      expect((await approve(owner, asked.id, { expiresAt: inAnHour() })).status).toBe(200);
      expect(await said(owner)).toBe('stored');
      await runOut(asked.id);
      await expect.poll(() => stateOf(owner, asked.id), { timeout: 40_000 }).toBe('expired');
      expect(await said(owner)).toBe('permission_denied');
      // It runs on without it.
      expect(await get(owner, 'asked-about')).toMatchObject({ state: 'loaded' });
      const acts = await asSystem(server.db, 'sign-in', (tx) =>
        tx
          .selectFrom('audit_acts')
          .select(['act', 'actor_kind'])
          .where('subject_id', '=', asked.id)
          .orderBy('created_at')
          .execute(),
      );
      expect(acts.map(({ act, actor_kind }) => [act, actor_kind])).toEqual([
        ['request.make', 'member'],
        ['request.approve', 'member'],
        ['request.expire', 'system'],
      ]);
    },
  );

  test(
    'asks for a plugin of the marketplace, which is unloaded when the approval ends',
    { timeout: 90_000 },
    async () => {
      const organisation = await server.createOrganisation();
      const { owner } = organisation;
      const analyst = await organisation.signIn('analyst');
      const { publisher, pluginId } = offered;
      const { permissions = [] } =
        (await owner.call(marketplaceRoutes.search, { query: { q: pluginId } })).items[0] ?? {};
      const asked = await make(analyst, { kind: 'install', publisher, pluginId, permissions, reason: 'We need it' });
      expect((await approve(owner, asked.id, { expiresAt: inAnHour() })).status).toBe(200);
      expect(await get(owner, pluginId)).toMatchObject({ state: 'loaded' });
      await runOut(asked.id);
      await expect.poll(() => stateOf(owner, asked.id), { timeout: 40_000 }).toBe('expired');
      const left = await get(owner, pluginId);
      expect(left).toMatchObject({ state: 'unloaded' });
      expect(left.permissions.filter(({ decision }) => decision === 'granted')).toEqual([]);
    },
  );

  test('reads the reason of a refusal, and sees only what they asked for themselves', async () => {
    const { owner, analyst, organisation } = await withPlugin();
    const asked = await make(analyst, {
      kind: 'permission',
      pluginId: 'asked-about',
      permissions: ['crypto'],
      reason: 'It has to',
    });
    await owner.call(routes.requests.refuse, { params: { id: asked.id }, body: { reason: 'It does not' } });
    expect((await analyst.call(routes.requests.list)).items).toMatchObject([
      { state: 'refused', decisionReason: 'It does not' },
    ]);
    const auditor = await organisation.signIn('auditor');
    expect((await auditor.call(routes.requests.list)).items).toEqual([]);
    expect(await problemOf(await approve(owner, asked.id))).toMatchObject({ status: 409, code: 'request_decided' });
  });
});

describe('an approval', () => {
  test('gives no more than was asked, what the policy denies, or what is in the past; the request waits then', async () => {
    const { owner, analyst } = await withPlugin();
    const asked = await make(analyst, {
      kind: 'permission',
      pluginId: 'asked-about',
      permissions: ['storage'],
      reason: 'It has to',
    });
    const more = await problemOf(await approve(owner, asked.id, { permissions: ['storage', 'crypto'] }));
    expect(more).toMatchObject({ status: 400, errors: [{ field: '/permissions' }] });
    expect(await problemOf(await approve(owner, asked.id, { expiresAt: '2020-01-01T00:00:00Z' }))).toMatchObject({
      status: 400,
    });
    const rules = [{ effect: 'deny' as const, permission: 'storage' as const }];
    const policy = {
      rules,
      otherwise: 'allow' as const,
      updates: { mode: 'none' as const, security: false, minimumAgeDays: 0 },
    };
    await owner.call(routes.policies.put, { body: { policy } });
    expect(await problemOf(await approve(owner, asked.id))).toMatchObject({ code: 'policy_denied' });
    expect(await stateOf(owner, asked.id)).toBe('waiting');
    await owner.call(routes.policies.put, { body: { policy: { ...policy, rules: [] } } });
    // Two at once: one of them is too late.
    const both = await Promise.all([approve(owner, asked.id), approve(owner, asked.id)]);
    expect(both.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect((await get(owner, 'asked-about')).permissions).toMatchObject([
      { permission: 'crypto', decision: 'refused' },
      { permission: 'storage', decision: 'granted' },
    ]);
  });

  test('is for owners and admins, and of the own organisation', async () => {
    const { owner, analyst, organisation } = await withPlugin();
    const { owner: stranger } = await server.createOrganisation();
    const asked = await make(analyst, {
      kind: 'permission',
      pluginId: 'asked-about',
      permissions: ['storage'],
      reason: 'It has to',
    });
    const developer = await organisation.signIn('developer');
    for (const member of [analyst, developer])
      expect(await problemOf(await approve(member, asked.id))).toMatchObject({ status: 403 });
    expect(await problemOf(await approve(stranger, asked.id))).toMatchObject({
      status: 404,
      code: 'request_not_found',
    });
    const admin = await organisation.signIn('admin');
    expect((await approve(admin, asked.id)).status).toBe(200);
    expect(await said(owner)).toBe('stored');
  });

  test('cannot be asked for what a plugin does not ask for', async () => {
    const { analyst } = await withPlugin();
    const body = { kind: 'permission', pluginId: 'asked-about', permissions: ['http'], reason: 'Please' };
    expect(await problemOf(await sendJson(analyst, '/api/requests', 'POST', body))).toMatchObject({
      code: 'grant_not_requested',
    });
    expect(
      await problemOf(await sendJson(analyst, '/api/requests', 'POST', { ...body, pluginId: 'nobodys-plugin' })),
    ).toMatchObject({ status: 404, code: 'plugin_not_found' });
  });
});
