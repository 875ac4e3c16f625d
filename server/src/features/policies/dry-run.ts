import type { PolicyDryRun, PolicyEffectOnPlugin } from '@proofpix/contract/api/policies';
import type { Permission } from '@proofpix/contract/permissions';
import {
  decidePackage,
  decidePermission,
  deniedHosts,
  usualPolicy,
  type Policy,
  type PolicySubject,
} from '@proofpix/contract/policies';
import { effectiveVerdict, type ScanResult, type ScanRules } from '@proofpix/contract/scan';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import { listOffers } from '../marketplace/queries.ts';
import type { OpenPlugins } from '../plugins/open-plugins.ts';
import { publishersOf, subjectOf } from '../plugins/policy/policy-subject.ts';
import { findAllInstallations } from '../plugins/queries.ts';
import { findBundledScans, rulesInForce } from '../plugins/scans/queries.ts';
import { checkPolicyText } from './change-policy.ts';
import { findPolicy } from './queries.ts';

type Asked = Omit<PolicyEffectOnPlugin, 'before' | 'decision' | 'permissions' | 'hosts'> & {
  subject: PolicySubject;
  granted: ReadonlySet<Permission>;
  permissions: readonly Permission[];
  hosts: readonly string[];
};

/** What a draft would change, asked of the same function that decides in earnest. Nothing is written. @throws Problem invalid_request */
export async function dryRunPolicy(
  { db }: Pick<OpenPlugins, 'db'>,
  { organisationId, policy }: { organisationId: string; policy: Policy },
): Promise<PolicyDryRun> {
  checkPolicyText(policy);
  // Of what comes with the server its scans belong to nobody, whoever installed it.
  const scans = await asSystem(db, 'bundled-scans', (tx) => bundledScans(tx));
  return withOrganisation(db, organisationId, async (tx) => {
    const now = (await findPolicy(tx, organisationId))?.policy ?? usualPolicy;
    const installed = await installedOf(tx, policy);
    const rules = await rulesInForce(tx, organisationId);
    const listings = (await listOffers(tx)).map((offer) => listed(offer, scans.get(keyOf(offer)), rules));
    const affected = [...installed, ...listings].map((asked) => effectOn(asked, now, policy));
    return {
      checked: { installed: installed.length, listings: listings.length },
      stops: affected.filter(({ state, decision }) => state === 'loaded' && decision.effect === 'deny').length,
      affected: affected.filter(isAffected),
    };
  });
}

function effectOn(
  { subject, granted, permissions, hosts, ...about }: Asked,
  now: Policy,
  draft: Policy,
): PolicyEffectOnPlugin {
  const decision = decidePackage(draft, subject);
  // Of what is refused as a whole, parts say nothing more.
  const isWhole = decision.effect === 'deny';
  return {
    ...about,
    before: decidePackage(now, subject),
    decision,
    permissions: isWhole
      ? []
      : permissions
          .map((permission) => ({
            permission,
            granted: granted.has(permission),
            decision: decidePermission(draft, subject, permission),
          }))
          .filter((each) => each.decision.effect === 'deny'),
    hosts: isWhole ? [] : deniedHosts(draft, subject, hosts),
  };
}

function isAffected({ before, decision, permissions, hosts }: PolicyEffectOnPlugin): boolean {
  return decision.effect === 'deny' || before.effect === 'deny' || permissions.length > 0 || hosts.length > 0;
}

async function installedOf(tx: Tx, policy: Policy): Promise<Asked[]> {
  const asked: Asked[] = [];
  for (const row of await findAllInstallations(tx)) {
    const { manifest } = row;
    asked.push({
      plugin: row.plugin_id,
      name: manifest.name,
      publisher: row.signature?.publisher ?? row.publisher,
      version: row.version,
      installed: true,
      state: row.state,
      subject: await subjectOf(tx, row, policy),
      granted: new Set(row.permissions.flatMap((each) => (each.decision === 'granted' ? [each.permission] : []))),
      permissions: manifest.permissions ?? [],
      hosts: manifest.hosts ?? [],
    });
  }
  return asked;
}

type Offer = Awaited<ReturnType<typeof listOffers>>[number];
type Release = Pick<Offer, 'source' | 'publisher' | 'plugin_id' | 'version'>;

const keyOf = ({ source, publisher, plugin_id, version }: Release): string =>
  [source, publisher, plugin_id, version].join('\n');

async function bundledScans(tx: Tx): Promise<ReadonlyMap<string, ScanResult>> {
  return new Map((await findBundledScans(tx)).map((row) => [keyOf(row), row.result]));
}

/** What could be installed and is not. One that nobody on this server installed was never scanned: no rule about verdicts holds for it. */
function listed(offer: Offer, scan: ScanResult | undefined, rules: ScanRules): Asked {
  const { plugin_id: plugin, publisher, version, listing } = offer;
  const verdict = scan === undefined ? null : effectiveVerdict(scan, rules);
  return {
    plugin,
    name: listing.name,
    publisher,
    version,
    installed: false,
    state: null,
    subject: { plugin, version, publishers: publishersOf(offer, null), verdict },
    granted: new Set(),
    permissions: listing.permissions ?? [],
    hosts: listing.hosts ?? [],
  };
}
