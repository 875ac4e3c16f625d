import type { PDFPage } from 'pdf-lib';
import { drawRun } from './draw-text.ts';
import type { Fonts } from './fonts.ts';
import { colours, type Style } from './style.ts';

export type Severity = 'strong' | 'possible' | 'note';

export const severities: readonly Severity[] = ['strong', 'possible', 'note'];

export const words: Record<Severity, string> = { strong: 'Strong sign', possible: 'Possible sign', note: 'Note' };

export const wordColours = {
  strong: colours.strongText,
  possible: colours.possibleText,
  note: colours.ink3,
} as const;

/** Half the side. */
const half = 5.6;

/** A square with round corners for strong, a disc for possible, a ring for a note: told apart without colour. */
export function drawMark(
  page: PDFPage,
  fonts: Fonts,
  mark: { severity: Severity; text: string; x: number; y: number; scale?: number; ring?: boolean },
): void {
  const { severity, text, x, y, scale = 1, ring = false } = mark;
  const size = half * scale;
  if (severity === 'strong') {
    if (ring) square(page, x, y, size + 1.2, colours.white);
    square(page, x, y, size, colours.strong);
  } else {
    if (ring) page.drawCircle({ x, y, size: size + 1.2, color: colours.white });
    const isNote = severity === 'note';
    page.drawCircle({
      x,
      y,
      size: isNote ? size - 0.4 : size,
      color: isNote ? colours.white : colours.possible,
      ...(isNote ? { borderWidth: 0.8, borderColor: colours.ink3 } : {}),
    });
  }
  if (text === '') return;
  const style = { face: 'semibold' as const, size: (text.length > 2 ? 4.6 : 6.6) * scale };
  const width = fonts.width(text, style.face, style.size);
  const colour = severity === 'strong' ? colours.white : colours.ink;
  for (const run of fonts.runs(text, style.face)) {
    drawRun(page, run, { x: x - width / 2, y: y - style.size * 0.35, size: style.size, colour });
  }
}

function square(page: PDFPage, x: number, y: number, size: number, colour: Style['colour']): void {
  const side = size * 2;
  const corner = side * 0.22;
  const straight = side - 2 * corner;
  const path = `M${corner} 0h${straight}q${corner} 0 ${corner} ${corner}v${straight}q0 ${corner} -${corner} ${corner}h-${straight}q-${corner} 0 -${corner} -${corner}v-${straight}q0 -${corner} ${corner} -${corner}z`;
  page.drawSvgPath(path, { x: x - size, y: y + size, color: colour });
}
