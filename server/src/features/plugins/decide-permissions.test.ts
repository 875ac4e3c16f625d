import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ask, asking, install, problemOf, sendJson } from './test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = server.owner;
});
afterAll(() => server?.stop());

const grants = (id: string, body: object) => sendJson(owner, `/api/plugins/${id}/grants`, 'PUT', body);

test('a plugin is loaded only once every permission was decided on; a refused one loads and fails alone', async () => {
  const exports = asking('decides', `return { stored: await ctx.storage.get('a'), hash: typeof ctx.crypto.digest }`);
  await install(owner, { manifest: { id: 'decides', permissions: ['storage', 'crypto'] }, exports }, {});
  const load = () => sendJson(owner, '/api/plugins/decides/load', 'POST');
  expect(await problemOf(await load())).toMatchObject({
    status: 409,
    code: 'grants_missing',
    errors: [{ field: '/permissions/crypto' }, { field: '/permissions/storage' }],
  });
  await grants('decides', { grants: ['crypto'] });
  expect(await problemOf(await load())).toMatchObject({
    code: 'grants_missing',
    errors: [{ field: '/permissions/storage' }],
  });
  const decided = await owner.call(pluginRoutes.putGrants, {
    params: { id: 'decides' },
    body: { grants: ['crypto'], refused: ['storage'] },
  });
  expect(decided.permissions).toEqual([
    { permission: 'crypto', decision: 'granted', decidedAt: expect.any(String) },
    { permission: 'storage', decision: 'refused', decidedAt: expect.any(String) },
  ]);
  expect((await load()).status).toBe(200);
  expect(await ask(owner, 'decides:ask')).toMatchObject([{ ok: false, error: { code: 'permission_denied' } }]);
});

test('a grant that is withdrawn in the middle of a call stops the very next host call, and is recorded', async () => {
  const exports = asking(
    'loses-grant',
    `await ctx.storage.set('step', 0);
     for (;;) { await ctx.storage.set('step', 1); }`,
  );
  const manifest = { id: 'loses-grant', permissions: ['storage'], limits: { timeout: 20_000, cpu: 20_000 } };
  await install(owner, { manifest, exports });
  const running = ask(owner, 'loses-grant:ask');
  await grants('loses-grant', { grants: [], refused: ['storage'] });
  // Without the grant the loop ends by itself: had it worked on, the call would last until its deadline.
  expect(await running).toMatchObject([{ ok: false, error: { code: 'permission_denied' } }]);
  const { items } = await owner.call(pluginRoutes.events, { params: { id: 'loses-grant' } });
  expect(items.map(({ type }) => type)).toEqual(
    expect.arrayContaining(['security:violation', 'plugin:permissions-decided', 'plugin:loaded', 'plugin:installed']),
  );
  expect(items.find(({ type }) => type === 'plugin:permissions-decided')).toMatchObject({
    actor: owner.userId,
    detail: { storage: 'refused' },
  });
  await grants('loses-grant', { grants: ['storage'] });
  await owner.call(pluginRoutes.uninstall, { params: { id: 'loses-grant' } });
});

test('a hook whose permission was refused is not called', async () => {
  const manifest = {
    id: 'no-webhooks',
    permissions: ['webhooks'],
    hooks: ['webhook:received'],
    customHooks: undefined,
  };
  await install(owner, { manifest, exports: `hooks: { 'webhook:received': async () => ({ called: true }) }` });
  expect(await ask(owner, 'webhook:received', { event: {} })).toMatchObject([{ ok: true }]);
  await grants('no-webhooks', { grants: [], refused: ['webhooks'] });
  expect(await ask(owner, 'webhook:received', { event: {} })).not.toContainEqual(expect.objectContaining({ ok: true }));
});

test('a custom hook is open only to plugins that hold the permission its owner declared', async () => {
  const customHooks = { 'keeps-gate:ask': { permission: 'security' } };
  await install(owner, { manifest: { id: 'keeps-gate', permissions: ['security'], customHooks } });
  const guest = (id: string, permissions: string[]) => ({
    manifest: { id, permissions, hooks: ['keeps-gate:ask'], customHooks: undefined },
    exports: `hooks: { 'keeps-gate:ask': async () => ({ from: '${id}' }) }`,
  });
  await install(owner, guest('guest-without', []));
  await install(owner, guest('guest-with', ['security']));
  const answered = (await ask(owner, 'keeps-gate:ask')).filter(({ ok }) => ok).map(({ plugin }) => plugin);
  expect(answered.sort()).toEqual(['guest-with', 'keeps-gate']);
});

test('decisions about what is not asked for, or both ways, are refused', async () => {
  await install(owner, { manifest: { id: 'asks-little', permissions: ['files'] } }, {});
  expect(await problemOf(await grants('asks-little', { grants: ['http'] }))).toMatchObject({
    status: 422,
    code: 'grant_not_requested',
  });
  const both = await grants('asks-little', { grants: ['files'], refused: ['files'] });
  expect(await problemOf(both)).toMatchObject({ status: 400, code: 'invalid_request' });
  expect(await problemOf(await grants('not-there', { grants: [] }))).toMatchObject({
    status: 404,
    code: 'plugin_not_found',
  });
});
