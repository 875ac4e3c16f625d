import { systemActor } from '../../audit/record-act.ts';
import type { Problem } from '@proofpix/contract/errors';
import type { ScanVerdict } from '@proofpix/contract/scan';
import { withOrganisation } from '../../../db/tenancy.ts';
import { denialOf, policyInForce } from '../../policies/policies-in-force.ts';
import { insertEvents } from '../history/queries.ts';
import { loadPlugin } from '../load-plugin.ts';
import type { PluginParts } from '../parts.ts';
import { findAllInstallations, findById, type InstallationRow, type State } from '../queries.ts';
import { tellChanged } from '../tell-changed.ts';
import { subjectOf } from './policy-subject.ts';
import { setDenied } from './queries.ts';

/** At a time: each waits mostly for its process to be gone. */
const atOnce = 16;
const tries = 3;

type Named = { organisationId: string; id: string; pluginId: string };

/**
 * Brings every plugin of an organisation in line with its policy: what is denied ends at once and is marked with the
 * reason, what is allowed again is unmarked, and loaded where it ran before. Nothing is ever deleted.
 */
export async function enforcePolicy(parts: PluginParts, organisationId: string): Promise<void> {
  const rows = await withOrganisation(parts.db, organisationId, findAllInstallations);
  const waiting = rows.map(({ id, plugin_id: pluginId }) => ({ organisationId, id, pluginId }));
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await tryOn(parts, next);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** What could not be written has ended all the same, and the next start brings it in line. */
async function tryOn(parts: PluginParts, named: Named): Promise<void> {
  for (let left = tries; left > 0; left -= 1) {
    try {
      return await enforcePolicyOn(parts, named);
    } catch (error) {
      parts.log.error({ err: error, plugin: named.pluginId }, 'the policy could not be enforced on a plugin');
    }
  }
}

/** The same for one: after an install too, whose version may be allowed where the one before was not. */
export async function enforcePolicyOn(parts: PluginParts, named: Named): Promise<void> {
  const { db, host, installations } = parts;
  const { organisationId, id, pluginId } = named;
  const seen = await withOrganisation(db, organisationId, (tx) => judge(tx, organisationId, id));
  // Before its turn comes: whatever is under way with it may take longer than it has.
  if (seen !== null && seen.denial !== null) void host.end(seen.row, seen.denial);
  const resumes = await installations.locked(organisationId, pluginId, () => settle(parts, named));
  if (!resumes) return;
  // It may fail now as it may at any time: then its state says so.
  await loadPlugin(parts, { organisationId, pluginId, actor: systemActor('policy') }).catch((error: unknown) =>
    parts.log.warn({ err: error, plugin: pluginId }, 'a plugin that is allowed again could not be loaded'),
  );
}

async function judge(
  tx: Parameters<typeof findById>[0],
  organisationId: string,
  id: string,
): Promise<{ row: InstallationRow; denial: Problem | null; verdict: ScanVerdict | null } | null> {
  const inForce = await policyInForce(tx, organisationId);
  const row = await findById(tx, id);
  if (!row) return null;
  const subject = await subjectOf(tx, row, inForce.policy);
  return { row, denial: denialOf(inForce, subject), verdict: subject.verdict };
}

/** Whether it is to be loaded again. */
async function settle(parts: PluginParts, { organisationId, id, pluginId }: Named): Promise<boolean> {
  const { db, host, installations, capabilities, log } = parts;
  const found = await withOrganisation(db, organisationId, (tx) => judge(tx, organisationId, id));
  if (found === null) return false;
  const { row, denial, verdict } = found;
  installations.setVerdict(id, verdict);
  const ran = row.state === 'loaded' || installations.has(id);
  if (denial !== null) {
    await host.end(row, denial);
    installations.drop(id);
    await capabilities.flush(id).catch(() => {}); // in the log, and tried again
  }
  const denied = denial && (denial.detail ?? denial.message);
  if (row.denied === denied) return false;
  const resumes = row.denied === null ? ran : row.denied_resumes || ran;
  await withOrganisation(db, organisationId, async (tx) => {
    const { state, reason } = stateUnder(row, denied);
    await setDenied(tx, { id, denied, resumes: denied !== null && resumes, state, reason });
    const type = denied === null ? 'plugin:allowed' : 'plugin:denied';
    const detail = { version: row.version, reason: denied ?? row.denied };
    await insertEvents(tx, [{ organisationId, id, type, detail, actor: systemActor('policy') }]);
  });
  log.info({ organisationId, plugin: pluginId, reason: denied }, 'the policy was enforced on a plugin');
  tellChanged(parts, { organisationId, pluginId }, 'state');
  return denied === null && resumes && row.state === 'unloaded';
}

/** A quarantine is an admin's to lift, and what is on the kill list stays there. */
function stateUnder(row: InstallationRow, denied: string | null): { state: State; reason: string | null } {
  if (row.state === 'quarantined' || row.killed !== null) return { state: row.state, reason: row.state_reason };
  if (denied === null) return { state: row.state, reason: row.state === 'failed' ? row.state_reason : null };
  return { state: 'unloaded', reason: denied };
}
