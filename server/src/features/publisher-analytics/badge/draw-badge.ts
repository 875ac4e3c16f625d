import type { BadgeKind } from '@proofpix/contract/publisher-analytics';

export type Badge = { label: string; value: string; colour: BadgeColour };
export type BadgeColour = keyof typeof colours;

/** White text on each of them has a contrast of 4.5 or more, so a badge is read on a light page and on a dark one. */
const colours = { plain: '#09687f', good: '#1d754c', warning: '#935a00', bad: '#be2323' } as const;
const labelColour = '#474b4f';

const height = 20;
const margin = 7;

/**
 * Widths of the letters of Verdana at 11 px, which is what a browser without it comes near to. The text is stretched to
 * exactly the width that was reckoned (`textLength`), so it never runs out of its half.
 */
const narrow = 4;
const usual = 7;
const wide = 9.5;

/** A picture of two halves: nothing in it runs or loads, and it has no style that a policy could refuse. */
export function drawBadge({ label, value, colour }: Badge): string {
  const [left, right] = [widthOf(label), widthOf(value)];
  const [first, second] = [left + 2 * margin, right + 2 * margin];
  const whole = first + second;
  const title = escape(`${label}: ${value}`);
  const text = (words: string, at: number, width: number) =>
    `<text x="${at}" y="14" textLength="${width}" lengthAdjust="spacingAndGlyphs">${escape(words)}</text>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${whole}" height="${height}" viewBox="0 0 ${whole} ${height}" role="img" aria-label="${title}">`,
    `<title>${title}</title>`,
    `<rect width="${whole}" height="${height}" rx="4" fill="${labelColour}"/>`,
    `<path d="M${first} 0h${second - 4}a4 4 0 0 1 4 4v${height - 8}a4 4 0 0 1-4 4h${4 - second}z" fill="${colours[colour]}"/>`,
    `<g fill="#fff" font-family="Verdana,Geneva,DejaVu Sans,sans-serif" font-size="11">`,
    text(label, margin, left),
    text(value, first + margin, right),
    '</g></svg>',
  ].join('');
}

function widthOf(text: string): number {
  const letters = [...text].map((letter) =>
    /[ijlfrtI.,:'|!()[\]-]/.test(letter) ? narrow : /[mwMW%@]/.test(letter) ? wide : usual,
  );
  return Math.round(letters.reduce((sum, width) => sum + width, 0));
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escape(text: string): string {
  return text.replaceAll(/[&<>"']/g, (letter) => escapes[letter] ?? '');
}

/** What stands in the left half. */
export const badgeLabels: Readonly<Record<BadgeKind, string>> = {
  version: 'ProofPix',
  installs: 'installs',
  verdict: 'scan',
};
