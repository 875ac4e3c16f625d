import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { asStartProblem } from '@proofpix/host/load-problems';
import type { ScanVerdict } from '@proofpix/contract/scan';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { refuseUnlicensed } from '../money/licences/check-licence.ts';
import { policyInForce, refuseDenied, type InForce } from '../policies/policies-in-force.ts';
import { grantsMissing } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { factsOf } from './installations.ts';
import type { Actor, PluginParts } from './parts.ts';
import { subjectOf } from './policy/policy-subject.ts';
import { quarantineProblem } from './quarantine/quarantine-problem.ts';
import { findById, findInstallation, setState, type InstallationRow } from './queries.ts';
import { showPlugin } from './show-plugin.ts';
import { tellChanged } from './tell-changed.ts';
import { refuseKilledRow } from './trust/enforce-kill-list.ts';
import { recordAct } from '../audit/record-act.ts';

type Request = { organisationId: string; pluginId: string; actor: Actor };

/**
 * Starts the plugin in its sandbox. One that is loaded already stays as it is, and can be called at once if it rested.
 * @throws Problem grants_missing, plugin_quarantined, package_killed, policy_denied, plugins_stopped, licence_missing, licence_ended, or why it failed
 */
export async function loadPlugin(parts: PluginParts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor } = request;
  const { db, host, installations } = parts;
  return installations.locked(organisationId, pluginId, async () => {
    const { row, verdict } = await withOrganisation(db, organisationId, async (tx) => {
      const inForce = await policyInForce(tx, organisationId);
      return mayLoad(parts, tx, await named(tx, pluginId), inForce);
    });
    const pending = row.permissions.filter(({ decision }) => decision === 'pending');
    if (pending.length > 0) throw grantsMissing(pending.map(({ permission }) => permission));
    // Whoever asks for it anew wants it tried now, whatever it did before.
    host.release(row.id);
    if (row.state === 'loaded' && installations.has(row.id)) return showPlugin(row, host);
    // One that failed is still registered, so that calls to it say why: it begins anew.
    if (installations.has(row.id)) await host.unload(row.id);
    installations.drop(row.id);
    const installation = installations.create({ ...factsOf(row), verdict });
    try {
      await host.load(installation);
    } catch (error) {
      installations.drop(row.id);
      await rememberFailure(parts, row, error, actor);
      tellChanged(parts, request, 'state');
      throw asStartProblem(error);
    }
    installations.keep(installation);
    try {
      const shown = await withOrganisation(db, organisationId, async (tx) => {
        // Once more: the policy may have changed while it started.
        await mayLoad(parts, tx, row, await policyInForce(tx, organisationId));
        await setState(tx, row.id, 'loaded');
        await insertEvents(tx, [
          {
            organisationId,
            id: row.id,
            type: 'plugin:loaded',
            detail: { version: row.version },
            actor,
          },
        ]);
        await recordAct(tx, {
          organisationId,
          actor,
          act: 'plugin.load',
          subject: { kind: 'plugin', id: pluginId },
          before: { state: row.state },
          after: { state: 'loaded', version: row.version, digest: row.digest },
        });
        return showPlugin(await written(tx, row.id), host);
      });
      tellChanged(parts, request, 'state');
      return shown;
    } catch (error) {
      // Nobody was told that it runs, and after a restart it would not.
      await host.unload(row.id);
      installations.drop(row.id);
      throw error;
    }
  });
}

/** Ends the plugin: `cleanup`, then its process. One that is not loaded stays as it is. */
export async function unloadPlugin(parts: PluginParts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor } = request;
  const { db, host, installations, capabilities } = parts;
  return installations.locked(organisationId, pluginId, async () => {
    const row = await withOrganisation(db, organisationId, (tx) => named(tx, pluginId));
    // First the row: what the caller is told must hold after a crash in between.
    const changed = row.state === 'loaded';
    const shown = await withOrganisation(db, organisationId, async (tx) => {
      if (changed) {
        await setState(tx, row.id, 'unloaded');
        await insertEvents(tx, [{ organisationId, id: row.id, type: 'plugin:unloaded', actor }]);
        await recordAct(tx, {
          organisationId,
          actor,
          act: 'plugin.unload',
          subject: { kind: 'plugin', id: pluginId },
          before: { state: 'loaded' },
          after: { state: 'unloaded', version: row.version },
        });
      }
      return showPlugin(await written(tx, row.id), host);
    });
    if (installations.has(row.id)) {
      await host.unload(row.id);
      // Its process is gone; what the host counted of it is read a last time.
      await capabilities.flush(row.id);
      installations.drop(row.id);
    }
    if (changed) tellChanged(parts, request, 'state');
    return shown;
  });
}

/** In the order in which they weigh: the kill list says more than any policy. @throws Problem */
async function mayLoad(
  { trust, licences }: Pick<PluginParts, 'trust' | 'licences'>,
  tx: Tx,
  row: InstallationRow,
  inForce: InForce,
): Promise<{ row: InstallationRow; verdict: ScanVerdict | null }> {
  if (row.state === 'quarantined') throw quarantineProblem(row);
  refuseKilledRow(trust, row);
  const subject = await subjectOf(tx, row, inForce.policy);
  refuseDenied(inForce, subject, { loads: true });
  const { organisation_id: organisationId, source, publisher, plugin_id, installed_at: installedAt } = row;
  await refuseUnlicensed(tx, licences, { organisationId, source, publisher, pluginId: plugin_id, installedAt });
  return { row, verdict: subject.verdict };
}

async function named(tx: Tx, pluginId: string): Promise<InstallationRow> {
  const row = await findInstallation(tx, pluginId);
  if (!row) throw new Problem('plugin_not_found');
  return row;
}

async function written(tx: Tx, id: string): Promise<InstallationRow> {
  const row = await findById(tx, id);
  if (!row) throw new Problem('plugin_not_found');
  return row;
}

/** The reason is for people: what the plugin's code said, or what the sandbox did. */
export async function rememberFailure(
  { db }: Pick<PluginParts, 'db'>,
  row: { id: string; organisation_id: string; version: string },
  error: unknown,
  actor: Actor,
): Promise<void> {
  const known = error instanceof Problem;
  const reason = known ? error.message.slice(0, 1_000) : 'It could not be loaded.';
  await withOrganisation(db, row.organisation_id, async (tx) => {
    await setState(tx, row.id, 'failed', reason);
    const detail = { version: row.version, code: known ? error.code : 'internal', reason };
    await insertEvents(tx, [
      {
        organisationId: row.organisation_id,
        id: row.id,
        type: 'plugin:load-failed',
        detail,
        actor,
      },
    ]);
  });
}
