/** `error`: the server would refuse it. `warning`: it would install, and not do what was meant. `advice`: it could be better. */
export type Severity = 'error' | 'warning' | 'advice';

export type CheckFinding = {
  severity: Severity;
  /** Stable; an error of the server keeps the server's code. */
  code: string;
  message: string;
  /** Relative to the plugin's folder, or inside the package. */
  file?: string;
  line?: number;
  /** JSON pointer into the manifest. */
  field?: string;
  hint?: string;
};

const order: readonly Severity[] = ['error', 'warning', 'advice'];

/** The worst first; then by place. */
export function inOrderOfWeight(findings: readonly CheckFinding[]): CheckFinding[] {
  return findings.toSorted(
    (a, b) =>
      order.indexOf(a.severity) - order.indexOf(b.severity) ||
      (a.file ?? '').localeCompare(b.file ?? '') ||
      (a.line ?? 0) - (b.line ?? 0),
  );
}
