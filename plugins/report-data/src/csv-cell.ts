/**
 * A spreadsheet runs a cell that begins like a formula; the values come out of strangers' photos. Spaces before the sign
 * are no protection, nor is a line or a separator within the cell: a spreadsheet that splits at semicolons begins a new
 * cell there. A plain number stays a number: it is no formula, whatever its sign.
 */
const formula = /(^|[;\t\r\n])(\s*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r])/g;
const plainNumber = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/;
// oxlint-disable-next-line no-control-regex -- they are what is looked for
const invisible = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;
/** A spreadsheet breaks longer cells into the next one, which may then begin like a formula. */
const longest = 32_000;

/** One cell by RFC 4180: always quoted, quotes doubled. */
export function csvCell(value: string): string {
  const cut =
    value.length > longest
      ? `${value.slice(0, longest)} … (cut, ${value.length} characters; JSON has all of it)`
      : value;
  const visible = cut.replace(invisible, '\ufffd');
  const harmless = plainNumber.test(visible) ? visible : visible.replace(formula, "$1'$2");
  return `"${harmless.replaceAll('"', '""')}"`;
}
