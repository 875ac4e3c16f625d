import { Problem } from '@proofpix/contract/errors';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';
import { loadPlugin, unloadPlugin } from '../plugins/load-plugin.ts';
import { findLoaded } from '../plugins/queries.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import type { SubscriptionParts } from './parts.ts';
import { deleteStop, findStops, findSubscription, insertStop, markStopped } from './queries.ts';

export type Settling = Pick<SubscriptionParts, 'db' | 'log'> & { plugins: OpenPlugins };

/**
 * Brings the plugins of an organisation in line with its plan: unloads them when the time after a lapsed subscription is
 * over, and loads the same ones again when the plan is back. It may run again at any time: each step is found done.
 */
export async function settlePlugins(parts: Settling, organisationId: string, signal: AbortSignal): Promise<void> {
  const row = await withOrganisation(parts.db, organisationId, (tx) => findSubscription(tx, organisationId));
  if (row === undefined) return;
  if (row.grace_ends_at === null) await giveBack(parts, organisationId, signal);
  else if (row.grace_ends_at.getTime() <= Date.now() && row.plugins_stopped_at === null) {
    await stopAll(parts, organisationId, signal);
  }
}

async function stopAll({ db, plugins }: Settling, organisationId: string, signal: AbortSignal): Promise<void> {
  const loaded = await withOrganisation(db, organisationId, (tx) => findLoaded(tx));
  for (const { id, plugin_id: pluginId } of loaded) {
    signal.throwIfAborted();
    // First what is to be loaded again: a crash in between must not forget it.
    await withOrganisation(db, organisationId, (tx) => insertStop(tx, organisationId, id));
    await unloadPlugin(plugins, { organisationId, pluginId, actor: systemActor('subscription') }).catch(unlessGone);
  }
  await asSystem(db, 'receive-payments', async (tx) => {
    // Bought again in between: the next job loads them again.
    if (!(await markStopped(tx, organisationId))) return;
    await recordAct(tx, {
      organisationId,
      actor: systemActor('subscription'),
      act: 'subscription.grace-end',
      subject: { kind: 'subscription', id: organisationId },
      after: { unloaded: loaded.map(({ plugin_id }) => plugin_id) },
    });
  });
}

async function giveBack({ db, log, plugins }: Settling, organisationId: string, signal: AbortSignal): Promise<void> {
  const stops = await withOrganisation(db, organisationId, (tx) => findStops(tx));
  for (const { installationId, pluginId } of stops) {
    signal.throwIfAborted();
    await loadPlugin(plugins, { organisationId, pluginId, actor: systemActor('subscription') }).catch(
      (error: unknown) => {
        if (!(error instanceof Problem)) throw error;
        // It stands in its state and its events; the others come back all the same.
        log.warn({ organisationId, plugin: pluginId, code: error.code }, 'a plugin could not be loaded again');
      },
    );
    await withOrganisation(db, organisationId, (tx) => deleteStop(tx, installationId));
  }
}

function unlessGone(error: unknown): void {
  if (!(error instanceof Problem) || error.code !== 'plugin_not_found') throw error;
}
