import { randomUUID } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import { beginJob } from './jobs/queries.ts';
import type { Actor, PluginParts } from './parts.ts';
import { deleteInstallation, findInstallation } from './queries.ts';
import { removeUnused } from './remove-unused.ts';
import { archivesOfPoints } from './updates/queries.ts';
import { noteArchives, removeArchives } from './updates/remove-archives.ts';
import { tellChanged } from './tell-changed.ts';
import { recordAct } from '../audit/record-act.ts';

export const uninstallJob = 'uninstall';

/** Everything of the plugin goes: rows, storage, configuration, logs, metrics, process, package. */
export async function uninstallPlugin(
  parts: PluginParts,
  { organisationId, pluginId, actor }: { organisationId: string; pluginId: string; actor: Actor },
): Promise<void> {
  const { db, host, installations, capabilities, log } = parts;
  await installations.locked(organisationId, pluginId, async () => {
    const jobId = randomUUID();
    const { found: row, leftovers } = await withOrganisation(db, organisationId, async (tx) => {
      const found = await findInstallation(tx, pluginId);
      if (!found) throw new Problem('plugin_not_found');
      const digests = await archivesOfPoints(tx, found.id);
      await deleteInstallation(tx, found.id);
      // With the rows, the last mention of the object goes; this one lasts until the object is gone as well.
      const leftover = { archiveDigest: found.archive_digest };
      await beginJob(tx, { id: jobId, organisationId, kind: uninstallJob, leftover, actor });
      const { version, digest, state, source, publisher } = found;
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'plugin.uninstall',
        subject: { kind: 'plugin', id: pluginId },
        before: { version, digest, state, source, publisher },
      });
      const others = digests.filter((digest) => digest !== found.archive_digest);
      return { found, leftovers: await noteArchives(tx, { organisationId, digests: others, actor }) };
    });
    if (installations.has(row.id)) {
      await host.unload(row.id).catch((error: unknown) => log.error({ err: error }, 'unloading failed'));
      installations.drop(row.id);
    }
    // A quarantine of what is gone: nothing of this id can come back.
    host.release(row.id);
    capabilities.forget(row.id);
    parts.watch.forget(row.id);
    tellChanged(parts, { organisationId, pluginId }, 'uninstalled');
    await removeUnused(parts, { organisationId, sha256: row.archive_digest, jobId }).catch((error: unknown) =>
      log.error({ err: error }, 'the package of an uninstalled plugin could not be removed yet'),
    );
    await removeArchives(parts, organisationId, leftovers);
  });
}
