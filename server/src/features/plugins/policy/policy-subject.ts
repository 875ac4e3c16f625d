import type { Permission } from '@proofpix/contract/permissions';
import { decidePermission, type Policy, type PolicyDecision, type PolicySubject } from '@proofpix/contract/policies';
import { publisherHere } from '@proofpix/contract/plugin-source';
import { effectiveVerdict, type ScanVerdict } from '@proofpix/contract/scan';
import type { SignatureMark } from '@proofpix/contract/trust';
import type { Tx } from '../../../db/tenancy.ts';
import type { Policies } from '../../policies/policies-in-force.ts';
import { findScan, rulesInForce } from '../scans/queries.ts';

type Row = {
  id: string;
  organisation_id: string;
  plugin_id: string;
  version: string;
  source: string;
  publisher: string;
  signature: SignatureMark | null;
};

/**
 * Everybody who stands behind a package, and only who was proven to: where it came from, and who signed it. A rule about
 * our `acme` is not about another server's.
 */
export function publishersOf(
  { source, publisher }: { source: string; publisher: string },
  mark: Pick<SignatureMark, 'publisher'> | null,
): string[] {
  const names = mark?.publisher ? [publisher, mark.publisher] : [publisher];
  return names.map((name) => publisherHere({ source, publisher: name }));
}

type Coming = {
  request: { organisationId: string; source: string; publisher: string };
  read: { manifest: { id: string; version: string } };
  proof: { mark: SignatureMark } | null;
  verdict: ScanVerdict | null;
};

/** What may be granted to a package that is about to be installed. The host asks again at every call: this is to refuse early. */
export function mayGrant(
  { policies }: { policies: Policies },
  { request, read, proof, verdict }: Coming,
): (permission: Permission) => PolicyDecision {
  const { policy } = policies.of(request.organisationId);
  const { id: plugin, version } = read.manifest;
  const publishers = publishersOf(request, proof?.mark ?? null);
  return (permission) => decidePermission(policy, { plugin, version, publishers, verdict }, permission);
}

/** An installed package as a policy sees it. What was found in it is read only where a rule asks for it. */
export async function subjectOf(tx: Tx, row: Row, policy: Policy): Promise<PolicySubject> {
  return {
    plugin: row.plugin_id,
    version: row.version,
    publishers: publishersOf(row, row.signature),
    verdict: asksForVerdicts(policy) ? await verdictOn(tx, row) : null,
  };
}

async function verdictOn(tx: Tx, { id, organisation_id: organisationId }: Row): Promise<ScanVerdict | null> {
  const found = (await findScan(tx, id))?.result ?? null;
  return found && effectiveVerdict(found, await rulesInForce(tx, organisationId));
}

function asksForVerdicts({ rules }: Policy): boolean {
  return rules.some(({ verdict }) => verdict !== undefined);
}
