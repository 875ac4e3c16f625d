import { readFile, unlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openTestDatabase } from '../../../../test/test-database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { listEvents } from '../../security/list-events.ts';
import { executeHook } from '../hooks/execute-hook.ts';
import { loadPlugin, unloadPlugin } from '../load-plugin.ts';
import type { OpenPlugins } from '../open-plugins.ts';
import { findInstallation } from '../queries.ts';
import { listPluginEvents } from '../read-plugins.ts';
import { installOn, makeOrganisation, openPluginsOn } from '../test/plugins-on-database.ts';
import { changedSentence } from './changed-sentence.ts';
import { systemActor } from '../../audit/record-act.ts';

let database: Awaited<ReturnType<typeof openTestDatabase>>;
let organisationId: string;
beforeEach(async () => {
  database = await openTestDatabase();
  organisationId = await makeOrganisation(database);
});
afterEach(() => database[Symbol.asyncDispose]());

const installation = () => withOrganisation(database, organisationId, (tx) => findInstallation(tx, 'test-plugin'));

async function pathOfPackage(): Promise<string> {
  return join(database.dataDir, 'objects', 'org', organisationId, (await installation())?.archive_digest ?? '');
}

/** One bit of one byte in the middle of the stored archive. */
async function flipByte(): Promise<void> {
  const path = await pathOfPackage();
  const bytes = await readFile(path);
  const at = Math.floor(bytes.length / 2);
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  await writeFile(path, bytes);
}

const call = (plugins: OpenPlugins) =>
  executeHook(plugins, { organisationId, hook: 'test-plugin:ask', data: {}, signal: new AbortController().signal });

/** The reason in the state, and who was told. */
async function expectFound(plugins: OpenPlugins): Promise<void> {
  expect(await installation()).toMatchObject({
    state: 'failed',
    state_reason: expect.stringContaining(changedSentence),
  });
  const parts = { db: database, flush: () => plugins.capabilities.flush() };
  const { items } = await listEvents(parts, organisationId, {});
  expect(items).toMatchObject([{ type: 'package_changed', severity: 'critical', plugin: 'test-plugin' }]);
  const { items: events } = await listPluginEvents(plugins, { organisationId, pluginId: 'test-plugin' }, {});
  expect(events.map(({ type }) => type)).toContain('plugin:package-changed');
}

test('a byte that was changed in the store is found before the next load', async () => {
  await using opened = await openPluginsOn(database);
  const { plugins } = opened;
  await installOn(plugins, organisationId, {});
  const named = { organisationId, pluginId: 'test-plugin', actor: systemActor('test') };
  await unloadPlugin(plugins, named);
  await flipByte();
  await expect(loadPlugin(plugins, named)).rejects.toThrow(changedSentence);
  await expectFound(plugins);
});

test('a byte that was changed while the server was down is found by the first call after its start', async () => {
  {
    await using first = await openPluginsOn(database);
    await installOn(first.plugins, organisationId, {});
  }
  await flipByte();
  await using second = await openPluginsOn(database);
  expect(await installation()).toMatchObject({ state: 'loaded' });
  expect(await call(second.plugins)).toMatchObject([
    { ok: false, error: { code: 'plugin_load_failed', message: expect.stringContaining(changedSentence) } },
  ]);
  await expectFound(second.plugins);
});

test('a byte that was changed while the plugin rested is found when it starts again', async () => {
  await using opened = await openPluginsOn(database);
  const { plugins } = opened;
  const id = await installOn(plugins, organisationId, {});
  expect(await call(plugins)).toMatchObject([{ ok: true }]);
  await plugins.host.evict(id);
  await flipByte();
  expect(await call(plugins)).toMatchObject([{ ok: false, error: { code: 'plugin_load_failed' } }]);
  await expectFound(plugins);
});

test('another package of the right name, or none, is not what was installed either', async () => {
  await using opened = await openPluginsOn(database);
  const { plugins } = opened;
  await installOn(plugins, organisationId, {});
  const named = { organisationId, pluginId: 'test-plugin', actor: systemActor('test') };
  await unloadPlugin(plugins, named);
  const path = await pathOfPackage();
  const bytes = await readFile(path);
  // The same files in an archive with one byte more: what was received is recorded too.
  await writeFile(path, Buffer.concat([bytes, Buffer.from([0])]));
  await expect(loadPlugin(plugins, named)).rejects.toThrow(changedSentence);
  await unlink(path);
  await expect(loadPlugin(plugins, named)).rejects.toThrow('The stored package is missing.');
  await writeFile(path, bytes);
  expect(await loadPlugin(plugins, named)).toMatchObject({ state: 'loaded' });
});
