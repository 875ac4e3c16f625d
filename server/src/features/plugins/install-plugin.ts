import { randomUUID } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Package } from '@proofpix/scanner/package';
import { readPackage } from '@proofpix/scanner/read-package';
import { withOrganisation } from '../../db/tenancy.ts';
import { defaultErrors, schemaOf } from './config/plugin-config.ts';
import { decideGrants } from './decide-grants.ts';
import { installJob, willLoad, type Installed, type InstallRequest } from './install-request.ts';
import { beginJob } from './jobs/queries.ts';
import type { PluginParts } from './parts.ts';
import { placeInstallation } from './place-installation.ts';
import { findInstallation, type InstallationRow } from './queries.ts';
import { removeUnused } from './remove-unused.ts';
import { replaceInstallation } from './replace-installation.ts';
import { showPlugin } from './show-plugin.ts';
import { quarantineProblem } from './quarantine/quarantine-problem.ts';
import { storageObstacle } from './storable.ts';

/**
 * The one intake of packages: uploads, the marketplace and the first start all come through here. A failure leaves
 * nothing behind: no rows, no object, no runner.
 * @throws Problem
 */
export async function installPlugin(parts: PluginParts, request: InstallRequest): Promise<Installed> {
  if (request.archive.length > limits.packageBytes) throw new Problem('package_too_large');
  const read = await readPackage(request.archive, request.fileName === undefined ? {} : { fileName: request.fileName });
  checkStorable(read);
  return parts.installations.locked(request.organisationId, read.manifest.id, async () => {
    for (let tries = 0; ; tries += 1) {
      const installed = await installRead(parts, request, read);
      // Null: another server was quicker. What it wrote is there to be read now.
      if (installed) return installed;
      if (tries === 3) throw new Error('The plugin changes faster than it can be installed.');
    }
  });
}

async function installRead(parts: PluginParts, request: InstallRequest, read: Package): Promise<Installed | null> {
  const { organisationId, actor, jobId = randomUUID() } = request;
  const leftover = { organisationId, sha256: read.archiveDigest, jobId };
  const before = await withOrganisation(parts.db, organisationId, async (tx) => {
    const found = await findInstallation(tx, read.manifest.id);
    const needed = checkAgainst(request, read, found);
    // On disk before the object is, so that a crash in between leaves nothing that cannot be found.
    if (needed) {
      await beginJob(tx, {
        id: jobId,
        organisationId,
        kind: installJob,
        leftover: { archiveDigest: read.archiveDigest },
        actor,
      });
    }
    return { row: found, needed };
  });
  if (before.row && !before.needed) return { outcome: 'unchanged', plugin: showPlugin(before.row, parts.host) };
  const stored = parts.objects.put(organisationId, request.archive, {
    maxBytes: limits.packageBytes,
    tooLarge: 'package_too_large',
  });
  stored.catch(() => {}); // awaited below; it may fail before that
  try {
    const step = { request, read, jobId, stored };
    const row = await (before.row ? replaceInstallation(parts, step, before.row) : placeInstallation(parts, step));
    if (row === null) await removeUnused(parts, leftover);
    return row && { outcome: before.row ? 'updated' : 'installed', plugin: showPlugin(row, parts.host) };
  } catch (error) {
    // Not before it is there: what arrives after the removal would stay.
    await stored.catch(() => {});
    await removeUnused(parts, leftover).catch((cause: unknown) =>
      // The job row stays and names the object: the next start removes it.
      parts.log.error({ err: cause }, 'what a failed install left could not be removed'),
    );
    throw error;
  }
}

/** Whether there is anything to do. @throws Problem when the package may not take the place of what is there */
function checkAgainst(request: InstallRequest, read: Package, before: InstallationRow | undefined): boolean {
  if (before) {
    if (before.source !== request.source || before.publisher !== request.publisher)
      throw new Problem('plugin_id_taken');
    if (before.digest === read.digest) return false;
    // Another version may be put in its place, but it does not run before somebody released the plugin.
    if (before.state === 'quarantined' && request.autoLoad) throw quarantineProblem(before);
    if (before.version === read.manifest.version && !request.development) throw new Problem('version_changed');
  }
  // Asked here already: nothing is stored for an install that waits for consent.
  decideGrants(read.manifest, { grants: request.grants, willLoad: willLoad(request, before) }, before);
  return true;
}

function checkStorable(read: Package): void {
  const obstacle = storageObstacle(read.manifest);
  const wrong = obstacle ? [obstacle] : defaultErrors(schemaOf(read.manifest));
  if (wrong.length > 0) throw new Problem('manifest_invalid', undefined, wrong);
}
