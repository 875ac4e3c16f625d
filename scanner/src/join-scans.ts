import { limits } from '@proofpix/contract/limits';
import { ruleSetVersion, type ScanFinding, type ScanResult, type ScanVerdict } from '@proofpix/contract/scan';

const gravest: readonly ScanFinding['severity'][] = ['high', 'medium', 'low'];

/** One result of several that looked at the same package for different things. @param files of the package */
export function joinScans(parts: readonly ScanResult[], files: number): ScanResult {
  const findings = parts
    .flatMap((part) => part.findings)
    .sort((a, b) => gravest.indexOf(a.severity) - gravest.indexOf(b.severity) || b.confidence - a.confidence);
  const listed = findings.slice(0, limits.scanFindings);
  return {
    ruleSet: ruleSetVersion,
    verdict: worst(parts.map(({ verdict }) => verdict)),
    findings: listed,
    more: parts.reduce((sum, { more }) => sum + more, 0) + findings.length - listed.length,
    files,
  };
}

/** Of the parts and not of the list: what had no room in it counts too. */
function worst(verdicts: readonly ScanVerdict[]): ScanVerdict {
  if (verdicts.includes('block')) return 'block';
  return verdicts.includes('review') ? 'review' : 'pass';
}
