import {
  concatTransformationMatrix,
  popGraphicsState,
  pushGraphicsState,
  type PDFDocument,
  type PDFPage,
} from 'pdf-lib';
import { drawRun, finishPage } from './draw-text.ts';
import type { Fonts } from './fonts.ts';
import { colours, contentWidth, page as measures, type Style } from './style.ts';

type Box = { x: number; y: number; width: number; height: number };

/** From the top of a line to what its letters stand on. */
export function ascent({ line, size }: Pick<Style, 'line' | 'size'>): number {
  return line - (line - size) / 2 - size * 0.2;
}

/** Where something stands, for links and bookmarks. */
export type Place = { page: PDFPage; y: number };

/**
 * The paper that is written on from top to bottom: it knows where the next line goes and begins a new page when there is
 * no room. Heights are in points; `y` is the top of what comes next.
 */
export class Sheet {
  readonly #doc: PDFDocument;
  readonly fonts: Fonts;
  /** Each page with what its footer says. */
  readonly pages: { page: PDFPage; footer: string }[] = [];
  #page: PDFPage;
  #footer = '';
  y = 0;

  constructor(doc: PDFDocument, fonts: Fonts, footer: string) {
    this.#doc = doc;
    this.fonts = fonts;
    this.#page = this.newPage(footer);
  }

  get page(): PDFPage {
    return this.#page;
  }

  get place(): Place {
    return { page: this.#page, y: this.y };
  }

  newPage(footer: string = this.#footer): PDFPage {
    this.#footer = footer;
    this.finish();
    this.#page = this.#doc.addPage([measures.width, measures.height]);
    this.pages.push({ page: this.#page, footer });
    this.y = measures.height - measures.top;
    return this.#page;
  }

  /** The last page is done: what is added to it later, such as its number, lies on top. */
  finish(): void {
    const last = this.pages.at(-1);
    if (last !== undefined) last.page = finishPage(this.#doc, last.page);
  }

  /** Begins a new page where less than this is left. Tells whether it did. */
  room(height: number): boolean {
    if (this.y - height >= measures.bottom) return false;
    this.newPage();
    return true;
  }

  skip(height: number): void {
    this.y -= height;
  }

  /** One line of text with its top at `y`; no wrapping. */
  line(text: string, style: Style, x: number, y: number, page: PDFPage = this.#page): void {
    let at = x;
    for (const run of this.fonts.runs(text, style.face)) {
      drawRun(page, run, { x: at, y: y - ascent(style), size: style.size, colour: style.colour });
      at += run.font.widthOfTextAtSize(run.text, style.size);
    }
  }

  lineRight(text: string, style: Style, right: number, y: number, page: PDFPage = this.#page): void {
    this.line(text, style, right - this.fonts.width(text, style.face, style.size), y, page);
  }

  /** The text in lines of at most this width; words that are longer are broken. `most` lines, the last with an ellipsis. */
  wrap(text: string, style: Style, width: number, most = Infinity): string[] {
    const measure = (part: string) => this.fonts.width(part, style.face, style.size);
    const lines: string[] = [];
    let line = '';
    let lineWidth = 0;
    const space = measure(' ');
    const end = () => {
      lines.push(line);
      line = '';
      lineWidth = 0;
    };
    for (const word of text.split(' ')) {
      let rest = word;
      let restWidth = measure(rest);
      if (line !== '' && lineWidth + space + restWidth > width) end();
      while (restWidth > width) {
        if (lines.length > most) break;
        const fits = this.#fitting(rest, style, width);
        lines.push(fits);
        rest = rest.slice(fits.length);
        restWidth = measure(rest);
      }
      line = line === '' ? rest : `${line} ${rest}`;
      lineWidth = lineWidth === 0 ? restWidth : lineWidth + space + restWidth;
      if (lines.length > most) break;
    }
    if (line !== '' || lines.length === 0) end();
    if (lines.length <= most) return lines;
    const kept = lines.slice(0, most);
    const last = kept[most - 1] ?? '';
    kept[most - 1] = `${this.#fitting(last, style, width - measure(' …'))} …`;
    return kept;
  }

  /** As much of a text as fits into one line, at least one character. */
  #fitting(text: string, style: Style, width: number): string {
    let used = 0;
    let length = 0;
    for (const character of text) {
      used += this.fonts.width(character, style.face, style.size);
      if (used > width && length > 0) break;
      length += character.length;
    }
    return text.slice(0, length);
  }

  /** Text over as many lines and pages as it takes. */
  paragraph(text: string, style: Style, options: { x?: number; width?: number; most?: number } = {}): void {
    const { x = measures.left, width = contentWidth, most } = options;
    for (const line of this.wrap(text, style, width, most)) {
      this.room(style.line);
      this.line(line, style, x, this.y);
      this.y -= style.line;
    }
  }

  /** A hairline across the page, at `y`. */
  rule(options: { x?: number; width?: number; strong?: boolean } = {}): void {
    const { x = measures.left, width = contentWidth, strong = false } = options;
    const ends = { start: { x, y: this.y }, end: { x: x + width, y: this.y } };
    this.#page.drawLine({ ...ends, thickness: 0.5, color: strong ? colours.line : colours.faint });
  }

  /** Draws something with its own corner as the origin, turned and mirrored as the matrix says. */
  transformed(matrix: readonly [number, number, number, number, number, number], draw: () => void): void {
    this.#page.pushOperators(pushGraphicsState(), concatTransformationMatrix(...matrix));
    draw();
    this.#page.pushOperators(popGraphicsState());
  }

  frame({ x, y, width, height }: Box): void {
    this.#page.drawRectangle({ x, y, width, height, borderWidth: 0.5, borderColor: colours.line });
  }
}
