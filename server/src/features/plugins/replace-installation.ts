import { limits } from '@proofpix/contract/limits';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Installation } from '@proofpix/host/capabilities';
import { withOrganisation } from '../../db/tenancy.ts';
import { userOf } from '../audit/record-act.ts';
import { schemaOf } from '@proofpix/host/plugin-config';
import { adaptConfig } from './config/stored-config.ts';
import { decideGrants } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { keepIcon } from './icon/read-icon.ts';
import { factsOf, grantedOf, subjectOfFacts, type InstallationFacts } from './installations.ts';
import { installJob, willLoad, type InstallStep } from './install-request.ts';
import { beginJob } from './jobs/queries.ts';
import { asLoadProblem } from '@proofpix/host/load-problems';
import type { PluginParts } from './parts.ts';
import { mayGrant, publishersOf } from './policy/policy-subject.ts';
import {
  deleteOldRows,
  findById,
  writeDecisions,
  writeManifestRows,
  type Decided,
  type InstallationRow,
} from './queries.ts';
import { removeUnused } from './remove-unused.ts';
import { policyInForce, refuseDenied } from '../policies/policies-in-force.ts';
import { keepBeforeUpdate, prune } from './updates/before-update.ts';
import { clearSettled, deletePoint, takePoint, watchPoint } from './updates/queries.ts';
import { removeArchives, type Leftovers } from './updates/remove-archives.ts';
import { updatePackage } from './install/queries.ts';
import { keepScan, scanDetail } from './scans/keep-scan.ts';
import { recordInstall } from './record-install.ts';

/**
 * Another version, or other content for development, in the place of what is there: grants, priorities, configuration
 * and storage stay. Until the new one runs and its rows are written, the old one is what is installed. Null when the
 * row was changed by another server meanwhile.
 */
export async function replaceInstallation(
  parts: PluginParts,
  step: InstallStep,
  before: InstallationRow,
): Promise<InstallationRow | null> {
  const { db, host, installations, log } = parts;
  const { request, read, jobId, stored } = step;
  const loads = willLoad(request, before);
  const decisions = decideGrants(
    read.manifest,
    { grants: request.grants, refused: request.refused, willLoad: loads, mayGrant: mayGrant(parts, step) },
    before,
  );
  const old = factsOf(before);
  const facts: InstallationFacts = {
    ...old,
    version: read.manifest.version,
    digest: read.digest,
    manifest: read.manifest,
    hooks: prioritiesOf(step, before),
    archiveDigest: read.archiveDigest,
    grants: grantedOf(decisions),
    publishers: publishersOf(request, step.proof?.mark ?? null),
    verdict: step.verdict,
  };
  const running = installations.known(old.id);
  const installation = installations.create(facts, read.files);
  const kept = loads ? await keepBeforeUpdate(parts, before, { digest: read.digest, actor: request.actor }) : null;

  /** The version before takes over again; calls that the new one has taken end in it. */
  async function goBack(): Promise<void> {
    await kept?.undo();
    if (!running) {
      await host.unload(old.id);
      return installations.drop(old.id);
    }
    installations.setGrants(old.id, old.grants);
    await host.load(running).catch(async (cause: unknown) => {
      log.error({ err: cause }, 'the version before an update that failed could not be started again');
      await host.unload(old.id);
      host.register(running);
    });
  }

  if (loads) {
    if (running) host.update(whileReplaced(running, read.manifest));
    try {
      // The version before serves until this one is ready, and with its own grants.
      await host.load({ ...installation, grants: () => facts.grants });
    } catch (error) {
      await kept?.undo();
      if (running) host.update(running);
      else installations.drop(old.id);
      throw asLoadProblem(error);
    }
    installations.setGrants(old.id, facts.grants);
    host.update(installation);
  }
  let written: Written | null;
  try {
    await stored;
    const state = stateAfter(before, loads);
    const pointId = kept?.pointId ?? null;
    written = await writeUpdate(parts, step, { before, facts, decisions, state, pointId });
  } catch (error) {
    if (loads) await goBack();
    throw error;
  }
  if (written === null) {
    if (loads) await goBack();
    return null;
  }
  if (loads) installations.keep(installation);
  else installations.drop(old.id);
  if (kept !== null && isWatched(before)) {
    const { id: installationId, organisationId, pluginId, digest: digestBefore } = old;
    const { pointId } = kept;
    parts.watch.begin({ organisationId, installationId, pluginId, digest: facts.digest, digestBefore, pointId });
  } else parts.watch.end(old.id);
  await removeArchives(parts, old.organisationId, written.leftovers);
  await removeUnused(
    { db, objects: parts.objects },
    {
      organisationId: old.organisationId,
      sha256: old.archiveDigest,
      jobId,
    },
  ).catch((error: unknown) => log.error({ err: error }, 'the package of the old version could not be removed yet'));
  return written.row;
}

