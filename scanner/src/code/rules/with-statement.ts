import type { CodeRule } from '../rule.ts';

export const withStatementRule: CodeRule = {
  kind: 'code',
  id: 'with-statement',
  severity: 'high',
  explanation: 'Inside `with` nobody can tell what a name means: an object decides it at run time.',
  remedy: 'Name the object: `object.name`.',
  samples: {
    bad: ['with (settings) { run(name); }', 'with (() => {}) constructor("return 1")();'],
    good: ['merge({ with: 1 });', 'const text = "with (a) {}";', 'list.with(0, 1);'],
  },
  check(file, report) {
    for (const node of file.tree.nodes('WithStatement'))
      report(node.object, { message: 'Uses `with`, which hides what names mean.' });
  },
};
