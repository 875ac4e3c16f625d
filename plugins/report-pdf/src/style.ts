import { rgb, type RGB } from 'pdf-lib';

/** Points. A4, with room for a binder's holes at the left. */
export const page = { width: 595.28, height: 841.89, left: 56, right: 48, top: 56, bottom: 60 } as const;
export const contentWidth = page.width - page.left - page.right;

function colour(hex: string): RGB {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  return rgb(red, green, blue);
}

/** Of the product's light theme. */
export const colours = {
  ink: colour('#191c1f'),
  ink2: colour('#474b4f'),
  ink3: colour('#64686d'),
  line: colour('#d3d4d6'),
  faint: colour('#e5e6e7'),
  stage: colour('#f2f3f4'),
  accent: colour('#02657c'),
  white: colour('#ffffff'),
  strong: colour('#c92324'),
  strongText: colour('#be2323'),
  possible: colour('#dc7d00'),
  possibleText: colour('#935a00'),
} as const;

export type Face = 'regular' | 'semibold' | 'mono';
export type Style = { face: Face; size: number; line: number; colour: RGB };

const style = (face: Face, size: number, line: number, ink: RGB): Style => ({ face, size, line, colour: ink });

export const styles = {
  cover: style('semibold', 22, 28, colours.ink),
  title: style('semibold', 16, 21, colours.ink),
  section: style('semibold', 11, 15, colours.ink),
  strong: style('semibold', 9, 12.5, colours.ink),
  body: style('regular', 9, 12.5, colours.ink2),
  value: style('regular', 9, 12.5, colours.ink),
  label: style('regular', 8, 11, colours.ink3),
  small: style('regular', 7.5, 10, colours.ink3),
  mono: style('mono', 7.5, 10.5, colours.ink),
  monoSmall: style('mono', 6.8, 10, colours.ink3),
} as const;
