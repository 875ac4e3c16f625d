import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createIntake } from '@proofpix/intake/create-intake';
import { createHost, type HostOptions } from '@proofpix/host/host';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { createMemoryCapabilities } from '@proofpix/host/memory-capabilities';
import { readConfig } from '../../../config.ts';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { createEvents, type Events } from '../../../events.ts';
import { openKeys } from '../../../keys.ts';
import { createLog } from '../../../log.ts';
import { openObjects } from '../../../objects.ts';
import { releasedCatalog } from '../../releases/draw-catalog.ts';
import { createLicences } from '../../money/licences/licences-in-force.ts';
import { openTrust } from '../../trust/open-trust.ts';
import { createWebhookSender } from '../../webhooks/outgoing/send-message.ts';
import { createCapabilities } from '../capabilities.ts';
import { installPlugin } from '../install-plugin.ts';
import { createPluginLimits } from '../limits/organisation-limits.ts';
import { openPlugins, type OpenPlugins } from '../open-plugins.ts';
import { packTestPlugin, type TestPlugin } from './test-plugins.ts';
import { systemActor } from '../../audit/record-act.ts';

export type OpenedPlugins = AsyncDisposable & { plugins: OpenPlugins; events: Events };

/** The plugins of a server without its HTTP, with a host as the test wants it; opening it again is a restart. */
export async function openPluginsOn(
  database: Database & { dataDir: string },
  options: Partial<HostOptions> = {},
): Promise<OpenedPlugins> {
  await using opened = new AsyncDisposableStack();
  const log = createLog('silent');
  const events = createEvents();
  const keys = await openKeys({ keyFile: join(database.dataDir, 'keys', 'master.key') });
  const objects = await openObjects(database.dataDir);
  const limits = createPluginLimits(readConfig({}).pluginLimits);
  const webhooks = createWebhookSender({ db: database });
  const { oauth } = createMemoryCapabilities();
  const outside = { oauth, webhooks, client: createGuardedClient() };
  const capabilities = opened.use(createCapabilities({ db: database, keys, log, events, ...outside }));
  const host = opened.use(createHost({ capabilities, spareRunners: 0, ...options }));
  const trust = opened.use(
    await openTrust({ db: database, log, keyFolder: join(database.dataDir, 'keys'), catalog: releasedCatalog }),
  );
  const intake = opened.use(createIntake({ spare: 0 }));
  const parts = {
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
  };
  const plugins = opened.use(await openPlugins(parts));
  const owned = opened.move();
  return { plugins, events, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

export async function makeOrganisation(database: Database): Promise<string> {
  const id = randomUUID();
  await asSystem(database, 'create-organisation', (tx) =>
    tx
      .insertInto('organisations')
      .values({ id, name: `Test ${id}` })
      .execute(),
  );
  return id;
}

/** Installs and loads; gives the installation's id. */
export async function installOn(plugins: OpenPlugins, organisationId: string, plugin: TestPlugin): Promise<string> {
  const request = {
    source: 'upload',
    publisher: 'local',
    actor: systemActor('test'),
    grants: 'requested',
    autoLoad: true,
  } as const;
  const acceptReview = true; // as in `upload`
  const { plugin: installed } = await installPlugin(plugins, {
    ...request,
    acceptReview,
    organisationId,
    archive: await packTestPlugin(plugin),
  });
  const known = plugins.host.installations(organisationId).find(({ pluginId }) => pluginId === installed.id);
  if (known === undefined) throw new Error('It was not loaded.');
  return known.id;
}
