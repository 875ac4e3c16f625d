import { randomUUID } from 'node:crypto';
import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { sha256 } from '@proofpix/scanner/identity';
import type { Package } from '@proofpix/scanner/package';
import { withOrganisation } from '../../db/tenancy.ts';
import { refuseUnlicensed } from '../money/licences/check-licence.ts';
import { decideAgain } from './decide-again.ts';
import { decideGrants } from './decide-grants.ts';
import { installJob, willLoad, type Installed, type InstallRequest } from './install-request.ts';
import { beginJob } from './jobs/queries.ts';
import type { PluginParts } from './parts.ts';
import { checkInstall } from './policy/check-install.ts';
import { enforcePolicyOn } from './policy/enforce-policy.ts';
import { placeInstallation } from './place-installation.ts';
import { findByArchive, findInstallation, type InstallationRow } from './queries.ts';
import { readUsable, type UsablePackage } from './read-usable.ts';
import { removeUnused } from './remove-unused.ts';
import { replaceInstallation } from './replace-installation.ts';
import { showPlugin } from './show-plugin.ts';
import { checkVerdict } from './scans/check-verdict.ts';
import { tellChanged } from './tell-changed.ts';
import { quarantineProblem } from './quarantine/quarantine-problem.ts';
import type { Proof } from '../trust/prove-package.ts';
import { admitPackage, keepProof, refuseOtherSigner } from './trust/admit-package.ts';
import { endIfKilled } from './trust/enforce-kill-list.ts';

/**
 * The one intake of packages: uploads, the marketplace and the first start all come through here. A failure leaves
 * nothing behind: no rows, no object, no runner.
 * @throws Problem
 */
export async function installPlugin(parts: PluginParts, request: InstallRequest): Promise<Installed> {
  // A signature that comes later is looked at, whatever is installed.
  const same = request.signature === undefined ? await findSame(parts, request) : undefined;
  if (same) return unchanged(parts, request, showPlugin(same, parts.host));
  const usable = await readUsable(parts, request);
  const { manifest } = usable.package;
  const proof = await admitPackage(parts, request, usable.package);
  const done = await parts.installations.locked(request.organisationId, manifest.id, async () => {
    for (let tries = 0; ; tries += 1) {
      const installed = await installRead(parts, request, usable, proof);
      // Null: another server was quicker. What it wrote is there to be read now.
      if (installed) return installed;
      if (tries === 3) throw new Error('The plugin changes faster than it can be installed.');
    }
  });
  await endIfKilled(parts, request, usable.package, proof);
  const under = await underPolicy(parts, request, done);
  return under.outcome === 'unchanged' ? unchanged(parts, request, under.plugin) : under;
}

/** The package stays; what is granted with it is decided. Outside of the lock, which deciding takes itself. */
async function unchanged(parts: PluginParts, request: InstallRequest, plugin: Plugin): Promise<Installed> {
  return { outcome: 'unchanged', plugin: (await decideAgain(parts, request, plugin.id)) ?? plugin };
}

/** The very bytes that are installed already need no scan to be known. */
async function findSame({ db }: PluginParts, request: InstallRequest): Promise<InstallationRow | undefined> {
  const { organisationId, archive, source, publisher } = request;
  const digest = await sha256(archive);
  const found = await withOrganisation(db, organisationId, (tx) => findByArchive(tx, digest));
  return found?.source === source && found.publisher === publisher ? found : undefined;
}

async function installRead(
  parts: PluginParts,
  request: InstallRequest,
  usable: UsablePackage,
  proof: Proof | null,
): Promise<Installed | null> {
  const { package: read } = usable;
  const { organisationId, actor, jobId = randomUUID() } = request;
  const leftover = { organisationId, sha256: read.archiveDigest, jobId };
  const before = await withOrganisation(parts.db, organisationId, async (tx) => {
    const found = await findInstallation(tx, read.manifest.id);
    if (found) refuseOtherSigner(found, proof);
    const needed = checkAgainst(request, read, found);
    // Before anything is stored.
    const verdict = needed && usable.scan !== null ? await checkVerdict(tx, request, usable.scan) : null;
    if (needed) {
      const { source, publisher } = request;
      const mark = proof?.mark ?? null;
      const coming = {
        organisationId,
        source,
        publisher,
        mark,
        manifest: read.manifest,
        verdict,
        loads: willLoad(request, found),
      };
      await checkInstall(tx, coming, found);
      const named = { organisationId, source, publisher, pluginId: read.manifest.id };
      await refuseUnlicensed(tx, parts.licences, { ...named, installedAt: found?.installed_at ?? null });
    }
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
    return { row: found, needed, verdict };
  });
  if (before.row && !before.needed) {
    const kept = await keepProof(parts, before.row, proof);
    return { outcome: 'unchanged', plugin: showPlugin(kept, parts.host) };
  }
  const stored = parts.objects.put(organisationId, usable.archive, {
    maxBytes: limits.packageBytes,
    tooLarge: 'package_too_large',
  });
  stored.catch(() => {}); // awaited below; it may fail before that
  try {
    const step = { request, read, usable, proof, verdict: before.verdict, jobId, stored };
    const row = await (before.row ? replaceInstallation(parts, step, before.row) : placeInstallation(parts, step));
    if (row === null) await removeUnused(parts, leftover);
    if (row) tellChanged(parts, { organisationId, pluginId: row.plugin_id }, before.row ? 'updated' : 'installed');
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

/** A version that is allowed in the place of one that was not, or one that came while everything is stopped. */
async function underPolicy(parts: PluginParts, request: InstallRequest, done: Installed): Promise<Installed> {
  const { organisationId } = request;
  if (done.plugin.denied === null && parts.policies.of(organisationId).stop === null) return done;
  const find = () => withOrganisation(parts.db, organisationId, (tx) => findInstallation(tx, done.plugin.id));
  const row = await find();
  if (!row) return done;
  await enforcePolicyOn(parts, { organisationId, id: row.id, pluginId: row.plugin_id });
  const now = await find();
  return now ? { ...done, plugin: showPlugin(now, parts.host) } : done;
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
  const { grants, refused } = request;
  decideGrants(read.manifest, { grants, refused, willLoad: willLoad(request, before) }, before);
  return true;
}
