import type { InstalledScan, ScanFinding, ScanResult, ScanVerdict } from '@proofpix/contract/scan';

const evaluates: ScanFinding = {
  rule: 'eval',
  severity: 'high',
  confidence: 1,
  file: 'lib/decode.js',
  line: 12,
  column: 18,
  excerpt: "module.exports = eval(atob(parts.join('')));",
  message: 'Runs text as code.',
  remedy: 'Write the code into a file of the package.',
};
const endless: ScanFinding = {
  rule: 'endless-work',
  severity: 'medium',
  confidence: 0.8,
  file: 'index.js',
  line: 3,
  column: 1,
  excerpt: 'for (;;) { next(); }',
  message: 'A loop has no end.',
  remedy: 'Give the loop a condition that ends it.',
};
const unlisted: ScanFinding = {
  rule: 'undeclared-host',
  severity: 'low',
  confidence: 0.7,
  file: 'manifest.json',
  line: 0,
  column: 0,
  excerpt: '',
  message: 'Sends a request to cdn.example, which the manifest does not list.',
  remedy: 'List every host under `hosts`.',
};

export function scanOf(verdict: ScanVerdict): { result: ScanResult; verdict: ScanVerdict } {
  const found: Record<ScanVerdict, ScanFinding[]> = {
    pass: [],
    review: [endless, unlisted],
    block: [evaluates, ...Array.from({ length: 7 }, (_, index) => ({ ...endless, line: index + 3 })), unlisted],
  };
  return { result: { ruleSet: 1, verdict, findings: found[verdict], more: 0, files: 7 }, verdict };
}

export const installedScan: InstalledScan = {
  ...scanOf('review'),
  current: true,
  failed: false,
  scannedAt: '2026-11-03T09:00:00.000Z',
  acceptedAt: '2026-11-03T09:00:00.000Z',
  acceptedBy: 'Mara Lind',
};
