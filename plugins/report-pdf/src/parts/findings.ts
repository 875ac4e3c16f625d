import type { Exhibit, ReportedFinding } from '@proofpix/sdk/report';
import { drawMark, severities, wordColours, words } from '../marks.ts';
import type { Sheet } from '../sheet.ts';
import { contentWidth, page as measures, styles } from '../style.ts';
import { drawSection } from '../table.ts';
import { limits } from '../limits.ts';
import { counted, visibleText } from '../visible-text.ts';

export type Numbered = { number: number; finding: ReportedFinding };

const indent = 20;
const wordWidth = 80;
const mostEvidence = 8;

/** Strongest first, numbered for the list and the picture. */
export function numbered(exhibit: Exhibit): Numbered[] {
  return exhibit.findings
    .toSorted((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity) || b.confidence - a.confidence)
    .map((finding, index) => ({ number: index + 1, finding }));
}

export function drawFindings(sheet: Sheet, findings: readonly Numbered[], most: number): void {
  drawSection(sheet, findings.length === 0 ? 'Findings' : `Findings · ${findings.length}`);
  if (findings.length === 0) sheet.paragraph('No plugin found anything to report.', styles.body);
  for (const one of findings.slice(0, most)) drawFinding(sheet, one);
  if (findings.length > most) {
    const left = counted(findings.length - most, 'weaker finding is', 'weaker findings are');
    sheet.paragraph(`${left} not printed, to keep the report short. The data export has all of them.`, styles.label);
  }
}

function drawFinding(sheet: Sheet, { number, finding }: Numbered): void {
  const { severity, title, explanation, confidence, source } = finding;
  const x = measures.left + indent;
  const width = contentWidth - indent;
  const titleLines = sheet.wrap(visibleText(title, 200), styles.strong, width - wordWidth, 3);
  const why = sheet.wrap(visibleText(explanation, limits.explanationChars), styles.body, width, 12);
  const evidence = evidenceOf(finding);
  // The beginning of a finding stays together; the evidence may run over.
  sheet.room((titleLines.length + why.length) * styles.body.line + 24);
  drawMark(sheet.page, sheet.fonts, { severity, text: String(number), x: measures.left + 6, y: sheet.y - 6.4 });
  const word = { ...styles.label, colour: wordColours[severity] };
  sheet.lineRight(words[severity], word, measures.left + contentWidth, sheet.y - 0.8);
  for (const line of titleLines) {
    sheet.line(line, styles.strong, x, sheet.y);
    sheet.skip(styles.strong.line);
  }
  for (const line of why) {
    sheet.line(line, styles.body, x, sheet.y);
    sheet.skip(styles.body.line);
  }
  const about = `${visibleText(source.plugin, 60)} ${visibleText(source.version, 40)} · confidence ${confidence.toFixed(2)}`;
  sheet.paragraph(about, styles.label, { x, width, most: 1 });
  if (evidence !== '') sheet.paragraph(evidence, styles.small, { x, width, most: 5 });
  sheet.skip(4);
  sheet.rule();
  sheet.skip(6);
}

function evidenceOf({ evidence = {} }: ReportedFinding): string {
  const entries = Object.entries(evidence);
  const shown = entries
    .slice(0, mostEvidence)
    .map(([name, value]) => visibleText(`${name}: ${valueText(value)}`, limits.valueChars));
  return [...shown, ...(entries.length > mostEvidence ? [`${entries.length - mostEvidence} more`] : [])].join(' · ');
}

/** A value on one line. */
export function valueText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((item) => typeof item !== 'object')) {
    return value.slice(0, 100).map(String).join(', ');
  }
  return JSON.stringify(value);
}
