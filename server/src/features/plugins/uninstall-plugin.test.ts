import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pluginViewRoutes } from '@proofpix/contract/api/plugin-views';
import { pluginRoutes } from '@proofpix/contract/api/plugins';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ask, asking, install, problemOf } from './test/test-plugins.ts';

let server: TestServer;
let owner: TestMember;

beforeAll(async () => {
  server = await startServer();
  owner = (await server.createOrganisation({ plan: 'enterprise' })).owner;
});
afterAll(() => server?.stop());

const objects = () => readdir(join(server.dataDir, 'objects', 'org', owner.organisationId));
const stores = (id: string) => ({
  manifest: { id, permissions: ['storage'] },
  exports: asking(
    id,
    `const before = await ctx.storage.get('count'); await ctx.storage.set('count', (before ?? 0) + 1); ctx.log.info('called'); return { before }`,
  ),
});

test('unloading ends the plugin after its cleanup and keeps what it stored', async () => {
  const { manifest, exports } = stores('sleeps');
  await install(owner, { manifest, exports: `async cleanup(ctx) { ctx.log.info('cleaned up'); }, ${exports}` });
  await ask(owner, 'sleeps:ask');
  const unloaded = await owner.call(pluginRoutes.unload, { params: { id: 'sleeps' } });
  expect(unloaded).toMatchObject({ state: 'unloaded' });
  expect(await owner.call(pluginRoutes.unload, { params: { id: 'sleeps' } })).toEqual(unloaded);
  const { items } = await owner.call(pluginViewRoutes.logs, { params: { id: 'sleeps' } });
  expect(items.map(({ message }) => message)).toEqual(['cleaned up', 'called']);
  expect(await owner.call(pluginRoutes.load, { params: { id: 'sleeps' } })).toMatchObject({ state: 'loaded' });
  expect(await ask(owner, 'sleeps:ask')).toMatchObject([{ result: { before: 1 } }]);
});

test('a plugin that cannot be loaded says why, and is loaded once the reason is gone', async () => {
  const manifest = { id: 'moody', permissions: ['storage'] };
  const exports = `${asking('moody', 'return {}')}, async initialize(ctx) { if (await ctx.storage.get('ready') !== true) { await ctx.storage.set('ready', true); throw new Error('not in the mood'); } }`;
  await install(owner, { manifest, exports }, { grants: 'requested' });
  const load = () => owner.fetch('/api/plugins/moody/load', { method: 'POST' });
  expect(await problemOf(await load())).toMatchObject({ status: 422, code: 'plugin_load_failed' });
  expect(await owner.call(pluginRoutes.get, { params: { id: 'moody' } })).toMatchObject({
    state: 'failed',
    stateReason: expect.stringContaining('not in the mood'),
  });
  expect((await load()).status).toBe(200);
  expect(await owner.call(pluginRoutes.get, { params: { id: 'moody' } })).toMatchObject({
    state: 'loaded',
    stateReason: null,
  });
});

test('uninstalling removes everything: what is installed again under the same id begins anew', async () => {
  const before = await objects();
  await install(owner, stores('leaves'));
  await ask(owner, 'leaves:ask');
  const uninstall = () => owner.fetch('/api/plugins/leaves', { method: 'DELETE' });
  expect((await uninstall()).status).toBe(204);
  expect(await objects()).toEqual(before);
  for (const path of ['', '/config', '/metrics', '/events', '/logs']) {
    expect(await problemOf(await owner.fetch(`/api/plugins/leaves${path}`))).toMatchObject({
      code: 'plugin_not_found',
    });
  }
  expect(await problemOf(await uninstall())).toMatchObject({ status: 404, code: 'plugin_not_found' });
  await install(owner, stores('leaves'));
  expect(await ask(owner, 'leaves:ask')).toMatchObject([{ result: { before: null } }]);
  expect(await owner.call(pluginRoutes.metrics, { params: { id: 'leaves' } })).toMatchObject({ calls: 1 });
  expect((await owner.call(pluginViewRoutes.logs, { params: { id: 'leaves' } })).total).toBe(1);
});
