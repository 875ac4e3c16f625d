import { isRecord } from '../json-record.ts';
import type { PackageJsonRule } from '../rule.ts';

const fields = [
  'dependencies',
  'optionalDependencies',
  'peerDependencies',
  'devDependencies',
  'overrides',
  'resolutions',
] as const;
const elsewhere =
  /^(?:https?:|git(?:\+|:|@)|ssh:|file:|link:|portal:|github:|gitlab:|bitbucket:|gist:|[\w.-]+@[\w.-]+:|(?:\.{0,2}|~)\/|[\w.-]+\/[\w.-]+(?:#.*)?$)/i;

export const dependencySourceRule: PackageJsonRule = {
  kind: 'package-json',
  id: 'dependency-source',
  severity: 'high',
  explanation:
    'What such a dependency is, its server decides anew each time; no version and no digest holds it, and no audit knows it.',
  remedy: 'Take dependencies from the registry, by their own names and versions.',
  samples: {
    bad: [
      { dependencies: { a: 'http://example.org/a.tgz' } },
      { dependencies: { a: 'git+ssh://git@example.org/a.git' } },
      { optionalDependencies: { a: 'file:../a' } },
      { dependencies: { a: 'someone/a#main' } },
      { dependencies: { lodash: 'npm:1odash@1' } },
      { overrides: { a: { b: 'https://example.org/b.tgz' } } },
    ],
    good: [{ dependencies: { a: '^1.2.3', b: '*', c: '>=1 <3', d: 'latest' } }, { dependencies: {} }],
  },
  check(packageJson, report) {
    for (const field of fields) {
      const open: unknown[] = [packageJson[field]];
      for (let next = open.pop(), count = 0; count < 2_000 && next !== undefined; next = open.pop(), count += 1) {
        for (const [name, range] of Object.entries(isRecord(next) ? next : {})) {
          if (isRecord(range)) open.push(range);
          else if (typeof range === 'string') judge(field, name, range.trim());
        }
      }
    }

    function judge(field: string, name: string, range: string): void {
      const forAuthors = field === 'devDependencies' || field === 'peerDependencies';
      if (elsewhere.test(range)) {
        report(name, {
          message: `Takes "${name}" from ${range.slice(0, 80)}.`,
          severity: forAuthors ? 'medium' : 'high',
        });
      } else if (range.startsWith('npm:')) {
        report(name, {
          message: `Takes another package under the name "${name}": ${range.slice(4, 80)}.`,
          severity: 'medium',
        });
      }
    }
  },
};
