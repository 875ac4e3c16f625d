import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { usualPolicy } from '@proofpix/contract/policies';
import { openTestDatabase } from '../../../test/test-database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { systemActor } from '../audit/record-act.ts';
import { saveListing } from '../marketplace/queries.ts';
import { executeHook } from '../plugins/hooks/execute-hook.ts';
import { installPlugin } from '../plugins/install-plugin.ts';
import { findInstallation } from '../plugins/queries.ts';
import { makeOrganisation, openPluginsOn, type OpenedPlugins } from '../plugins/test/plugins-on-database.ts';
import { asking, packTestPlugin, type TestPlugin } from '../plugins/test/test-plugins.ts';
import { readUpdates } from '../plugins/updates/read-updates.ts';
import { setPolicy } from '../policies/change-policy.ts';
import { approveRequest } from './decide-request.ts';
import { expireRequests } from './expire-requests.ts';
import { makeRequest, readRequests } from './make-request.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let opened: OpenedPlugins;
beforeAll(async () => {
  database = await openTestDatabase();
  opened = await openPluginsOn(database);
});
afterAll(async () => {
  await opened?.[Symbol.asyncDispose]();
  await database?.[Symbol.asyncDispose]();
});

let organisationId: string;
let by: string;
beforeEach(async () => {
  organisationId = await makeOrganisation(database);
  by = await asSystem(database, 'manage-members', async (tx) => {
    const values = { email: `${organisationId}@example.org`, name: 'An analyst' };
    return (await tx.insertInto('users').values(values).returning('id').executeTakeFirstOrThrow()).id;
  });
});
afterEach(() => asSystem(database, 'fill-marketplace', (tx) => tx.deleteFrom('plugin_marketplace_cache').execute()));

const bundled = { source: 'bundled', publisher: 'proofpix' } as const;
const pluginId = 'asked-to-update';
/** What it counts is stored: that comes back as well. */
function release(version: string): TestPlugin {
  const body = `const count = ((await ctx.storage.get('count')) ?? 0) + 1; await ctx.storage.set('count', count);
    return '${version} ' + count;`;
  const permissions = version === '1.0.0' ? ['storage'] : ['storage', 'crypto'];
  return { manifest: { id: pluginId, version, permissions }, exports: asking(pluginId, body) };
}
const marketplace = {
  findRelease: async ({ version = '' }: { version?: string | undefined }) => ({
    ...bundled,
    archive: await packTestPlugin(release(version)),
    fileName: `${pluginId}.zip`,
  }),
};
const put = async (version: string) =>
  installPlugin(opened.plugins, {
    ...bundled,
    grants: 'requested',
    autoLoad: true,
    acceptReview: true,
    organisationId,
    actor: systemActor('test'),
    archive: await packTestPlugin(release(version)),
  });
const installed = () => withOrganisation(database, organisationId, (tx) => findInstallation(tx, pluginId));
const said = async () =>
  (
    await executeHook(opened.plugins, {
      organisationId,
      hook: `${pluginId}:ask`,
      data: {},
      signal: AbortSignal.timeout(30_000),
    })
  )[0]?.result;

/** An update to 2.0.0 that an admin approved for an hour. */
async function approvedForAnHour() {
  const author = systemActor('test');
  await put('1.0.0');
  expect(await said()).toBe('1.0.0 1');
  const listing = { name: 'Asked', description: '-', type: 'utility', category: 'other', readme: null } as const;
  await asSystem(database, 'fill-marketplace', (tx) =>
    saveListing(tx, { ...bundled, pluginId, version: '2.0.0', listing, featured: false, archivePath: pluginId }),
  );
  const asked = await makeRequest(opened.plugins, {
    organisationId,
    author,
    by,
    asked: {
      kind: 'update',
      pluginId,
      publisher: 'proofpix',
      version: '2.0.0',
      permissions: ['crypto'],
      reason: 'New',
    },
  });
  const expiresAt = new Date(Date.now() + 3_600_000).toISOString();
  const decided = { organisationId, id: asked.id, author, actor: by, reason: 'For this case', expiresAt };
  const approved = await approveRequest({ plugins: opened.plugins, marketplace }, decided);
  expect(approved).toMatchObject({ state: 'approved', decisionReason: 'For this case', expiresAt });
  expect(await said()).toBe('2.0.0 2');
  return {
    inTime: () => expireRequests(opened.plugins, new Date()),
    after: () => expireRequests(opened.plugins, new Date(Date.now() + 3_700_000)),
  };
}
const states = async () =>
  (await readRequests(opened.plugins, { organisationId, by: null }, {})).items.map(({ state }) => state);

test('an update that was approved for a time goes back with its grants and storage when that is over', async () => {
  const expiry = await approvedForAnHour();
  await expiry.inTime();
  expect(await installed()).toMatchObject({ version: '2.0.0', state: 'loaded' });
  await expiry.after();
  const row = await installed();
  expect(row).toMatchObject({ version: '1.0.0', state: 'loaded' });
  expect(row?.permissions.map(({ permission }) => permission)).toEqual(['storage']);
  expect(await said()).toBe('1.0.0 2');
  expect(await states()).toEqual(['expired']);
  // Nor do rules of updates bring it in again.
  const { wentBack } = await readUpdates(opened.plugins, { organisationId, pluginId });
  expect(wentBack).toMatchObject({ version: '2.0.0', reason: 'The approval of this version ended.' });
  const acts = await withOrganisation(database, organisationId, (tx) =>
    tx.selectFrom('audit_acts').select(['act', 'actor_id']).where('actor_id', '=', 'expiry').execute(),
  );
  expect(acts.map(({ act }) => act).sort()).toEqual(['plugin.rollback', 'request.expire']);
});

test('where the version before may not come back, the plugin ends', async () => {
  const expiry = await approvedForAnHour();
  await setPolicy(opened.plugins, {
    organisationId,
    actor: systemActor('test'),
    policy: { ...usualPolicy, rules: [{ effect: 'deny', plugin: pluginId, version: '1.0.0' }] },
  });
  await expiry.after();
  expect(await installed()).toMatchObject({ version: '2.0.0', state: 'unloaded' });
  expect(await states()).toEqual(['expired']);
});

test('what somebody installed since then is not touched', async () => {
  const expiry = await approvedForAnHour();
  await put('3.0.0');
  await expiry.after();
  expect(await installed()).toMatchObject({ version: '3.0.0', state: 'loaded' });
});
