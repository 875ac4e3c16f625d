import { actionOn, usualScanRules } from '@proofpix/contract/scan';
import { scanPackage } from '@proofpix/scanner/code/scan-package';
import type { Package } from '@proofpix/scanner/package';
import type { CheckFinding } from './findings.ts';

/**
 * What the rules of the scan find, weighed as a server does whose organisation set no rules of its own: what blocks an
 * install is an error, what asks a person to look at it a warning. What passes is for reviewers; permissions are judged
 * here by the author's own files, where the source map leads to them.
 */
export function findingsOfScan(plugin: Package): CheckFinding[] {
  return scanPackage(plugin.files, plugin.manifest).findings.flatMap((finding): CheckFinding[] => {
    const action = actionOn(finding, usualScanRules);
    if (action === 'pass') return [];
    const { rule, message, file, line, remedy } = finding;
    return [
      {
        severity: action === 'block' ? 'error' : 'warning',
        code: rule.replaceAll('-', '_'),
        message,
        file,
        ...(line > 0 ? { line } : {}),
        hint: remedy,
      },
    ];
  });
}
