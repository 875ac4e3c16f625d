import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import type { ScanResult } from '@proofpix/contract/scan';
import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import { findingsOfAudit } from '@proofpix/scanner/advisories/audit-findings';
import { joinScans } from '@proofpix/scanner/join-scans';
import type { PluginParts } from '../parts.ts';

/** Somebody waits for an install. What has no answer by then is unknown, and the daily audit asks again. */
const deadline = 5_000;

/**
 * Adds to what a scan saw what is known today against the npm packages that it found: a dependency known to be malicious
 * blocks an install as code does. A source that does not answer holds up nothing and excuses nothing: it is said.
 */
export async function lookUpDependencies(
  { advisories }: Pick<PluginParts, 'advisories'>,
  { scan, components }: { scan: ScanResult; components: ComponentList },
): Promise<{ scan: ScanResult; audit: DependencyAudit }> {
  const audit = await auditComponents(components, advisories, AbortSignal.timeout(deadline));
  const known = findingsOfAudit(components, audit);
  return { scan: known.findings.length === 0 ? scan : joinScans([scan, known], scan.files), audit };
}
