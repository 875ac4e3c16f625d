import type { CodeRule } from '../rule.ts';

export const slowPatternRule: CodeRule = {
  kind: 'code',
  id: 'slow-pattern',
  severity: 'low',
  explanation: 'A repetition inside of a repetition can take years on a text that somebody prepared.',
  remedy: 'Repeat what cannot match the same text in two ways.',
  samples: {
    bad: ['/^(a+)+$/.test(text);', 'new RegExp("(x*)*y");', '/(\\w+\\s?)*$/.exec(line);', '/^(a|aa)+$/.test(text);'],
    good: ['/^a+$/.test(text);', '/(?:ab)+c/.test(text);', '/^[a-z]+(?:-[a-z]+)*$/.test(text);', 'new RegExp("a*");'],
  },
  check(file, report) {
    for (const node of file.tree.nodes('Literal')) {
      if ('regex' in node && node.regex !== undefined && isSlow(node.regex.pattern))
        report(node, { message: 'A regular expression can take for ever.', confidence: 0.6 });
    }
    for (const invocation of file.invocations) {
      if (!invocation.paths.includes('RegExp')) continue;
      const [pattern] = invocation.values[0] ?? [];
      if (pattern?.kind === 'primitive' && typeof pattern.value === 'string' && isSlow(pattern.value)) {
        report(invocation.node, { message: 'A regular expression can take for ever.', confidence: 0.6 });
      }
    }
  },
};

/** `(a+)+`, `(\w+\s?)*`, `(a|aa)+`: groups that are repeated and can match one text in several ways. */
function isSlow(pattern: string): boolean {
  if (pattern.length > 2_000) return false;
  const nested = /\((?:\?:)?(?:[\w.]|\\[wdsS]|\[[^\]]{1,30}\])[+*](?:(?:[\w.]|\\[wdsS])[?*])?\)(?:[+*]|\{\d+,\})/.test(
    pattern,
  );
  const overlapping = /\((?:\?:)?(\w)\|\1+\)[+*]/.test(pattern);
  return nested || overlapping;
}
