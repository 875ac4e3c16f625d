export type Tone = 'plain' | 'keyword' | 'string' | 'comment' | 'hidden';
export type Piece = { tone: Tone; text: string };

/** A longer line was not written by a person: it is shown cut, and without tones. */
export const mostChars = 2_000;

const keywords = new Set(
  (
    'as async await break case catch class const continue debugger default delete do else export extends false finally ' +
    'for from function if import in instanceof let new null of return static super switch this throw true try typeof ' +
    'undefined var void while with yield'
  ).split(' '),
);

/** One alternative each, none inside of another: a hostile line costs no more than its length. */
const token =
  /\/\/.*|\/\*|"(?:[^"\\]|\\.)*"?|'(?:[^'\\]|\\.)*'?|`(?:[^`\\]|\\.)*`?|[A-Za-z_$][\w$]*|[^"'`/A-Za-z_$]+|\//g;

/**
 * What looks like nothing, or turns the direction of what stands beside it: source that reads otherwise than it runs is an
 * attack on whoever reviews it. Shown by its number.
 */
const unseen = /(?![\t ])[\p{Cc}\p{Cf}\p{Cs}\p{Cn}\p{Zl}\p{Zp}\p{Zs}\p{Default_Ignorable_Code_Point}]/gu;

/** Lines of source in three tones; what cannot be seen is written out. Only scripts and JSON have tones. */
export function tonedLines(path: string, lines: readonly string[]): Piece[][] {
  const isCode = /\.(?:[cm]?[jt]sx?|json)$/i.test(path);
  let inComment = false;
  return lines.map((line) => {
    const text = line.length > mostChars ? `${line.slice(0, mostChars)}…` : line;
    if (!isCode || line.length > mostChars) return visible([{ tone: 'plain', text }]);
    const toned = tones(text, inComment);
    ({ inComment } = toned);
    return visible(toned.pieces);
  });
}

function tones(line: string, wasInComment: boolean): { pieces: Piece[]; inComment: boolean } {
  const pieces: Piece[] = [];
  let rest = line;
  let inComment = wasInComment;
  for (;;) {
    if (inComment) {
      const end = rest.indexOf('*/');
      if (end === -1) return { pieces: [...pieces, { tone: 'comment', text: rest }], inComment };
      pieces.push({ tone: 'comment', text: rest.slice(0, end + 2) });
      rest = rest.slice(end + 2);
      inComment = false;
    }
    let opened = -1;
    for (const match of rest.matchAll(token)) {
      const [text] = match;
      if (text === '/*') {
        opened = match.index;
        break;
      }
      pieces.push({ tone: toneOf(text), text });
    }
    if (opened === -1) return { pieces, inComment };
    rest = rest.slice(opened);
    inComment = true;
  }
}

function toneOf(text: string): Tone {
  if (text.startsWith('//')) return 'comment';
  if (/^["'`]/.test(text)) return 'string';
  return keywords.has(text) ? 'keyword' : 'plain';
}

function visible(pieces: readonly Piece[]): Piece[] {
  return pieces.flatMap(({ tone, text }) => {
    const shown: Piece[] = [];
    let at = 0;
    for (const match of text.matchAll(unseen)) {
      if (match.index > at) shown.push({ tone, text: text.slice(at, match.index) });
      shown.push({ tone: 'hidden', text: `U+${numberOf(match[0])}` });
      at = match.index + match[0].length;
    }
    if (at < text.length || shown.length === 0) shown.push({ tone, text: text.slice(at) });
    return shown;
  });
}

function numberOf(char: string): string {
  return (char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
}
