import type { TextRule } from '../rule.ts';

/** Runs shorter than this stand in ordinary code. */
const shortest = 150;

export const symbolsOnlyRule: TextRule = {
  kind: 'text',
  id: 'symbols-only',
  severity: 'high',
  explanation:
    'Program text written with a handful of brackets and operators has no other purpose than that nobody can read it.',
  remedy: 'Submit the readable source.',
  samples: {
    bad: [
      `const x = ${'[+!+[]]+(!![]+[])[+[]]'.repeat(12)};`,
      `$=~[];$={___:++$,$$$$:(![]+"")[$],__$:++$,$_$_:(![]+"")[$]};`,
    ],
    good: [
      'const grid = [[[[[[]]]]]];',
      'const line = "((((((((((((((((((((((((((((((((((((((((((((((";',
      'let $ = jQuery, _ = lodash, $$ = $; _.map($$);',
    ],
  },
  check(source, report) {
    const run = new RegExp(String.raw`[\[\]()!+{}\s]{${shortest},}`, 'g');
    for (const match of source.matchAll(run)) {
      const dense = match[0].replace(/\s+/g, '');
      if (dense.length < shortest || !/[!+]/.test(dense) || !dense.includes('[')) continue;
      report(
        { start: match.index, end: match.index + match[0].length },
        { message: 'A stretch of code consists of brackets, ! and + alone.' },
      );
      return;
    }
    const names = new Set(
      [...source.slice(0, 200_000).matchAll(/(?<![\w$])(?=[$_]*\$)(?=[$_]*_)[$_]{3,}(?![\w$])/g)].map(([name]) => name),
    );
    const first = /\$\s*=\s*~\s*\[\]/.exec(source);
    if (names.size >= 2 && first !== null) {
      report(
        { start: first.index, end: first.index + first[0].length },
        { message: 'All names consist of $ and _ alone.' },
      );
    }
  },
};
