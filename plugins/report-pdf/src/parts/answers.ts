import type { Exhibit, ReportedFinding } from '@proofpix/sdk/report';
import { drawMark, severities, words, type Severity } from '../marks.ts';
import type { Sheet } from '../sheet.ts';
import { colours, contentWidth, page as measures, styles } from '../style.ts';
import { counted, visibleText } from '../visible-text.ts';

type Question = NonNullable<ReportedFinding['question']>;

const questions: readonly { question: Question; title: string; values: readonly string[] }[] = [
  { question: 'edited', title: 'Edited?', values: ['Software', 'CreatorTool', 'C2PA:ClaimGenerator'] },
  { question: 'time', title: 'Time', values: ['DateTimeOriginal', 'C2PA:SignedAt', 'CreateDate', 'ModifyDate'] },
  { question: 'place', title: 'Place', values: ['latitude'] },
  { question: 'origin', title: 'Origin', values: ['Model', 'Make', 'C2PA:Issuer'] },
];

/** The four questions: how strong the strongest sign is, how many there are, and what the file itself says. */
export function drawAnswers(sheet: Sheet, exhibit: Exhibit): void {
  const height = 58;
  sheet.room(height + 12);
  const width = contentWidth / questions.length;
  const top = sheet.y;
  questions.forEach(({ question, title, values }, index) => {
    const x = measures.left + index * width + (index === 0 ? 0 : 12);
    const inner = width - (index === 0 ? 12 : 20);
    const findings = exhibit.findings.filter((finding) => finding.question === question);
    const worst = severities.find((severity) => findings.some((finding) => finding.severity === severity));
    sheet.line(title, styles.label, x, top);
    if (worst !== undefined)
      drawMark(sheet.page, sheet.fonts, { severity: worst, text: '', x: x + 5, y: top - 20.5, scale: 0.8 });
    sheet.line(answer(worst), styles.strong, x + (worst === undefined ? 0 : 14), top - 14);
    const [count = ''] = sheet.wrap(
      findings.length === 0 ? 'No plugin says anything' : counted(findings.length, 'finding'),
      styles.label,
      inner,
      1,
    );
    sheet.line(count, styles.label, x, top - 29);
    const [value = ''] = sheet.wrap(valueOf(exhibit, values), styles.label, inner, 1);
    sheet.line(value, styles.label, x, top - 41);
    if (index > 0) {
      const line = measures.left + index * width;
      sheet.page.drawLine({
        start: { x: line, y: top },
        end: { x: line, y: top - height + 4 },
        thickness: 0.5,
        color: colours.faint,
      });
    }
  });
  sheet.skip(height);
}

function answer(worst: Severity | undefined): string {
  return worst === undefined ? 'Nothing found' : words[worst];
}

function valueOf({ metadata }: Exhibit, tags: readonly string[]): string {
  const tag = tags.find((name) => metadata[name] !== undefined);
  if (tag === undefined) return 'File: not recorded';
  if (tag === 'latitude') return `File: ${metadata.latitude}, ${metadata.longitude}`;
  return visibleText(`File: ${String(metadata[tag])}`, 80);
}
