import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '@proofpix/contract/errors';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';
import { decidePermissions } from '../plugins/decide-permissions.ts';
import { unloadPlugin } from '../plugins/load-plugin.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { findInstallation, type InstallationRow } from '../plugins/queries.ts';
import { listPoints } from '../plugins/updates/queries.ts';
import { rollBack } from '../plugins/updates/roll-back.ts';
import { expireRequest, findExpired, findRequest } from './queries.ts';

const pause = 10_000;

/** Withdraws what approvals gave once their time is over: also what ended while the server was down. */
export function keepExpiring(plugins: OpenPlugins): AsyncDisposable {
  const ending = new AbortController();
  async function work(): Promise<void> {
    for (;;) {
      await wait(pause, undefined, { signal: ending.signal, ref: false });
      await expireRequests(plugins, new Date()).catch((error: unknown) =>
        plugins.log.error({ err: error }, 'approvals whose time is over could not be withdrawn'),
      );
    }
  }
  const working = work().catch(() => {}); // aborted: nothing else ends it
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await working;
    },
  };
}

/** First withdrawn, then marked: a crash in between withdraws once more, and never not at all. */
export async function expireRequests(plugins: OpenPlugins, now: Date): Promise<void> {
  const { db } = plugins;
  for (const { organisationId, id } of await asSystem(db, 'expire-requests', (tx) => findExpired(tx, now))) {
    const row = await withOrganisation(db, organisationId, (tx) => findRequest(tx, id));
    if (!row) continue;
    await withdraw(plugins, row).catch((error: unknown) => {
      // Uninstalled meanwhile: there is nothing left of it.
      if (!(error instanceof Problem) || error.code !== 'plugin_not_found') throw error;
    });
    await withOrganisation(db, organisationId, async (tx) => {
      if (!(await expireRequest(tx, id))) return;
      await recordAct(tx, {
        organisationId,
        actor: systemActor('expiry'),
        act: 'request.expire',
        subject: { kind: 'request', id },
        before: { plugin: row.plugin_id, ...row.given },
      });
    });
  }
}

const ended = 'The approval of this version ended.';

/**
 * Back to what was there before the update, its grants and storage included. Where that cannot be, because it was cleared
 * away or is denied by now, the plugin ends: what was approved for a time never goes on after it.
 */
async function undo(
  plugins: OpenPlugins,
  installed: InstallationRow,
  { from, to }: NonNullable<NonNullable<Row['given']>['updated']>,
): Promise<void> {
  const { id, organisation_id: organisationId, plugin_id: pluginId, digest } = installed;
  // Another version by now: that was somebody's own decision.
  if (to !== null && digest !== to) return;
  const author = systemActor('expiry');
  const points = await withOrganisation(plugins.db, organisationId, (tx) => listPoints(tx, id));
  const point = points.find((each) => each.digest === from);
  try {
    if (point === undefined) throw new Problem('restore_point_not_found');
    await rollBack(plugins, { organisationId, pluginId, to: point.id, author, reason: ended, failing: { digest } });
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    await unloadPlugin(plugins, { organisationId, pluginId, actor: author });
  }
}

type Row = NonNullable<Awaited<ReturnType<typeof findRequest>>>;

async function withdraw(plugins: OpenPlugins, { organisation_id: organisationId, plugin_id: pluginId, given }: Row) {
  if (given === null) return;
  const installed = await withOrganisation(plugins.db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installed) return;
  const named = { organisationId, pluginId, actor: systemActor('expiry') };
  if (given.updated !== undefined && given.updated.from !== installed.digest)
    return undo(plugins, installed, given.updated);
  const taken = new Set(given.permissions);
  const decided = (which: 'granted' | 'refused') =>
    installed.permissions.filter(({ decision }) => decision === which).map(({ permission }) => permission);
  const gone = decided('granted').filter((permission) => taken.has(permission));
  if (gone.length > 0)
    await decidePermissions(plugins, {
      ...named,
      grants: decided('granted').filter((permission) => !taken.has(permission)),
      refused: [...decided('refused'), ...gone],
    });
  if (given.installed) await unloadPlugin(plugins, named);
}
