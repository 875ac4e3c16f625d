import type { Plugin } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { manifestHooks } from '@proofpix/contract/manifest';
import { asStartProblem } from '@proofpix/host/load-problems';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Package } from '@proofpix/scanner/package';
import { killSentence } from '@proofpix/signatures/kill-list';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { recordAct, systemActor, userOf, type Actor as Author } from '../../audit/record-act.ts';
import { policyInForce, refuseDenied } from '../../policies/policies-in-force.ts';
import { suspectOf } from '../../trust/prove-package.ts';
import { insertEvents } from '../history/queries.ts';
import { keepIcon } from '../icon/read-icon.ts';
import { factsOf } from '../installations.ts';
import { updatePackage } from '../install/queries.ts';
import { rememberFailure } from '../load-plugin.ts';
import type { PluginParts } from '../parts.ts';
import { enforcePolicyOn } from '../policy/enforce-policy.ts';
import {
  deleteOldRows,
  findById,
  findInstallation,
  writeManifestRows,
  type InstallationRow,
  type State,
} from '../queries.ts';
import { showPlugin } from '../show-plugin.ts';
import { tellChanged } from '../tell-changed.ts';
import { prune } from './before-update.ts';
import { subjectOfPoint } from './point-subject.ts';
import { refusePinned } from './pins.ts';
import { findPoint, saveFailed, takePoint, watchPoint, type PointRow } from './queries.ts';
import { removeArchives, type Leftovers } from './remove-archives.ts';
import { restoreRows } from './restore/queries.ts';

export type RollBack = {
  organisationId: string;
  pluginId: string;
  /** Id of the restore point. */
  to: string;
  author: Author;
  reason: string | null;
  /** By itself, and only from this content: whatever was done meanwhile is somebody's decision. */
  failing?: { digest: string };
};

/**
 * Sets a plugin back to a point: package, grants, configuration and storage in one transaction, and the state before it is
 * kept as another point, so that this can be undone too. What the kill list or the policy denies does not come back.
 * @throws Problem
 */
export async function rollBack(parts: PluginParts, request: RollBack): Promise<Plugin> {
  const { organisationId, pluginId } = request;
  const { row, wasDenied } = await parts.installations.locked(organisationId, pluginId, () => setBack(parts, request));
  // The version that it is now may be allowed where the one before was not.
  if (wasDenied) await enforcePolicyOn(parts, { organisationId, id: row.id, pluginId });
  const shown = await withOrganisation(parts.db, organisationId, (tx) => findById(tx, row.id));
  if (!shown) throw new Problem('plugin_not_found');
  return showPlugin(shown, parts.host);
}

async function setBack(parts: PluginParts, request: RollBack): Promise<{ row: InstallationRow; wasDenied: boolean }> {
  const { organisationId } = request;
  const { row, point } = await withOrganisation(parts.db, organisationId, (tx) => mayGoBack(parts, tx, request));
  const read = await readKept(parts, point);
  const wasDenied = row.denied !== null;
  const loads = !wasDenied && (row.state === 'loaded' || row.state === 'failed');
  const { storage } = parts.capabilities;
  const isSame = row.digest === point.digest;
  const ended = new Problem('plugin_not_loaded', 'The plugin is being set back.');
  parts.watch.end(row.id);
  // Of the same content none goes on beside the other: its calls would store what is not of this point.
  if (isSame) await parts.host.end(row, ended);
  else storage.fence(row.id, row.digest);
  storage.lift(row.id, point.digest);
  let written: Written;
  try {
    written = await write(parts, request, { row, point, read, loads });
  } catch (error) {
    if (!isSame) storage.lift(row.id, row.digest);
    else if (row.state === 'loaded') parts.host.register(parts.installations.create(factsOf(row)));
    throw error;
  }
  storage.mirror(row.id, null);
  await start(parts, written.row, read, { loads });
  // Nothing of it acts any more: not even a call that began before.
  if (!isSame) await parts.host.end(row, ended);
  parts.capabilities.secretsChanged(row.id);
  tellChanged(parts, request, 'updated');
  await removeArchives(parts, organisationId, written.leftovers);
  return { row: written.row, wasDenied };
}

async function mayGoBack(
  parts: PluginParts,
  tx: Tx,
  { organisationId, pluginId, to, failing }: RollBack,
): Promise<{ row: InstallationRow; point: PointRow }> {
  const row = await findInstallation(tx, pluginId);
  if (!row) throw new Problem('plugin_not_found');
  const point = await findPoint(tx, row.id, to);
  if (!point) throw new Problem('restore_point_not_found');
  if (failing && row.digest !== failing.digest) throw new Problem('restore_point_not_found', 'It is another by now.');
  await refuseObstacles(parts, tx, row, point, organisationId);
  return { row, point };
}

