import { limits } from '@proofpix/contract/limits';
import {
  ruleSetVersion,
  verdictOf,
  type ScanFinding,
  type ScanResult,
  type ScanSeverity,
} from '@proofpix/contract/scan';
import type { Place, Remark } from './rule.ts';

type RuleFacts = { id: string; severity: ScanSeverity; remedy: string };

/** Collects what rules say, with places, and keeps their number within the limit. */
export type Findings = {
  add(rule: RuleFacts, file: string, source: string | null, place: Place, remark: Remark): void;
  result(files: number): ScanResult;
};

const order: Readonly<Record<ScanSeverity, number>> = { high: 0, medium: 1, low: 2 };

export function createFindings(): Findings {
  const list: ScanFinding[] = [];
  const seen = new Set<string>();
  const counts = new Map<string, number>();
  const severities = new Set<ScanSeverity>();
  const lines = new Map<string, number[]>();
  let more = 0;
  return {
    add(rule, file, source, place, remark) {
      const severity = remark.severity ?? rule.severity;
      severities.add(severity);
      const where = `${rule.id} ${file} ${place?.start ?? ''} ${remark.message}`;
      if (seen.has(where)) return;
      const kind = `${rule.id} ${severity} ${file}`;
      const count = counts.get(kind) ?? 0;
      counts.set(kind, count + 1);
      if (count >= limits.scanFindingsPerRule || list.length >= limits.scanFindings) {
        more += 1;
        return;
      }
      seen.add(where);
      list.push({
        rule: rule.id,
        severity,
        confidence: remark.confidence ?? 1,
        file,
        ...placeOf(file, source, place),
        message: plain(remark.message, 500),
        remedy: rule.remedy,
      });
    },
    result: (files) => ({
      ruleSet: ruleSetVersion,
      verdict: verdictOf(severities),
      findings: list.toSorted((a, b) => order[a.severity] - order[b.severity] || b.confidence - a.confidence),
      more,
      files,
    }),
  };

  function placeOf(
    file: string,
    source: string | null,
    place: Place,
  ): Pick<ScanFinding, 'line' | 'column' | 'excerpt'> {
    if (place === null || source === null) return { line: 0, column: 0, excerpt: '' };
    let starts = lines.get(file);
    if (starts === undefined) lines.set(file, (starts = lineStarts(source)));
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= place.start) low = middle;
      else high = middle - 1;
    }
    const start = starts[low] ?? 0;
    const end = Math.min(starts[low + 1] ?? source.length, place.start + 120);
    // Minified files have one line: what stands around the place is what helps.
    const from = place.start - start > 40 ? place.start - 40 : start;
    return { line: low + 1, column: place.start - start + 1, excerpt: plain(source.slice(from, end).trim(), 200) };
  }
}

function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at !== -1; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Findings are shown in terminals and pages: what cannot be seen, or turns text, is spelled out. */
function plain(text: string, most: number): string {
  const spelled = text.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Variation_Selector}\u2028\u2029\u3164\u115f\u1160\uffa0]/gu,
    (char) => (char === '\t' ? ' ' : `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`),
  );
  return spelled.length > most ? `${spelled.slice(0, most - 1)}…` : spelled;
}
