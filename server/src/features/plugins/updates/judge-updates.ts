import type { DependencyAudit } from '@proofpix/contract/dependencies';
import { decidePackage, decideUpdate, type UpdateRules } from '@proofpix/contract/policies';
import type { Tx } from '../../../db/tenancy.ts';
import { findSubject } from '../../dependencies/queries.ts';
import { policyInForce } from '../../policies/policies-in-force.ts';
import { suspectOf } from '../../trust/prove-package.ts';
import type { PluginParts } from '../parts.ts';
import { publishersOf } from '../policy/policy-subject.ts';
import type { InstallationRow } from '../queries.ts';
import { newerVersions, type Newer } from './newer-versions.ts';
import { findSettings, type UpdateSettings } from './queries.ts';

export type JudgedUpdates = {
  settings: UpdateSettings;
  rules: UpdateRules;
  dangerous: string | null;
  newer: (Newer & { installs: boolean; why: string })[];
};

/** What happens with each newer version of a plugin, and why. */
export async function judgeUpdates(
  { trust }: Pick<PluginParts, 'trust'>,
  tx: Tx,
  row: InstallationRow,
): Promise<JudgedUpdates> {
  const { organisation_id: organisationId, plugin_id: plugin } = row;
  const { policy } = await policyInForce(tx, organisationId);
  const settings = await findSettings(tx, row.id);
  const dangerous = await dangerOf(tx, row);
  const isKilled = ({ version }: Newer) =>
    // The digest is known once it is fetched: an install asks again.
    trust.killedBy(suspectOf({ id: plugin, version, digest: '' }, row, null)) !== null;
  const found = (await newerVersions(tx, row)).filter((each) => !isKilled(each));
  const newer = found.map((each) => ({
    ...each,
    ...decideUpdate({
      ...each,
      now: new Date(),
      mode: settings.mode ?? policy.updates.mode,
      pin: settings.pin,
      rules: policy.updates,
      dangerous,
      failedBefore: settings.failed?.version === each.version,
      decision: decidePackage(policy, {
        plugin,
        version: each.version,
        publishers: publishersOf(row, null),
        verdict: null,
      }),
    }),
  }));
  return { settings, rules: policy.updates, dangerous, newer };
}

/**
 * Why any newer version of the plugin is a security fix: the kill list names what is installed, or one of its dependencies
 * is known to be malicious, or has a vulnerability that is high or critical.
 */
async function dangerOf(tx: Tx, row: InstallationRow): Promise<string | null> {
  if (row.killed !== null) return `what is installed is on the kill list (${row.killed})`.slice(0, 500);
  const known = await findSubject(tx, row.plugin_id);
  if (!known || known.knownDigest !== row.digest || known.audit === null) return null;
  return gravestOf(known.audit);
}

function gravestOf({ components }: DependencyAudit): string | null {
  for (const { name, version, advisories } of components) {
    const grave = advisories.find(
      ({ malicious, severity }) => malicious || severity === 'critical' || severity === 'high',
    );
    if (grave === undefined) continue;
    const what = grave.malicious ? 'is known to be malicious' : `has a vulnerability that is ${grave.severity}`;
    return `${name} ${version ?? ''} in it ${what} (${grave.id})`;
  }
  return null;
}