/** In the order in which they weigh: kill list, policy, pin. @throws Problem */
export async function refuseObstacles(
  { trust }: Pick<PluginParts, 'trust'>,
  tx: Tx,
  row: InstallationRow,
  point: PointRow,
  organisationId: string,
): Promise<void> {
  const { version, digest, signature } = point;
  const killed = trust.killedBy(suspectOf({ id: row.plugin_id, version, digest }, row, signature));
  if (killed !== null) throw new Problem('package_killed', killSentence(killed));
  const inForce = await policyInForce(tx, organisationId);
  refuseDenied(inForce, await subjectOfPoint(tx, row, point, inForce.policy), { loads: row.state === 'loaded' });
  await refusePinned(tx, row.id, version);
}

/** @throws Problem where the store gives other bytes than were kept */
async function readKept({ objects }: Pick<PluginParts, 'objects'>, point: PointRow): Promise<Package> {
  const { organisation_id: organisationId, archive_digest: archiveDigest, digest } = point;
  const size = await objects.size(organisationId, archiveDigest);
  if (size === undefined) throw new Problem('plugin_load_failed', 'The stored package is missing.');
  const read = await readPackage(await objects.read(organisationId, archiveDigest, 0, size));
  if (read.archiveDigest !== archiveDigest || read.digest !== digest)
    throw new Problem('plugin_load_failed', 'The stored package is not the one that was kept.');
  return read;
}

type Written = { row: InstallationRow; leftovers: Leftovers };

async function write(
  parts: PluginParts,
  request: RollBack,
  { row, point, read, loads }: { row: InstallationRow; point: PointRow; read: Package; loads: boolean },
): Promise<Written> {
  const { organisationId, author, failing, reason } = request;
  const { id } = row;
  const state: State = row.state === 'quarantined' ? 'quarantined' : loads ? 'loaded' : 'unloaded';
  return withOrganisation(parts.db, organisationId, async (tx) => {
    await refuseObstacles(parts, tx, row, point, organisationId);
    const kept = await takePoint(tx, { installationId: id, reason: 'rollback', actor: userOf(author) });
    await watchPoint(tx, id, null);
    const { signature: mark, signature_file: file } = point;
    const updated = await updatePackage(tx, {
      id,
      before: row.digest,
      package: read,
      proof: mark !== null && file !== null ? { mark, file } : null,
      archiveSize: Number(point.archive_size),
      receivedDigest: point.received_digest,
      development: point.development,
      state,
    });
    if (!updated) throw new Error('The plugin was changed meanwhile.');
    const owner = { organisationId, id };
    await keepIcon(tx, owner, read);
    await deleteOldRows(tx, owner, read.manifest);
    await writeManifestRows(tx, owner, read.manifest);
    await restoreRows(tx, point);
    if (failing)
      await saveFailed(tx, { organisationId, installationId: id }, { version: row.version, reason: reason ?? '' });
    const change = { from: row.version, to: point.version, digest: point.digest, point: point.id, kept };
    const type = failing ? 'plugin:went-back' : 'plugin:rolled-back';
    await insertEvents(tx, [{ ...owner, type, detail: { ...change, reason }, actor: author }]);
    await recordAct(tx, {
      organisationId,
      actor: author,
      act: 'plugin.rollback',
      subject: { kind: 'plugin', id: row.plugin_id },
      ...(reason === null ? {} : { reason }),
      before: { version: row.version, digest: row.digest, point: kept },
      after: { version: point.version, digest: point.digest, point: point.id },
    });
    const leftovers = await prune(tx, { ...owner, actor: author });
    const found = await findById(tx, id);
    if (!found) throw new Problem('plugin_not_found');
    return { row: found, leftovers };
  });
}

/** Beside the one that serves, as every update: its calls go on until this one is ready. */
async function start(
  parts: PluginParts,
  row: InstallationRow,
  read: Package,
  { loads }: { loads: boolean },
): Promise<void> {
  const { host, installations } = parts;
  const facts = { ...factsOf(row), hooks: hooksOf(row, read) };
  const isRunning = installations.has(row.id);
  if (!loads || row.state === 'quarantined') {
    if (isRunning) await host.unload(row.id);
    return installations.drop(row.id);
  }
  installations.setGrants(row.id, facts.grants);
  const installation = installations.create(facts, read.files);
  try {
    await host.load(installation);
    host.update(installation);
  } catch (error) {
    // It ran before, and its first call tries again; until then its state says what happened.
    await host.unload(row.id).catch(() => {});
    parts.log.error({ err: error, plugin: row.plugin_id }, 'a plugin that was set back could not be started at once');
    host.register(installation);
    await rememberFailure(parts, row, asStartProblem(error), systemActor('rollback'));
  }
  installations.keep(installation);
}

function hooksOf(row: InstallationRow, { manifest }: Package) {
  const inForce = new Map(row.hooks.map(({ hook, priority }) => [hook, priority]));
  return manifestHooks(manifest).map(({ name, priority }) => ({ name, priority: inForce.get(name) ?? priority }));
}
