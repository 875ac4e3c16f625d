import type { Policy, PolicySubject } from '@proofpix/contract/policies';
import { effectiveVerdict, type ScanResult } from '@proofpix/contract/scan';
import type { Tx } from '../../../db/tenancy.ts';
import { publishersOf } from '../policy/policy-subject.ts';
import { rulesInForce } from '../scans/queries.ts';
import type { PointRow } from './queries.ts';

/** A kept package as a policy sees it: by what was found in it then, under the rules of today. */
export async function subjectOfPoint(
  tx: Tx,
  { plugin_id: plugin, source, publisher }: { plugin_id: string; source: string; publisher: string },
  { organisation_id: organisationId, version, signature, scan }: PointRow,
  policy: Policy,
): Promise<PolicySubject> {
  const publishers = publishersOf({ source, publisher }, signature);
  const found = (scan?.result ?? null) as ScanResult | null; // a row of plugin_scans
  const asks = found !== null && policy.rules.some(({ verdict }) => verdict !== undefined);
  return {
    plugin,
    version,
    publishers,
    verdict: asks ? effectiveVerdict(found, await rulesInForce(tx, organisationId)) : null,
  };
}
