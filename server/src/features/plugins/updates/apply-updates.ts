import { systemActor } from '../../audit/record-act.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '@proofpix/contract/errors';
import type { Permission } from '@proofpix/contract/permissions';
import { asSystem, withOrganisation } from '../../../db/tenancy.ts';
import type { Marketplace } from '../../marketplace/open-marketplace.ts';
import type { Visits } from '../../publisher-analytics/count-visits.ts';
import { insertEvents } from '../history/queries.ts';
import { installPlugin } from '../install-plugin.ts';
import type { PluginParts } from '../parts.ts';
import { findAllInstallations, type InstallationRow } from '../queries.ts';
import { judgeUpdates, type JudgedUpdates } from './judge-updates.ts';
import { findOutdatedOrganisations, saveFailed, saveWaiting } from './queries.ts';

/** Not while the server starts; then often enough for a security fix. */
const firstAfter = 2 * 60_000;
const pause = 60 * 60_000;

type Parts = {
  plugins: PluginParts;
  marketplace: Pick<Marketplace, 'findRelease'>;
  visits: Pick<Visits, 'updated'>;
};

/** Somebody has to look, or to decide: until then the version before goes on. */
const needsPerson = new Set(['grants_missing', 'package_review_needed', 'plugin_quarantined']);
/** Over by itself. */
const passing = new Set(['sandbox_busy', 'shutting_down', 'package_not_scanned']);

/** Looks for newer versions now and then, and installs those that the rules of each organisation let in. */
export function keepUpdating(parts: Parts): AsyncDisposable {
  const ending = new AbortController();
  async function work(): Promise<void> {
    for (let after = firstAfter; ; after = pause) {
      await wait(after, undefined, { signal: ending.signal, ref: false });
      const { db, log } = parts.plugins;
      const outdated = await asSystem(db, 'update-plugins', findOutdatedOrganisations).catch((error: unknown) => {
        log.error({ err: error }, 'newer versions could not be looked for');
        return [];
      });
      for (const organisationId of outdated) {
        if (ending.signal.aborted) return;
        await applyUpdates(parts, organisationId).catch((error: unknown) =>
          log.error({ err: error, organisationId }, 'plugins could not be updated by the rules'),
        );
      }
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

/** One organisation, one plugin after the other. */
export async function applyUpdates({ plugins, marketplace, visits }: Parts, organisationId: string): Promise<void> {
  const found = await withOrganisation(plugins.db, organisationId, async (tx) => {
    const rows = await findAllInstallations(tx);
    const judged: { row: InstallationRow; judged: JudgedUpdates }[] = [];
    for (const row of rows) judged.push({ row, judged: await judgeUpdates(plugins, tx, row) });
    return judged;
  });
  for (const { row, judged } of found) {
    const next = judged.newer.find(({ installs }) => installs);
    if (next !== undefined) await update({ plugins, marketplace, visits }, row, judged, next);
  }
}

async function update(
  { plugins, marketplace, visits }: Parts,
  row: InstallationRow,
  { settings }: JudgedUpdates,
  { version, why }: { version: string; why: string },
): Promise<void> {
  const { organisation_id: organisationId, plugin_id: pluginId, source, publisher } = row;
  const owner = { organisationId, installationId: row.id };
  try {
    const release = await marketplace.findRelease({ source, publisher, pluginId, version });
    // What the kill list stopped runs again in a version that it does not name.
    const autoLoad = row.killed !== null;
    await installPlugin(plugins, {
      ...release,
      organisationId,
      actor: systemActor('update-rules'),
      byRule: why,
      autoLoad,
    });
    visits.updated(organisationId, { source, publisher, pluginId, version });
  } catch (error) {
    if (!(error instanceof Problem) || passing.has(error.code)) throw error;
    plugins.log.warn(
      { err: error, organisationId, plugin: pluginId, version },
      'an update by the rules was not installed',
    );
    await withOrganisation(plugins.db, organisationId, async (tx) => {
      if (!needsPerson.has(error.code)) {
        const reason = error.message;
        await saveFailed(tx, owner, { version, reason });
        const detail = { version, code: error.code, reason };
        return insertEvents(tx, [
          { organisationId, id: row.id, type: 'plugin:update-failed', detail, actor: systemActor('update-rules') },
        ]);
      }
      if (settings.waiting?.version === version) return;
      const permissions = error.fields
        .filter(({ field }) => field.startsWith('/permissions/'))
        .map(({ field }) => field.slice('/permissions/'.length) as Permission); // as `grantsMissing` writes them
      await saveWaiting(tx, owner, { version, permissions, message: error.message });
      const detail = { version, permissions, reason: error.message };
      await insertEvents(tx, [
        { organisationId, id: row.id, type: 'plugin:update-waits', detail, actor: systemActor('update-rules') },
      ]);
    });
  }
}
