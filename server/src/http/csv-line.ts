/**
 * Where a spreadsheet would begin to compute: reasons and ids are what strangers wrote. Spaces before the sign are no
 * protection, nor is a line or a separator within the cell.
 */
const formula = /(^|[;\t\r\n])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])/g;

/** A line by RFC 4180. */
export function csvLine(cells: readonly (string | number | null)[]): string {
  return `${cells.map(cellOf).join(',')}\r\n`;
}

/** One cell by RFC 4180: texts are always quoted, and quotes doubled. */
function cellOf(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  return `"${value.replace(formula, "$1'$2").replaceAll('"', '""')}"`;
}
