import type { Package } from '@proofpix/scanner/package';
import { scanStructure } from '@proofpix/scanner/structure/scan-structure';
import { severityFor } from './audit-plugin.ts';
import type { CheckFinding } from './findings.ts';

/** What is missing in a package and what disagrees. Of hooks, loading says more than reading does. */
export function findingsOfStructure(plugin: Package, isLoaded: boolean): CheckFinding[] {
  // What cannot be read of package.json at all: the readers of a package say it.
  const unread = plugin.warnings.filter((text) => /^package\.json (?!says |is named )/.test(text));
  return [
    ...unread.map((message): CheckFinding => ({
      severity: 'warning',
      code: 'package_json',
      message,
      file: 'package.json',
    })),
    ...scanStructure(plugin.files, plugin.manifest)
      .findings.filter(({ rule }) => !isLoaded || !rule.startsWith('hook'))
      .map(({ rule, severity, message, file, line, remedy }) => ({
        severity: severityFor[severity],
        code: rule.replaceAll('-', '_'),
        message,
        file,
        ...(line > 0 ? { line } : {}),
        hint: remedy,
      })),
  ];
}
