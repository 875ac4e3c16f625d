import {
  beginText,
  endText,
  PDFContentStream,
  PDFPage,
  setFillingColor,
  setFontAndSize,
  setTextMatrix,
  showText,
  type PDFDocument,
  type PDFFont,
  type PDFName,
} from 'pdf-lib';
import type { Run } from './fonts.ts';
import type { Style } from './style.ts';

const keys = new WeakMap<PDFPage, Map<PDFFont, PDFName>>();

/**
 * One text in one font with its baseline at `y`. The library's own `drawText` enters the font into the page anew at each
 * call, which makes a large report five times as slow and as large in memory.
 */
export function drawRun(
  page: PDFPage,
  { text, font }: Run,
  { x, y, size, colour }: { x: number; y: number; size: number; colour: Style['colour'] },
): void {
  const known = keys.get(page) ?? new Map<PDFFont, PDFName>();
  keys.set(page, known);
  const key = known.get(font) ?? page.node.newFontDictionary(font.name, font.ref);
  known.set(font, key);
  page.pushOperators(
    beginText(),
    setFillingColor(colour),
    setFontAndSize(key, size),
    setTextMatrix(1, 0, 0, 1, x, y),
    showText(font.encodeText(text)),
    endText(),
  );
}

/**
 * Compresses what was drawn on a page, and forgets the operators that it was made of: of a case of 500 exhibits they take
 * more memory than a plugin has. Gives the page anew, to which more can be added.
 */
export function finishPage(doc: PDFDocument, page: PDFPage): PDFPage {
  const contents = page.node.Contents();
  const streams = contents === undefined || !('asArray' in contents) ? [] : contents.asArray();
  for (const ref of streams) {
    const stream = doc.context.lookup(ref);
    if (!(stream instanceof PDFContentStream)) continue;
    stream.getContents(); // kept by the stream from here on
    // The library has no other way to let go of them; the test with 500 exhibits fails without it.
    (stream as unknown as { operators: unknown[] }).operators.length = 0;
  }
  return PDFPage.of(page.node, page.ref, doc);
}
