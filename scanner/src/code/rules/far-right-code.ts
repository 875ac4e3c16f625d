import type { TextRule } from '../rule.ts';

/** No editor shows so far to the right. */
const gap = 160;

export const farRightCodeRule: TextRule = {
  kind: 'text',
  id: 'far-right-code',
  severity: 'high',
  explanation: 'Code that stands behind hundreds of blanks is off the screen of whoever reviews it.',
  remedy: 'Put the statement on a line of its own.',
  samples: {
    bad: [`const a = 1;${' '.repeat(300)}run();`, `ok();${'\t'.repeat(200)}run();`],
    good: [
      `const a = 1;${' '.repeat(40)}// note`,
      `const s = "${' '.repeat(300)}";`,
      `\n${' '.repeat(300)}indented();`,
      `  a = 1;${' '.repeat(300)}\n`,
    ],
  },
  check(source, report) {
    const pattern = new RegExp(String.raw`([;{}),\w])[ \t\u00a0\u3000]{${gap},}(?=[\w$({\[!+'"\`/])`, 'g');
    for (const match of source.matchAll(pattern)) {
      const line = source.slice(source.lastIndexOf('\n', match.index) + 1, match.index + 1);
      // Inside of a text they are blanks, and code behind them is text.
      if ((line.match(/(?<!\\)["'`]/g)?.length ?? 0) % 2 === 1) continue;
      report(
        { start: match.index + match[0].length, end: match.index + match[0].length + 1 },
        { message: `Code stands behind ${match[0].length - 1} blanks.` },
      );
      return;
    }
  },
};
