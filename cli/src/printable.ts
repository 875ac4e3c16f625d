/**
 * Text of strangers for a terminal: what photos, file names and plugins say must not reach it as control sequences, turn
 * the reading direction, or hide characters.
 */
export function printable(text: string): string {
  // C0, DEL, C1, marks of direction, zero-width and line separators, and Unicode's invisible tags.
  return text.replace(
    // oxlint-disable-next-line no-control-regex -- control characters are what this is about
    /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu,
    '·',
  );
}

/** The same, at most so long. */
export function printableTo(most: number, text: string): string {
  const shown = printable(text.length > most * 2 ? text.slice(0, most * 2) : text);
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}

/**
 * A value as JSON that a terminal can show: JSON itself escapes the C0 characters alone. The escapes stand within strings,
 * so whoever parses it reads the same value.
 */
export function printableJson(value: unknown, indent?: number): string {
  return JSON.stringify(value, null, indent).replace(
    // oxlint-disable-next-line no-control-regex -- those of them that JSON leaves as they are
    /[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu,
    (character) =>
      // In UTF-16 units, as JSON wants them.
      character
        .split('')
        .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
        .join(''),
  );
}
