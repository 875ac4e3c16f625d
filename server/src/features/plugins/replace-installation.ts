import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { Installation } from '@proofpix/host/capabilities';
import { withOrganisation } from '../../db/tenancy.ts';
import { schemaOf } from './config/plugin-config.ts';
import { adaptConfig } from './config/stored-config.ts';
import { decideGrants } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { factsOf, grantedOf, type InstallationFacts } from './installations.ts';
import { installJob, willLoad, type InstallStep } from './install-request.ts';
import { beginJob } from './jobs/queries.ts';
import { loadProblem } from './load-problem.ts';
import type { PluginParts } from './parts.ts';
import {
  deleteOldRows,
  findById,
  updatePackage,
  writeDecisions,
  writeManifestRows,
  type Decided,
  type InstallationRow,
} from './queries.ts';
import { removeUnused } from './remove-unused.ts';

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
  const decisions = decideGrants(read.manifest, { grants: request.grants, willLoad: loads }, before);
  const old = factsOf(before);
  const facts: InstallationFacts = {
    ...old,
    version: read.manifest.version,
    digest: read.digest,
    manifest: read.manifest,
    hooks: prioritiesOf(step, before),
    archiveDigest: read.archiveDigest,
    grants: grantedOf(decisions),
  };
  const running = installations.known(old.id);
  const installation = installations.create(facts, read.files);

  /** The version before takes over again; calls that the new one has taken end in it. */
  async function goBack(): Promise<void> {
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
      if (running) host.update(running);
      else installations.drop(old.id);
      throw loadProblem(error);
    }
    installations.setGrants(old.id, facts.grants);
    host.update(installation);
  }
  let row: InstallationRow | null;
  try {
    await stored;
    row = await writeUpdate(parts, step, { before, facts, decisions, state: stateAfter(before, loads) });
  } catch (error) {
    if (loads) await goBack();
    throw error;
  }
  if (row === null) {
    if (loads) await goBack();
    return null;
  }
  if (loads) installations.keep(installation);
  else installations.drop(old.id);
  await removeUnused(
    { db, objects: parts.objects },
    {
      organisationId: old.organisationId,
      sha256: old.archiveDigest,
      jobId,
    },
  ).catch((error: unknown) => log.error({ err: error }, 'the package of the old version could not be removed yet'));
  return row;
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
};

/** A quarantine is of the plugin, not of one version: its author could otherwise lift it. */
function stateAfter(before: InstallationRow, loads: boolean): Update['state'] {
  if (before.state === 'quarantined') return 'quarantined';
  return loads ? 'loaded' : 'unloaded';
}

async function writeUpdate(
  { db, keys }: Pick<PluginParts, 'db' | 'keys'>,
  { request, read, jobId }: InstallStep,
  { before, facts, decisions, state }: Update,
): Promise<InstallationRow | null> {
  const { organisationId, actor, development = false } = request;
  return withOrganisation(db, organisationId, async (tx) => {
    const updated = await updatePackage(tx, {
      id: facts.id,
      before: before.digest,
      package: read,
      archiveSize: request.archive.length,
      development,
      state,
    });
    if (!updated) return null;
    await deleteOldRows(tx, facts, read.manifest);
    await writeManifestRows(tx, facts, read.manifest);
    await writeDecisions(tx, facts, decisions, actor);
    await adaptConfig(tx, keys, facts, schemaOf(read.manifest));
    const detail = { from: before.version, to: facts.version, digest: facts.digest, development };
    await insertEvents(tx, [{ organisationId, id: facts.id, type: 'plugin:updated', detail, actor }]);
    // From here on the old package is what would be left over.
    const leftover = { archiveDigest: before.archive_digest };
    await beginJob(tx, { id: jobId, organisationId, kind: installJob, leftover, actor });
    return (await findById(tx, facts.id)) ?? null;
  });
}

/** The new manifest's hooks; a priority that an admin set stays in force. */
function prioritiesOf({ read }: InstallStep, before: InstallationRow): { name: string; priority: number }[] {
  return manifestHooks(read.manifest).map(({ name, priority }) => {
    const changed = before.hooks.find(({ hook, changed_by_admin }) => hook === name && changed_by_admin);
    return { name, priority: changed?.priority ?? priority };
  });
}
