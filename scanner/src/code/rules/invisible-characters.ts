import type { TextRule } from '../rule.ts';

/** Draw nothing, and are letters to the language: names may be made of them. */
const blankLetters = /[\u3164\uffa0\u115f\u1160\u17b4\u17b5]/;
/** Draw nothing and may continue a name. */
const joiners = /[\p{ID_Continue}$][\u200c\u200d]+(?=[\p{ID_Continue}$\s=;,.(])/u;
/** Selectors and tags of which a message can be made; a few of them are part of every emoji. */
const hiddenRun = /[\ufe00-\ufe0f\u{e0100}-\u{e01ef}\u{e0000}-\u{e007f}]{5,}/u;
const zeroWidthRun = /[\u200b-\u200d\u2060-\u2064\ufeff\u180e]{6,}/;

export const invisibleCharactersRule: TextRule = {
  kind: 'text',
  id: 'invisible-characters',
  severity: 'high',
  explanation: 'Characters that draw nothing can carry names and whole programs past everyone who reads the file.',
  remedy: 'Remove them; write \\u escapes where a text needs one.',
  samples: {
    bad: [
      'const { a, \u3164 } = options;',
      'const us\u200der = 1;',
      `decode("${'\u{e0122}\u{e0155}\u{e0154}\u{e0155}\u{e0122}\u{e015e}'}");`,
      `const s = "${'\u200b\u200c\u200b\u200d\u200b\u200c\u200b'}";`,
    ],
    good: ['const family = "👨‍👩‍👧";', 'const heart = "❤️";', '\ufeffconst a = 1;', 'const blank = "\\u3164";'],
  },
  check(source, report) {
    const tell = (pattern: RegExp, message: string, severity: 'high' | 'medium') => {
      const match = pattern.exec(source);
      if (match !== null) report({ start: match.index, end: match.index + match[0].length }, { message, severity });
    };
    tell(blankLetters, 'Contains a letter that draws nothing.', 'medium');
    tell(hiddenRun, 'Contains a run of invisible characters that may carry a message.', 'high');
    tell(zeroWidthRun, 'Contains a run of characters without width that may carry a message.', 'high');
    // The mark at the very beginning tells the order of bytes.
    const single = /[\u200b\u2060-\u2064\ufeff\u180e]/.exec(source.slice(1));
    if (single !== null)
      report(
        { start: single.index + 1, end: single.index + 2 },
        { message: 'Contains a character without width.', severity: 'low', confidence: 0.4 },
      );
    const joined = joiners.exec(stripTexts(source));
    if (joined !== null)
      report(
        { start: joined.index, end: joined.index + joined[0].length },
        { message: 'A name contains an invisible character.', severity: 'medium' },
      );
  },
};

/** Languages and emoji join letters in texts and comments; offsets stay. */
function stripTexts(source: string): string {
  if (!/[\u200c\u200d]/.test(source)) return '';
  return source.replace(/"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`|\/\/[^\n]*|\/\*[^]*?\*\//g, (text) =>
    ' '.repeat(text.length),
  );
}
