import type { ScanSeverity } from '@proofpix/contract/scan';

/** What is said of dependencies. How grave it is, and what to do, depends on what is known: these are the gravest. */
export const dependencyRules: readonly { id: string; severity: ScanSeverity; explanation: string }[] = [
  {
    id: 'malicious-dependency',
    severity: 'high',
    explanation: 'A package in it is known to be malicious.',
  },
  {
    id: 'vulnerable-dependency',
    severity: 'medium',
    explanation: 'A package in it has a known vulnerability.',
  },
  {
    id: 'dependency-licence',
    severity: 'medium',
    explanation: 'The licence of a package in it is unknown, or forbids to pass it on.',
  },
  {
    id: 'dependencies-not-seen',
    severity: 'low',
    explanation: 'Not everything in it could be read for dependencies.',
  },
];
