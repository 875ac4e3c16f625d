import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import type { ScanSeverity } from '@proofpix/contract/scan';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import { findingsOfAudit, findingsOfDependencies } from '@proofpix/scanner/advisories/audit-findings';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';
import type { Package } from '@proofpix/scanner/package';
import type { CheckFinding, Severity } from './findings.ts';

export type Audited = { list: ComponentList; audit: DependencyAudit; findings: CheckFinding[] };

/** How what the server weighs reads to an author. */
export const severityFor: Readonly<Record<ScanSeverity, Severity>> = {
  high: 'warning',
  medium: 'warning',
  low: 'advice',
};

/** The dependencies of a package, their licences, and what is known against them. */
export async function auditPlugin({ files }: Package, source: AdvisorySource | null): Promise<Audited> {
  const list = listComponents(files);
  const audit = await auditComponents(list, source);
  const findings = [...findingsOfAudit(list, audit).findings, ...findingsOfDependencies(list).findings];
  return {
    list,
    audit,
    findings: findings.map(({ rule, severity, message, file, remedy }) => ({
      severity: severityFor[severity],
      code: rule.replaceAll('-', '_'),
      message,
      ...(file === '' ? {} : { file }),
      hint: remedy,
    })),
  };
}

/** One line on what was looked up. */
export function describeAudit({ list, audit }: Audited): string | null {
  const count = list.components.length;
  if (count === 0 && list.gaps.length === 0) return null;
  const dependencies = `${count} ${count === 1 ? 'dependency' : 'dependencies'}`;
  if (audit.source === null)
    return `${dependencies}. Whether anything is known against them is unknown: name a source with --osv.`;
  if (audit.state === 'none_known') return `${dependencies}. Nothing is known against them (${audit.source}).`;
  const affected = audit.components.filter(({ state }) => state === 'affected').length;
  const says = affected > 0 ? `Something is known against ${affected}` : 'Whether anything is known is unknown';
  return `${dependencies}. ${says}${audit.reason === null ? '' : `; ${audit.reason}`} (${audit.source}).`;
}
