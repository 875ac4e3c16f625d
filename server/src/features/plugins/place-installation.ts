import { randomUUID } from 'node:crypto';
import { manifestHooks } from '@proofpix/contract/manifest';
import { withOrganisation } from '../../db/tenancy.ts';
import { fillDefaults, schemaOf } from '@proofpix/host/plugin-config';
import { storeConfig } from './config/stored-config.ts';
import { decideGrants } from './decide-grants.ts';
import { policyInForce, refuseDenied } from '../policies/policies-in-force.ts';
import { insertEvents } from './history/queries.ts';
import { keepIcon } from './icon/read-icon.ts';
import { grantedOf, subjectOfFacts, type InstallationFacts } from './installations.ts';
import type { InstallStep } from './install-request.ts';
import { clearLeftover } from './jobs/queries.ts';
import { asLoadProblem } from '@proofpix/host/load-problems';
import { keepScan, scanDetail } from './scans/keep-scan.ts';
import type { PluginParts } from './parts.ts';
import { mayGrant, publishersOf } from './policy/policy-subject.ts';
import { insertInstallation } from './install/queries.ts';
import { findById, writeDecisions, writeManifestRows, type InstallationRow } from './queries.ts';
import { systemActor } from '../audit/record-act.ts';
import { recordInstall } from './record-install.ts';

/**
 * A plugin that was not there before. Its rows are written last, in one transaction and only once it runs, so nobody ever
 * sees half of it. Null when another server installed it meanwhile.
 */
export async function placeInstallation(parts: PluginParts, step: InstallStep): Promise<InstallationRow | null> {
  const { db, keys, host, installations, capabilities } = parts;
  const { request, read } = step;
  const { organisationId, actor, autoLoad = false } = request;
  const decisions = decideGrants(read.manifest, {
    grants: request.grants,
    refused: request.refused,
    willLoad: autoLoad,
    mayGrant: mayGrant(parts, step),
  });
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
    source: request.source,
    publisher: request.publisher,
    grants: grantedOf(decisions),
    publishers: publishersOf(request, step.proof?.mark ?? null),
    verdict: step.verdict,
  };
  const installation = installations.create(facts, read.files);
  let loaded = false;
  try {
    if (autoLoad && request.startsLater === true) {
      host.register(installation);
      loaded = true;
    } else if (autoLoad) {
      capabilities.storage.stage(id);
      await host.load(installation).catch((error: unknown) => {
        throw asLoadProblem(error);
      });
      loaded = true;
    }
    await step.stored;
    const row = await withOrganisation(db, organisationId, async (tx) => {
      refuseDenied(await policyInForce(tx, organisationId), subjectOfFacts(facts), { loads: autoLoad });
      const placed = await insertInstallation(tx, {
        id,
        organisationId,
        source: request.source,
        publisher: request.publisher,
        package: read,
        proof: step.proof,
        archiveSize: step.usable.archive.length,
        receivedDigest: step.usable.receivedDigest,
        development: request.development ?? false,
        state: autoLoad ? 'loaded' : 'unloaded',
        installedAt: new Date(facts.installedAt),
        actor,
      });
      if (!placed) return null;
      await keepIcon(tx, facts, read);
      await keepScan(tx, facts, step);
      await writeManifestRows(tx, facts, read.manifest);
      await writeDecisions(tx, facts, decisions, actor);
      await storeConfig(tx, keys, facts, {
        config: fillDefaults(schemaOf(read.manifest), {}),
        secrets: {},
        actor: systemActor('install'),
      });
      await capabilities.storage.writeStaged(tx, facts);
      const detail = {
        version: facts.version,
        digest: facts.digest,
        source: request.source,
        publisher: request.publisher,
        ...scanDetail(step),
      };
      const event = { organisationId, id, actor };
      const loadedToo = { ...event, type: 'plugin:loaded', detail: { version: facts.version } };
      await insertEvents(tx, [{ ...event, type: 'plugin:installed', detail }, ...(loaded ? [loadedToo] : [])]);
      await recordInstall(tx, step, { act: 'plugin.install', loaded: autoLoad, decisions });
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