type Written = { row: InstallationRow; leftovers: Leftovers };

/** Only what ran before can be gone back to by itself. */
function isWatched({ state }: Pick<InstallationRow, 'state'>): boolean {
  return state === 'loaded';
}

/**
 * The version before, until the last of its calls has ended: it keeps what the new one does not ask for, because its calls
 * began with it, but what is withdrawn from the new one is withdrawn from both.
 */
function whileReplaced(running: Installation, manifest: Manifest): Installation {
  const granted = new Set(running.grants());
  const asked = new Set(manifest.permissions);
  return {
    ...running,
    grants: () => {
      const now = running.grants();
      return new Set([...granted].filter((permission) => now.has(permission) || !asked.has(permission)));
    },
  };
}

type Update = {
  before: InstallationRow;
  facts: InstallationFacts;
  decisions: readonly Decided[];
  state: 'loaded' | 'unloaded' | 'quarantined';
  /** The state before that is kept already; null: it is taken with the update. */
  pointId: string | null;
};

/** A quarantine is of the plugin, not of one version: its author could otherwise lift it. */
function stateAfter(before: InstallationRow, loads: boolean): Update['state'] {
  if (before.state === 'quarantined') return 'quarantined';
  return loads ? 'loaded' : 'unloaded';
}

async function writeUpdate(
  { db, keys }: Pick<PluginParts, 'db' | 'keys'>,
  step: InstallStep,
  { before, facts, decisions, state, pointId }: Update,
): Promise<Written | null> {
  const { request, read, jobId } = step;
  const { organisationId, actor, development = false } = request;
  return withOrganisation(db, organisationId, async (tx) => {
    const { id } = facts;
    refuseDenied(await policyInForce(tx, organisationId), subjectOfFacts(facts), { loads: state === 'loaded' });
    const point = pointId ?? (await takePoint(tx, { installationId: id, reason: 'update', actor: userOf(actor) }));
    const until = new Date(Date.now() + limits.updateWatchMilliseconds);
    await watchPoint(tx, id, pointId !== null && isWatched(before) ? { id: point, until } : null);
    const updated = await updatePackage(tx, {
      id: facts.id,
      before: before.digest,
      package: read,
      proof: step.proof,
      archiveSize: step.usable.archive.length,
      receivedDigest: step.usable.receivedDigest,
      development,
      state,
    });
    if (!updated) {
      // Of what another server put there meanwhile.
      await deletePoint(tx, point);
      return null;
    }
    await keepIcon(tx, facts, read);
    await keepScan(tx, facts, step);
    await deleteOldRows(tx, facts, read.manifest);
    await writeManifestRows(tx, facts, read.manifest);
    await writeDecisions(tx, facts, decisions, actor);
    await adaptConfig(tx, keys, facts, schemaOf(read.manifest));
    const detail = {
      from: before.version,
      to: facts.version,
      digest: facts.digest,
      development,
      ...scanDetail(step),
    };
    await insertEvents(tx, [{ organisationId, id: facts.id, type: 'plugin:updated', detail, actor }]);
    await recordInstall(tx, step, { act: 'plugin.upgrade', before, loaded: state === 'loaded', decisions });
    // From here on the old package is what would be left over.
    const leftover = { archiveDigest: before.archive_digest };
    await beginJob(tx, { id: jobId, organisationId, kind: installJob, leftover, actor });
    await clearSettled(tx, id, read.manifest.version);
    const leftovers = await prune(tx, { organisationId, id, actor });
    const row = await findById(tx, id);
    return row ? { row, leftovers } : null;
  });
}

/** The new manifest's hooks; a priority that an admin set stays in force. */
function prioritiesOf({ read }: InstallStep, before: InstallationRow): { name: string; priority: number }[] {
  return manifestHooks(read.manifest).map(({ name, priority }) => {
    const changed = before.hooks.find(({ hook, changed_by_admin }) => hook === name && changed_by_admin);
    return { name, priority: changed?.priority ?? priority };
  });
}
