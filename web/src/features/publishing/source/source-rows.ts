import type { ScanFinding } from '@proofpix/contract/scan';
import type { SubmissionComment } from '@proofpix/contract/api/submissions';
import { diffLines, type DiffLine } from '../../../ui/code/line-diff.ts';
import { tonedLines, type Piece } from '../../../ui/code/code-tones.ts';

export type NumberedFinding = ScanFinding & { number: number };

export type SourceLine = DiffLine & {
  pieces: readonly Piece[];
  findings: readonly NumberedFinding[];
  comments: readonly SubmissionComment[];
};

/** A line, or how many are left out before the next one. */
export type SourceRow = { line: SourceLine } | { hidden: number; from: number };

/** What is shown around what matters. */
const context = 4;

/** The gravest first, as the scanner lists them: the number is the place in the list. */
export function numberedFindings(findings: readonly ScanFinding[]): NumberedFinding[] {
  return findings.map((finding, index) => ({ ...finding, number: index + 1 }));
}

type About = { findings: readonly NumberedFinding[]; comments: readonly SubmissionComment[] };

/** The lines of one file with what was changed, found and said there. */
export function sourceLines(
  path: string,
  { text, before }: { text: string; before: string | null },
  about: About,
): SourceLine[] {
  const lines = diffLines(before, text);
  const toned = tonedLines(
    path,
    lines.map((line) => line.text),
  );
  const findings = byLine(about.findings.filter(({ file }) => file === path));
  const comments = byLine(about.comments.filter(({ file }) => file === path));
  return lines.map((line, index) => ({
    ...line,
    pieces: toned[index] ?? [],
    findings: findings.get(line.after ?? 0) ?? [],
    comments: comments.get(line.after ?? 0) ?? [],
  }));
}

function byLine<Item extends { line: number | null }>(items: readonly Item[]): ReadonlyMap<number, Item[]> {
  const lines = new Map<number, Item[]>();
  for (const item of items) {
    // What is about the file as a whole stands above it.
    if (item.line === null || item.line === 0) continue;
    lines.set(item.line, [...(lines.get(item.line) ?? []), item]);
  }
  return lines;
}

/** Only what changed or was spoken of, with some lines around it; `chosen` is a line that somebody asked for. */
export function rowsOfChanges(lines: readonly SourceLine[], chosen: number | null): SourceRow[] {
  const near = new Set<number>();
  lines.forEach(({ kind, findings, comments, after }, index) => {
    const matters =
      kind !== 'same' || findings.length > 0 || comments.length > 0 || (chosen !== null && after === chosen);
    if (!matters) return;
    for (let at = index - context; at <= index + context; at += 1) near.add(at);
  });
  const rows: SourceRow[] = [];
  lines.forEach((line, index) => {
    const last = rows.at(-1);
    if (near.has(index)) rows.push({ line });
    else if (last !== undefined && 'hidden' in last) last.hidden += 1;
    else rows.push({ hidden: 1, from: line.after ?? line.before ?? 0 });
  });
  return rows;
}
