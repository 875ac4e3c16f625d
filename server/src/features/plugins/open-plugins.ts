import { Problem } from '@proofpix/contract/errors';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { transientJob } from './hooks/receive-transient.ts';
import { installJob } from './install-request.ts';
import { createInstallations, factsOf } from './installations.ts';
import { findAllLimits } from './limits/queries.ts';
import { clearLeftover, findInterrupted, finishJob } from './jobs/queries.ts';
import { keepQuarantine } from './quarantine/keep-quarantine.ts';
import { pruneRecords } from './prune-records.ts';
import { watchLoads } from './watch-loads.ts';
import type { PluginParts } from './parts.ts';
import { findLoaded } from './queries.ts';
import { removeUnused } from './remove-unused.ts';
import { uninstallJob } from './uninstall-plugin.ts';

export type OpenPlugins = PluginParts & AsyncDisposable;

/**
 * Clears what a crash left half installed and makes every loaded plugin callable; runners start with the first call.
 * Dispose it before the host.
 */
export async function openPlugins(opened: Omit<PluginParts, 'installations'>): Promise<OpenPlugins> {
  const parts: PluginParts = { ...opened, installations: createInstallations(opened) };
  const { db, host, installations, capabilities } = parts;
  capabilities.attach(host);
  await clearInterrupted(parts);
  const { rows, set } = await asSystem(db, 'load-plugins', async (tx) => ({
    rows: await findLoaded(tx),
    set: await findAllLimits(tx),
  }));
  for (const { organisationId, limits } of set) parts.limits.set(organisationId, limits);
  for (const row of rows) {
    const installation = installations.create(factsOf(row));
    installations.keep(installation);
    host.register(installation);
  }
  const watched = watchLoads(parts);
  const quarantine = keepQuarantine(parts);
  const pruning = pruneRecords(parts);
  return {
    ...parts,
    async [Symbol.asyncDispose]() {
      await pruning[Symbol.asyncDispose]();
      await quarantine[Symbol.asyncDispose]();
      // An install that was answered with 202 goes on until it is done: it must be one or the other.
      await installations.settled();
      await watched[Symbol.asyncDispose]();
      // The last moment at which the host can say what processes used.
      await capabilities.flush().catch(() => {}); // it is in the log
    },
  };
}

/** The object store belongs to one server at a time, so whatever is under way now was under way when the last one died. */
async function clearInterrupted(parts: Omit<PluginParts, 'installations'>): Promise<void> {
  const { db, objects } = parts;
  const kinds = [installJob, uninstallJob, transientJob];
  const jobs = await asSystem(db, 'resume-work', (tx) => findInterrupted(tx, kinds));
  for (const { id, organisationId, input } of jobs) {
    if (input.folder !== undefined) await objects.removeAll(input.folder);
    if (input.archiveDigest !== undefined) {
      await removeUnused(parts, { organisationId, sha256: input.archiveDigest, jobId: id });
    }
    const { code, message } = new Problem(
      'internal',
      'The server stopped before it was done. Nothing was left behind.',
    );
    await withOrganisation(db, organisationId, async (tx) => {
      await clearLeftover(tx, id);
      await finishJob(tx, id, { error: { code, message } });
    });
  }
}
