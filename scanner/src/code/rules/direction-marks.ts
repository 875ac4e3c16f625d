import type { TextRule } from '../rule.ts';

const controls = /[\u202a-\u202e\u2066-\u2069]/g;

export const directionMarksRule: TextRule = {
  kind: 'text',
  id: 'direction-marks',
  severity: 'high',
  explanation: 'Invisible characters that turn the direction of text show a reader other code than the one that runs.',
  remedy: 'Remove them; write \\u escapes where a text needs one.',
  samples: {
    bad: [
      'const isAdmin = false; /*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin admins only */',
      'const level = "user\u202e \u2066// check\u2069 \u2066";',
      '// note \u2067 turned',
    ],
    good: ['const mark = "\\u202e";', '// ordinary text', 'const word = "שלום";'],
  },
  check(source, report) {
    let count = 0;
    for (const match of source.matchAll(controls)) {
      if ((count += 1) > 20) return;
      const line = lineAround(source, match.index);
      const turnsCode = /[\u202d\u202e]/.test(line) || (line.match(controls)?.length ?? 0) >= 3;
      report(
        { start: match.index, end: match.index + 1 },
        {
          message: turnsCode
            ? 'Turns the direction of code: it reads otherwise than it runs.'
            : 'Contains an invisible character that turns text.',
          severity: turnsCode ? 'high' : 'medium',
        },
      );
    }
    const marks = /[\u200e\u200f\u061c]/.exec(source);
    if (marks !== null) {
      report(
        { start: marks.index, end: marks.index + 1 },
        { message: 'Contains an invisible direction mark.', severity: 'low', confidence: 0.5 },
      );
    }
  },
};

function lineAround(source: string, at: number): string {
  return source.slice(
    source.lastIndexOf('\n', at) + 1,
    Math.min(at + 400, (source.indexOf('\n', at) + 1 || source.length + 1) - 1),
  );
}
