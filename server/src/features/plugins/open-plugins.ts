import { Problem } from '@proofpix/contract/errors';
import type { Installation } from '@proofpix/host/capabilities';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { transientJob } from './hooks/receive-transient.ts';
import { installJob } from './install-request.ts';
import { createPolicies, denialOf } from '../policies/policies-in-force.ts';
import { findAllPolicies } from '../policies/queries.ts';
import { createInstallations, factsOf, subjectOfFacts } from './installations.ts';
import { findAllLimits } from './limits/queries.ts';
import { clearLeftover, findInterrupted, finishJob } from './jobs/queries.ts';
import { keepQuarantine } from './quarantine/keep-quarantine.ts';
import { enforcePolicy } from './policy/enforce-policy.ts';
import { archivesJob } from './updates/remove-archives.ts';
import { createUpdateWatch } from './updates/update-watch.ts';
import { watchUpdates } from './updates/watch-updates.ts';
import { watchLoads } from './watch-loads.ts';
import type { PluginParts } from './parts.ts';
import { findLoaded } from './queries.ts';
import { removeUnused } from './remove-unused.ts';
import { enforceKillList, sentenceOn } from './trust/enforce-kill-list.ts';
import { reportChange } from './trust/report-change.ts';
import { uninstallJob } from './uninstall-plugin.ts';

export type OpenPlugins = PluginParts & AsyncDisposable;

/**
 * Clears what a crash left half installed and makes every loaded plugin callable; runners start with the first call.
 * Dispose it before the host.
 */
export async function openPlugins(
  opened: Omit<PluginParts, 'installations' | 'watch' | 'policies'>,
): Promise<OpenPlugins> {
  const onChanged = (installation: Installation, found: string) => reportChange(opened, installation, found);
  const policies = createPolicies();
  const installations = createInstallations({ ...opened, policies, onChanged });
  const parts: PluginParts = { ...opened, policies, installations, watch: createUpdateWatch() };
  const { db, host, capabilities } = parts;
  capabilities.attach(host);
  await clearInterrupted(parts);
  const { rows, set, decided } = await asSystem(db, 'load-plugins', async (tx) => ({
    rows: await findLoaded(tx),
    set: await findAllLimits(tx),
    decided: await findAllPolicies(tx),
  }));
  for (const { organisationId, ...inForce } of decided) policies.set(organisationId, inForce);
  for (const { organisationId, limits } of set) parts.limits.set(organisationId, limits);
  for (const row of rows) {
    // Ended below, and never callable until then.
    if (sentenceOn(parts.trust, row) !== null) continue;
    const facts = factsOf(row);
    if (denialOf(policies.of(row.organisation_id), subjectOfFacts(facts)) !== null) continue;
    const installation = installations.create(facts);
    installations.keep(installation);
    host.register(installation);
  }
  // In this order: an entry whose time comes in between must not be missed.
  parts.trust.onKills(() => enforceKillList(parts));
  await enforceKillList(parts);
  // What a crash kept from being enforced, and what only the verdict of a scan decides.
  for (const { organisationId } of decided) await enforcePolicy(parts, organisationId);
  const watched = watchLoads(parts);
  const updates = await watchUpdates(parts);
  const quarantine = keepQuarantine(parts);
  return {
    ...parts,
    async [Symbol.asyncDispose]() {
      parts.trust.onKills(async () => {});
      await updates[Symbol.asyncDispose]();
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
async function clearInterrupted(parts: Pick<PluginParts, 'db' | 'objects'>): Promise<void> {
  const { db, objects } = parts;
  const kinds = [installJob, uninstallJob, transientJob, archivesJob];
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
