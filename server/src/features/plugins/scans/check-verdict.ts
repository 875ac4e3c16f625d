import { Problem, type FieldError } from '@proofpix/contract/errors';
import { actionOn, effectiveVerdict, type ScanResult, type ScanRules, type ScanVerdict } from '@proofpix/contract/scan';
import type { Tx } from '../../../db/tenancy.ts';
import type { InstallRequest } from '../install-request.ts';
import { rulesInForce } from './queries.ts';

/** Of what stands in the way, so many findings are named; all of them are shown by an inspection. */
const mostNamed = 50;

/**
 * What the organisation's rules make of what was found. An install for development is no other: what it does to whoever
 * runs it is the same.
 * @throws Problem package_blocked; package_review_needed unless somebody said that they looked
 */
export async function checkVerdict(
  tx: Tx,
  request: Pick<InstallRequest, 'organisationId' | 'acceptReview'>,
  scan: ScanResult,
): Promise<ScanVerdict> {
  const rules = await rulesInForce(tx, request.organisationId);
  const verdict = effectiveVerdict(scan, rules);
  if (verdict === 'block') throw new Problem('package_blocked', undefined, findingsFor(verdict, scan, rules));
  if (verdict === 'review' && request.acceptReview !== true)
    throw new Problem('package_review_needed', undefined, findingsFor(verdict, scan, rules));
  return verdict;
}

/** Those that led to the verdict; none where they stand beyond the list. */
function findingsFor(verdict: ScanVerdict, { findings }: ScanResult, rules: ScanRules): FieldError[] {
  return findings
    .filter((finding) => actionOn(finding, rules) === verdict)
    .slice(0, mostNamed)
    .map(({ rule, severity, file, line, column, message, remedy }) => ({
      field: line === 0 ? file : `${file}:${line}:${column}`,
      message: `${message} ${remedy} (${rule}, ${severity})`,
    }));
}
