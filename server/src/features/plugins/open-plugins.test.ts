import { randomUUID } from 'node:crypto';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHost } from '@proofpix/host/host';
import { createIntake } from '@proofpix/intake/create-intake';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { readConfig } from '../../config.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { openKeys } from '../../keys.ts';
import { createEvents } from '../../events.ts';
import { createLog } from '../../log.ts';
import { openObjects } from '../../objects.ts';
import { createPluginLimits } from './limits/organisation-limits.ts';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { releasedCatalog } from '../releases/draw-catalog.ts';
import { createLicences } from '../money/licences/licences-in-force.ts';
import { openTrust } from '../trust/open-trust.ts';
import { createWebhookSender } from '../webhooks/outgoing/send-message.ts';
import { createCapabilities } from './capabilities.ts';
import { executeHook } from './hooks/execute-hook.ts';
import { transientJob } from './hooks/receive-transient.ts';
import { installPlugin } from './install-plugin.ts';
import { announceJob, beginJob, findJob } from './jobs/queries.ts';
import { openPlugins, type OpenPlugins } from './open-plugins.ts';
import { listPluginEvents, listPlugins, readPlugin } from './read-plugins.ts';
import { asking, packTestPlugin } from './test/test-plugins.ts';
import { systemActor } from '../audit/record-act.ts';

// A crash is played by opening a second time what the first one never closed: a real one leaves the same on the disk.
let opened: AsyncDisposableStack;
let database: Awaited<ReturnType<typeof openTestDatabase>>;
let organisationId: string;

beforeEach(async () => {
  opened = new AsyncDisposableStack();
  database = opened.use(await openTestDatabase());
  organisationId = randomUUID();
  await asSystem(database, 'create-organisation', (tx) =>
    tx
      .insertInto('organisations')
      .values({ id: organisationId, name: `Test ${organisationId}` })
      .execute(),
  );
});
afterEach(() => opened.disposeAsync());

async function open(): Promise<OpenPlugins> {
  const log = createLog('silent');
  const events = createEvents();
  const { pluginLimits } = readConfig({});
  const limits = createPluginLimits(pluginLimits);
  const keys = await openKeys({ keyFile: join(database.dataDir, 'keys', 'master.key') });
  const objects = await openObjects(database.dataDir);
  const capabilities = opened.use(
    createCapabilities({
      db: database,
      keys,
      log,
      events,
      oauth: createMemoryCapabilities().oauth,
      webhooks: createWebhookSender({ db: database }),
      client: createGuardedClient(),
    }),
  );
  const host = opened.use(createHost({ capabilities, spareRunners: 0 }));
  const trust = opened.use(
    await openTrust({ db: database, log, keyFolder: join(database.dataDir, 'keys'), catalog: releasedCatalog }),
  );
  const intake = opened.use(createIntake({ spare: 0 }));
  return opened.use(
    await openPlugins({
      db: database,
      keys,
      objects,
      log,
      host,
      intake,
      capabilities,
      events,
      limits,
      trust,
      licences: createLicences(trust),
      advisories: null,
    }),
  );
}

const objectsOf = (folder: string) => readdir(join(database.dataDir, 'objects', 'org', folder)).catch(() => []);
const job = (id: string) => withOrganisation(database, organisationId, (tx) => findJob(tx, id));
const request = { source: 'upload', publisher: 'local', actor: systemActor('test') } as const;
const call = (plugins: OpenPlugins, hook: string) =>
  executeHook(plugins, { organisationId, hook, data: {}, signal: new AbortController().signal });

test('an install that a crash cut off leaves no row, no object and no job; an announced one is told to have failed', async () => {
  const first = await open();
  const exports = `${asking('half-way', 'return {}')}, initialize() { return new Promise(() => {}) }`;
  const archive = await packTestPlugin({ manifest: { id: 'half-way' }, exports });
  const jobId = randomUUID();
  const install = installPlugin(first, { ...request, organisationId, archive, autoLoad: true, jobId });
  install.catch(() => {}); // it fails when the test ends
  while ((await objectsOf(organisationId)).length === 0) await first.db.ping();
  expect(await job(jobId)).toMatchObject({ state: 'running' });
  const told = randomUUID();
  await withOrganisation(database, organisationId, (tx) =>
    announceJob(tx, { id: told, organisationId, kind: 'install', actor: systemActor('test') }),
  );

  const second = await open();
  expect(await objectsOf(organisationId)).toEqual([]);
  expect(await job(jobId)).toBe(undefined);
  expect(await job(told)).toMatchObject({ state: 'failed', error: { code: 'internal' } });
  expect((await listPlugins(second, organisationId, {})).total).toBe(0);
});

test('an object that something else still names survives the clearing', async () => {
  const first = await open();
  const archive = await packTestPlugin({ manifest: { id: 'stays-put' } });
  const { plugin } = await installPlugin(first, { ...request, organisationId, archive });
  await withOrganisation(database, organisationId, (tx) =>
    beginJob(tx, {
      id: randomUUID(),
      organisationId,
      kind: 'install',
      leftover: { archiveDigest: plugin.archiveDigest },
      actor: systemActor('test'),
    }),
  );
  await open();
  expect(await objectsOf(organisationId)).toEqual([plugin.archiveDigest]);
});

test('a photo that was not to be kept is gone after a crash', async () => {
  const first = await open();
  const folder = randomUUID();
  await withOrganisation(database, organisationId, (tx) =>
    beginJob(tx, {
      id: randomUUID(),
      organisationId,
      kind: transientJob,
      leftover: { folder },
      actor: systemActor('test'),
    }),
  );
  await first.objects.put(folder, Buffer.from('a photo'), { maxBytes: 100 });
  await open();
  expect(await objectsOf(folder)).toEqual([]);
});

test('what was loaded answers after a restart, what was not does not', async () => {
  const first = await open();
  for (const id of ['awake', 'asleep']) {
    const archive = await packTestPlugin({ manifest: { id } });
    await installPlugin(first, { ...request, organisationId, archive, autoLoad: id === 'awake' });
  }
  const second = await open();
  expect(second.host.installations(organisationId).map(({ pluginId }) => pluginId)).toEqual(['awake']);
  expect(await call(second, 'awake:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
});

test('a package that was changed in the store never runs, and the state of the plugin says so', async () => {
  const first = await open();
  const archive = await packTestPlugin({ manifest: { id: 'tampered' } });
  const { plugin } = await installPlugin(first, { ...request, organisationId, archive, autoLoad: true });
  const path = join(database.dataDir, 'objects', 'org', organisationId, plugin.archiveDigest);
  const evil = await packTestPlugin({
    manifest: { id: 'tampered' },
    exports: asking('tampered', 'return { answer: 666 }'),
  });
  const original = await readFile(path);
  await writeFile(path, evil);
  const second = await open();
  expect(await call(second, 'tampered:ask')).toMatchObject([{ ok: false, error: { code: 'plugin_load_failed' } }]);
  await second[Symbol.asyncDispose]();
  expect(await readPlugin(second, { organisationId, pluginId: 'tampered' })).toMatchObject({
    state: 'failed',
    stateReason: expect.any(String),
  });
  const events = await listPluginEvents(second, { organisationId, pluginId: 'tampered' }, {});
  expect(events.items[0]?.type).toBe('plugin:package-changed');
  await writeFile(path, original);
  expect(await call(first, 'tampered:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
});
