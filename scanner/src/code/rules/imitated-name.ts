import { isRecord } from '../json-record.ts';
import { popularNames } from '../popular-names.ts';
import type { PackageJsonRule } from '../rule.ts';

/** Letters that are taken for one another. */
const same: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  i: 'l',
  '-': '',
  _: '',
  '.': '',
};

export const imitatedNameRule: PackageJsonRule = {
  kind: 'package-json',
  id: 'imitated-name',
  severity: 'medium',
  explanation: 'The name is a letter away from that of a popular package. Whoever mistypes it installs this one.',
  remedy: 'Choose a name that cannot be mistaken, or correct the name of the dependency.',
  samples: {
    bad: [
      { name: 'l\u043edash' },
      { name: '1odash' },
      { name: 'expres' },
      { name: 'axois' },
      { dependencies: { crossenv: '1.0.0' } },
      { dependencies: { raect: '18.0.0' } },
      { name: 'momnet' },
    ],
    good: [
      { name: 'lodash' },
      { name: 'photo-reader', dependencies: { react: '19', preact: '10', axios: '1' } },
      { name: '@team/expres-like' },
      { name: 'vue' },
      { name: 'redux' },
    ],
  },
  check(fields, report) {
    const { name, dependencies, optionalDependencies } = fields;
    const others = [dependencies, optionalDependencies].flatMap((list) => (isRecord(list) ? Object.keys(list) : []));
    for (const one of new Set([typeof name === 'string' ? name : '', ...others.slice(0, 1_000)])) {
      // oxlint-disable-next-line no-control-regex -- names of packages are ASCII
      if (/[^\x00-\x7f]/.test(one)) report(one, { message: `The name "${one}" has letters of another script.` });
      else {
        const popular = imitatedPopular(one, one !== name);
        if (popular !== null)
          report(one, { message: `The name "${one}" is close to that of "${popular}".`, confidence: 0.7 });
      }
    }
  },
};

/**
 * The popular name that one is a letter away from.
 * @param exact a plugin may be called by what it does, with a hyphen more than a library; a dependency is never meant so
 */
export function imitatedPopular(name: string, exact: boolean): string | null {
  const bare = name.toLowerCase();
  if (bare.startsWith('@') || bare.length < 4 || popularNames.has(bare)) return null;
  const plain = skeleton(bare);
  for (const popular of popularNames) {
    if (plain === skeleton(popular) && (exact || bare.includes('-') === popular.includes('-'))) return popular;
    // Short names are close to each other by chance.
    if (popular.length >= 5 && isOneStepAway(bare, popular) && (exact || bare.includes('-') === popular.includes('-')))
      return popular;
  }
  return null;
}

function skeleton(name: string): string {
  return [...name].map((char) => same[char] ?? char).join('');
}

/** One letter more, less, other, or two that changed places. */
function isOneStepAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const restA = a.slice(start, a.length - end);
  const restB = b.slice(start, b.length - end);
  if (restA.length <= 1 && restB.length <= 1) return true;
  return restA.length === 2 && restB.length === 2 && restA[0] === restB[1] && restA[1] === restB[0];
}
