import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import { grantsMissing } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { factsOf } from './installations.ts';
import type { Actor, PluginParts } from './parts.ts';
import { quarantineProblem } from './quarantine/quarantine-problem.ts';
import { findById, findInstallation, setState, type InstallationRow } from './queries.ts';
import { showPlugin } from './show-plugin.ts';

type Request = { organisationId: string; pluginId: string; actor: Actor };

/**
 * Starts the plugin in its sandbox. One that is loaded already stays as it is, and can be called at once if it rested.
 * @throws Problem grants_missing, plugin_quarantined, or why it failed
 */
export async function loadPlugin(parts: PluginParts, request: Request): Promise<Plugin> {
  const { organisationId, pluginId, actor } = request;
  const { db, host, installations } = parts;
  return installations.locked(organisationId, pluginId, async () => {
    const row = await find(parts, request);
    if (row.state === 'quarantined') throw quarantineProblem(row);
    const pending = row.permissions.filter(({ decision }) => decision === 'pending');
    if (pending.length > 0) throw grantsMissing(pending.map(({ permission }) => permission));
    // Whoever asks for it anew wants it tried now, whatever it did before.
    host.release(row.id);
    if (row.state === 'loaded' && installations.has(row.id)) return showPlugin(row, host);
    // One that failed is still registered, so that calls to it say why: it begins anew.
    if (installations.has(row.id)) await host.unload(row.id);
    installations.drop(row.id);
    const facts = factsOf(row);
    const installation = installations.create(facts);
    try {
      await host.load(installation);
    } catch (error) {
      installations.drop(row.id);
      await rememberFailure(parts, row, error, actor);
      throw error;
    }
    installations.keep(installation);
    try {
      return await withOrganisation(db, organisationId, async (tx) => {
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
        return showPlugin(await written(tx, row.id), host);
      });
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
    const row = await find(parts, request);
    // First the row: what the caller is told must hold after a crash in between.
    const changed = row.state === 'loaded';
    const shown = await withOrganisation(db, organisationId, async (tx) => {
      if (changed) {
        await setState(tx, row.id, 'unloaded');
        await insertEvents(tx, [{ organisationId, id: row.id, type: 'plugin:unloaded', actor }]);
      }
      return showPlugin(await written(tx, row.id), host);
    });
    if (installations.has(row.id)) {
      await host.unload(row.id);
      // Its process is gone; what the host counted of it is read a last time.
      await capabilities.flush(row.id);
      installations.drop(row.id);
    }
    return shown;
  });
}

async function find({ db }: Pick<PluginParts, 'db'>, { organisationId, pluginId }: Request): Promise<InstallationRow> {
  const row = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!row) throw new Problem('plugin_not_found');
  return row;
}

async function written(tx: Parameters<typeof findById>[0], id: string): Promise<InstallationRow> {
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
