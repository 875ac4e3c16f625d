import { ascent, type Sheet } from './sheet.ts';
import { page as measures, styles, type Style } from './style.ts';

export type Column = { title: string; width: number; style?: Style; right?: boolean; lines?: number };

const gap = 10;
const rowPadding = 2.5;

/** Rows with hairlines between them; the head stands again on each page. */
export function drawTable(sheet: Sheet, columns: readonly Column[], rows: readonly (readonly string[])[]): void {
  head(sheet, columns);
  for (const row of rows) {
    const cells = columns.map(({ width, style = styles.value, lines = 3 }, index) =>
      sheet.wrap(row[index] ?? '', style, width - gap, lines),
    );
    const height = Math.max(
      ...cells.map((lines, index) => lines.length * (columns[index]?.style ?? styles.value).line),
    );
    // Small and large text of a row stand on one line.
    const baseline = Math.max(...columns.map(({ style = styles.value }) => ascent(style)));
    if (sheet.room(height + 2 * rowPadding)) head(sheet, columns);
    let x: number = measures.left;
    cells.forEach((lines, index) => {
      const { width = 0, style = styles.value, right = false } = columns[index] ?? {};
      lines.forEach((line, number) => {
        const y = sheet.y - rowPadding - (baseline - ascent(style)) - number * style.line;
        if (right) sheet.lineRight(line, style, x + width - gap, y);
        else sheet.line(line, style, x, y);
      });
      x += width;
    });
    sheet.skip(height + 2 * rowPadding);
    sheet.rule();
  }
}

function head(sheet: Sheet, columns: readonly Column[]): void {
  sheet.room(60); // never a head alone at the foot of a page
  let x: number = measures.left;
  for (const { title, width, right = false } of columns) {
    if (right) sheet.lineRight(title, styles.label, x + width - gap, sheet.y);
    else sheet.line(title, styles.label, x, sheet.y);
    x += width;
  }
  sheet.skip(styles.label.line + rowPadding);
  sheet.rule({ strong: true });
}

/** The title of a section, never alone at the foot of a page. */
export function drawSection(sheet: Sheet, title: string): void {
  if (!sheet.room(90)) sheet.skip(20);
  sheet.line(title, styles.section, measures.left, sheet.y);
  sheet.skip(styles.section.line + 6);
}

/** A label and its value, several lines of it where it takes them. */
export function drawFact(sheet: Sheet, label: string, value: string, style: Style = styles.value): void {
  const labelWidth = 92;
  const lines = sheet.wrap(value, style, measures.width - measures.right - measures.left - labelWidth, 6);
  sheet.room(lines.length * style.line + 4);
  sheet.line(label, styles.label, measures.left, sheet.y - (ascent(style) - ascent(styles.label)));
  for (const line of lines) {
    sheet.line(line, style, measures.left + labelWidth, sheet.y);
    sheet.skip(style.line);
  }
  sheet.skip(3);
}
