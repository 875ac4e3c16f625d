import type { Exhibit, Report } from '@proofpix/sdk/report';
import { drawMark, severities, wordColours, words, type Severity } from '../marks.ts';
import type { Place, Sheet } from '../sheet.ts';
import { colours, contentWidth, page as measures, styles } from '../style.ts';
import { drawFact, drawSection } from '../table.ts';
import { counted, timeText, visibleText } from '../visible-text.ts';
import { limits } from '../limits.ts';

/** Where the list of exhibits names a page that is not known yet. */
export type PageGap = { exhibit: number; place: Place; right: number };

const meanings: Record<Severity, string> = {
  strong: 'Something that is hard to explain by ordinary use.',
  possible: 'Something that has ordinary reasons as well as others.',
  note: 'Something to know about the file; nothing against it.',
};
const columns = { number: 34, marks: 96, page: 34 } as const;

export function titleOf({ about, exhibits }: Report): string {
  return visibleText(about === null ? (exhibits[0]?.file.name ?? '') : about.title, limits.nameChars) || 'Untitled';
}

/** Newest time in the report, which is when it was made: the clock would give two reports of one case. */
export function timeOfReport({ about, exhibits }: Report): string {
  if (about?.generatedAt) return about.generatedAt;
  return (
    exhibits
      .map(({ finishedAt, createdAt }) => finishedAt ?? createdAt)
      .sort()
      .at(-1) ?? ''
  );
}

export function drawCover(sheet: Sheet, report: Report): PageGap[] {
  const { about, exhibits } = report;
  corners(sheet);
  sheet.line('ProofPix', styles.strong, measures.left + 20, sheet.y - 1);
  sheet.skip(72);
  sheet.line(about === null ? 'Report on one photo' : 'Case report', styles.label, measures.left, sheet.y);
  sheet.skip(18);
  sheet.paragraph(titleOf(report), styles.cover, { most: 4 });
  sheet.skip(18);
  if (about !== null) {
    drawFact(sheet, 'Reference', about.reference === null ? 'None' : visibleText(about.reference, limits.nameChars));
    if (about.organisation !== null) {
      drawFact(sheet, 'Organisation', visibleText(about.organisation, limits.nameChars));
    }
    drawFact(
      sheet,
      'Case opened',
      `${timeText(about.createdAt)}${about.state === '' ? '' : ` · ${visibleText(about.state, 40)}`}`,
    );
  }
  drawFact(sheet, 'Report made', timeText(timeOfReport(report)));
  drawFact(sheet, 'Exhibits', counted(exhibits.length, 'photo'));
  if (about !== null && about.description !== '') {
    sheet.skip(10);
    sheet.paragraph(visibleText(about.description, limits.noteChars), styles.body, { most: 14 });
  }
  legend(sheet);
  return about === null ? [] : list(sheet, exhibits);
}

function legend(sheet: Sheet): void {
  drawSection(sheet, 'How to read it');
  const text =
    'This report lists signs, never verdicts. No program can tell from a file alone whether what it shows is true. Each finding says what was seen, why it matters, and which plugin in which version saw it. Where nothing is said, nothing was seen; that is no proof that nothing is there.';
  sheet.paragraph(text, styles.body);
  sheet.skip(8);
  for (const severity of severities) {
    sheet.room(16);
    drawMark(sheet.page, sheet.fonts, { severity, text: '', x: measures.left + 6, y: sheet.y - 6.2 });
    const style = { ...styles.strong, colour: severity === 'note' ? colours.ink2 : wordColours[severity] };
    sheet.line(words[severity], style, measures.left + 20, sheet.y);
    sheet.line(meanings[severity], styles.body, measures.left + 92, sheet.y);
    sheet.skip(17);
  }
}

function list(sheet: Sheet, exhibits: readonly Exhibit[]): PageGap[] {
  drawSection(sheet, 'Exhibits');
  const gaps: PageGap[] = [];
  const right = measures.left + contentWidth;
  const nameWidth = contentWidth - columns.number - columns.marks - columns.page;
  const head = () => {
    sheet.line('No.', styles.label, measures.left, sheet.y);
    sheet.line('File', styles.label, measures.left + columns.number, sheet.y);
    sheet.line('Signs', styles.label, right - columns.page - columns.marks, sheet.y);
    sheet.lineRight('Page', styles.label, right, sheet.y);
    sheet.skip(14);
    sheet.rule({ strong: true });
  };
  head();
  for (const exhibit of exhibits) {
    const caption = visibleText(exhibit.caption, limits.nameChars);
    if (sheet.room(caption === '' ? 20 : 32)) head();
    const [name = ''] = sheet.wrap(visibleText(exhibit.file.name, limits.nameChars), styles.strong, nameWidth - 12, 1);
    const y = sheet.y - 4;
    sheet.line(String(exhibit.number), styles.value, measures.left, y);
    sheet.line(name, styles.strong, measures.left + columns.number, y);
    let x = right - columns.page - columns.marks + 6;
    for (const severity of severities) {
      const count = exhibit.findings.filter((finding) => finding.severity === severity).length;
      if (count > 0) drawMark(sheet.page, sheet.fonts, { severity, text: String(count), x, y: y - 6.2 });
      x += 24;
    }
    gaps.push({ exhibit: exhibit.number, place: { page: sheet.page, y }, right });
    sheet.skip(20);
    if (caption !== '') {
      const [line = ''] = sheet.wrap(caption, styles.label, nameWidth - 12, 1);
      sheet.line(line, styles.label, measures.left + columns.number, sheet.y + 3);
      sheet.skip(12);
    }
    sheet.rule();
  }
  return gaps;
}

/** The viewfinder of the product. */
function corners({ page, y }: Sheet): void {
  const [left, top, side, arm] = [measures.left, y, 13, 4];
  const stroke = { thickness: 1.3, color: colours.accent };
  for (const [dx, dy] of [
    [0, 0],
    [1, 0],
    [0, 1],
    [1, 1],
  ] as const) {
    const corner = { x: left + dx * side, y: top - dy * side };
    page.drawLine({ start: corner, end: { x: corner.x + (dx === 0 ? arm : -arm), y: corner.y }, ...stroke });
    page.drawLine({ start: corner, end: { x: corner.x, y: corner.y + (dy === 0 ? -arm : arm) }, ...stroke });
  }
}
