import { randomUUID } from 'node:crypto';
import { manifestHooks } from '@proofpix/contract/manifest';
import { withOrganisation } from '../../db/tenancy.ts';
import { fillDefaults, schemaOf } from './config/plugin-config.ts';
import { storeConfig } from './config/stored-config.ts';
import { decideGrants } from './decide-grants.ts';
import { insertEvents } from './history/queries.ts';
import { grantedOf, type InstallationFacts } from './installations.ts';
import type { InstallStep } from './install-request.ts';
import { clearLeftover } from './jobs/queries.ts';
import { loadProblem } from './load-problem.ts';
import type { PluginParts } from './parts.ts';
import { findById, insertInstallation, writeDecisions, writeManifestRows, type InstallationRow } from './queries.ts';

/**
 * A plugin that was not there before. Its rows are written last, in one transaction and only once it runs, so nobody ever
 * sees half of it. Null when another server installed it meanwhile.
 */
export async function placeInstallation(parts: PluginParts, step: InstallStep): Promise<InstallationRow | null> {
  const { db, keys, host, installations, capabilities } = parts;
  const { request, read } = step;
  const { organisationId, actor, autoLoad = false } = request;
  const decisions = decideGrants(read.manifest, { grants: request.grants, willLoad: autoLoad });
  const id = randomUUID();
  const facts: InstallationFacts = {
    id,
    organisationId,
    pluginId: read.manifest.id,
    version: read.manifest.version,
    digest: read.digest,
    manifest: read.manifest,
    hooks: manifestHooks(read.manifest),
    installedAt: Date.now(),
    archiveDigest: read.archiveDigest,
    grants: grantedOf(decisions),
  };
  const installation = installations.create(facts, read.files);
  let loaded = false;
  try {
    if (autoLoad) {
      capabilities.storage.stage(id);
      await host.load(installation).catch((error: unknown) => {
        throw loadProblem(error);
      });
      loaded = true;
    }
    await step.stored;
    const row = await withOrganisation(db, organisationId, async (tx) => {
      const placed = await insertInstallation(tx, {
        id,
        organisationId,
        source: request.source,
        publisher: request.publisher,
        package: read,
        archiveSize: request.archive.length,
        development: request.development ?? false,
        state: autoLoad ? 'loaded' : 'unloaded',
        installedAt: new Date(facts.installedAt),
        actor,
      });
      if (!placed) return null;
      await writeManifestRows(tx, facts, read.manifest);
      await writeDecisions(tx, facts, decisions, actor);
      await storeConfig(tx, keys, facts, {
        config: fillDefaults(schemaOf(read.manifest), {}),
        secrets: {},
        actor: null,
      });
      await capabilities.storage.writeStaged(tx, facts);
      const detail = {
        version: facts.version,
        digest: facts.digest,
        source: request.source,
        publisher: request.publisher,
      };
      const event = { organisationId, id, actor };
      const loadedToo = { ...event, type: 'plugin:loaded', detail: { version: facts.version } };
      await insertEvents(tx, [{ ...event, type: 'plugin:installed', detail }, ...(loaded ? [loadedToo] : [])]);
      await clearLeftover(tx, step.jobId);
      return findById(tx, id);
    });
    if (row) {
      if (loaded) installations.keep(installation);
      else installations.drop(id);
      return row;
    }
    await undo();
    return null;
  } catch (error) {
    await undo();
    throw error;
  } finally {
    capabilities.storage.unstage(id);
  }

  async function undo(): Promise<void> {
    if (loaded) await host.unload(id).catch((error: unknown) => parts.log.error({ err: error }, 'unloading failed'));
    installations.drop(id);
    capabilities.forget(id);
  }
}
