import { disagreementsOf } from './disagreements.ts';
import type { Report, Run, RunSummary } from './runs.ts';

/**
 * A run as one document: what `GET /api/runs/:id` answers and what the command line prints. Keys inside stand in
 * alphabetical order: a database does not keep the order in which a plugin wrote them, and two documents of the same
 * run must be the same text.
 */
export function runDocument(summary: RunSummary, report: Report): Run {
  const { metadata, sources, conflicts, findings, files, steps } = report;
  const { error, ...rest } = summary;
  return {
    ...rest,
    ...(error === undefined ? {} : { error: inOrder(error) }),
    metadata: inOrder(metadata),
    sources: inOrder(sources),
    conflicts: inOrder(conflicts),
    disagreements: inOrder(disagreementsOf(report, summary.file.name)),
    findings: inOrder(findings),
    files: inOrder(files),
    steps: inOrder(steps),
  };
}

/** A copy with the keys of all objects sorted by their UTF-16 units, and without undefined ones. */
function inOrder<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null) return value;
  // The copy has the shape of the original, which TypeScript cannot see through map and fromEntries.
  if (Array.isArray(value)) return value.map((item: unknown) => inOrder(item)) as Value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  entries.sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, part]) => [key, inOrder(part)])) as Value;
}
