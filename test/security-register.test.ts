import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { auditActs } from '@proofpix/contract/audit';
import { controlNames, controlOfAct, controls } from '@proofpix/contract/controls';
import { limits } from '@proofpix/contract/limits';
import { allRoutes } from '@proofpix/contract/routes';
import { securityDocuments } from '../scripts/security/documents.ts';
import { asvs, owasp, soc2, threats } from '../scripts/security/register.ts';
import { testNames } from '../scripts/security/test-names.ts';
import { stateNames } from '../server/src/features/controls/collect-evidence.ts';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const read = (path: string) => readFileSync(join(root, path), 'utf8');

type Row = { id: string; where: readonly string[]; tests: readonly string[] };
const rows: Row[] = [
  ...owasp.categories.map(({ id, stops, tests }) => ({ id, where: stops.flatMap(({ where }) => where), tests })),
  ...asvs.requirements,
  ...threats.threats,
  ...soc2.criteria,
];

const namesOf = new Map<string, Set<string>>();
/** What is wrong with `path › name`, or null. */
function faultOf(named: string): string | null {
  const [path = '', name] = named.split(' › ');
  if (name === undefined) return `"${named}" names no test`;
  if (!/\.test\.tsx?$/.test(path) || !existsSync(join(root, path))) return `${path} is no file of tests`;
  const names = namesOf.get(path) ?? testNames(path, read(path));
  namesOf.set(path, names);
  return names.has(name) ? null : `${path} has no test "${name}"`;
}

describe('the register of docs/security', () => {
  test('names only paths and tests that exist, by their exact names', () => {
    expect(rows.length).toBeGreaterThan(150);
    const wrong = rows.flatMap(({ id, where, tests }) => [
      ...where.filter((path) => !existsSync(join(root, path))).map((path) => `${id}: ${path} is not there`),
      ...tests.map(faultOf).flatMap((fault) => (fault === null ? [] : [`${id}: ${fault}`])),
    ]);
    expect(wrong).toEqual([]);
  });

  test('would be seen to fail: a name that is nearly right, a part of one, and a comment are no tests', () => {
    const here = 'test/security-register.test.ts';
    expect(faultOf(`${here} › names only paths and tests that exist, by their exact names`)).toBeNull();
    expect(faultOf(`${here} › names only paths and tests that exist`)).toContain('has no test');
    expect(faultOf(`${here} › names only paths and tests that exist, by their exact name`)).toContain('has no test');
    expect(faultOf('test/nowhere.test.ts › anything')).toContain('is no file of tests');
    expect(faultOf(here)).toContain('names no test');
    const source = `// test('in a comment')\nconst text = "test('in a text')";\ntest.skipIf(no).each([1])(\`of $\{one}\`, () => {});`;
    expect([...testNames('a.test.ts', source)]).toEqual(['of ${…}']);
  });

  test('has the ten categories of the OWASP Top 10, each with three tests that attack it', () => {
    expect(owasp.categories.map(({ id }) => id)).toEqual(
      Array.from({ length: 10 }, (_, index) => `A${String(index + 1).padStart(2, '0')}`),
    );
    for (const { id, tests, stops, notCovered } of owasp.categories) {
      expect(new Set(tests).size, id).toBeGreaterThanOrEqual(3);
      expect(stops.length * notCovered.length, id).toBeGreaterThan(0);
    }
  });

  test('has every ASVS requirement of its chapters at levels 1 and 2, and calls none met without place and test', () => {
    expect(asvs.requirements.map(({ id }) => id)).toEqual(requirementsAtLevel2());
    for (const { id, state, where, tests, note } of asvs.requirements) {
      if (state === 'met') expect(where.length * tests.length, id).toBeGreaterThan(0);
      else expect(note, id).toMatch(/\w/);
      if (state === 'untested') expect(where.length, id).toBeGreaterThan(0);
      if (state === 'not applicable') expect([where, tests], id).toEqual([[], []]);
    }
  });

  test('has threats for every border, each with a place and a test that attacks it', () => {
    const borders = Object.keys(threats.boundaries);
    expect(new Set(threats.threats.map(({ boundary }) => boundary))).toEqual(new Set(borders));
    for (const { id, where, tests, residual } of threats.threats) {
      expect(where.length * tests.length, id).toBeGreaterThan(0);
      expect(residual, id).not.toBe('');
    }
    expect(new Set(threats.threats.map(({ stride }) => stride))).toEqual(new Set(['S', 'T', 'R', 'I', 'D', 'E']));
  });

  test('maps SOC 2 criteria to controls that are exported, in both directions', () => {
    const criteria = new Map(soc2.criteria.map((criterion) => [criterion.id, criterion]));
    for (const { id, controls: named, states, where, tests } of soc2.criteria) {
      expect(
        named.filter((name) => !controlNames.includes(name)),
        id,
      ).toEqual([]);
      expect(
        states.filter((name) => !(stateNames as readonly string[]).includes(name)),
        id,
      ).toEqual([]);
      if (where.length > 0) expect(tests.length, id).toBeGreaterThan(0);
    }
    for (const name of controlNames)
      for (const id of controls[name].criteria) expect(criteria.get(id)?.controls, `${name} ${id}`).toContain(name);
    expect(Object.keys(controlOfAct).toSorted()).toEqual(Object.keys(auditActs).toSorted());
  });

  test('is what the documents say', () => {
    for (const [path, text] of securityDocuments()) expect(read(path), path).toBe(text);
  });
});

describe('docs/security/sign-in.md', () => {
  const document = read('docs/security/sign-in.md');
  const source = (path: string) => read(`server/src/features/accounts/${path}`);

  test('says in sign-in.md the figures that the code has', () => {
    const figures: [says: string, path: string, code: string][] = [
      ['10 tries for an address from one network address', 'sign-in.ts', '{ key: `${address} ${email}`, allowed: 10 }'],
      ['100 for an e-mail address from everywhere', 'sign-in.ts', '{ key: email, allowed: 100 }'],
      ['100 from one network address', 'sign-in.ts', '{ key: address, allowed: 100 }'],
      ['in windows of 15 minutes', 'attempts.ts', 'windowMilliseconds = 15 * 60_000'],
      ['takes 5 codes', 'second-factor/finish-challenge.ts', 'attemptsPerChallenge = 5'],
      ['a person 20 in 15 minutes', 'second-factor/check-code.ts', 'codesPerWindow = 20'],
      ['without a request | 3 days', 'sign-in.ts', 'idleMilliseconds = 3 * day'],
      ['whatever is done | 14 days', 'sign-in.ts', 'sessionMilliseconds = 14 * day'],
      ['an access token | 10 minutes', 'access-tokens/access-token.ts', 'tokenSeconds = 10 * 60'],
      ['within 7 days', 'invitations/invite.ts', 'lifetime = 7 * 24 * 60 * 60_000'],
      ['within an hour', 'password-resets/reset-password.ts', 'lifetime = 60 * 60_000'],
      [`at once | ${limits.sessionsPerMember}`, 'sessions/queries.ts', 'limits.sessionsPerMember'],
      [`an API token | ${limits.tokenDays} days`, 'tokens/make-token.ts', 'limits.tokenDays'],
    ];
    for (const [says, path, code] of figures) {
      expect(document, says).toContain(says);
      expect(source(path), `${path}: ${says}`).toContain(code);
    }
    expect(document).toContain('At least 10 characters, at most 200');
    expect(read('contract/src/api/accounts.ts')).toContain('Type.String({ minLength: 10, maxLength: 200 })');
    const words = /ownWords = \[(.*)\]/.exec(source('choose-password.ts'))?.[1] ?? '';
    const listed = [...words.matchAll(/'(\w+)'/g)].map((match) => `\`${match[1]}\``);
    expect(listed.length).toBeGreaterThan(3);
    expect(document).toContain(listed.join(', '));
  });

  test('finds neither secret questions in the routes nor ages of passwords in the tables', () => {
    const texts = allRoutes().map(({ route }) => JSON.stringify(route));
    expect(texts.length).toBeGreaterThan(150);
    expect(texts.filter((text) => /secret question|security question|password hint/i.test(text))).toEqual([]);
    const users = read('server/src/db/schema.snapshot.txt').match(/^column users\.\S+/gm) ?? [];
    expect(users).toContain('column users.password_hash');
    expect(users.filter((column) => /password_(changed|expires|set)/.test(column))).toEqual([]);
  });
});

/** The ids of ASVS 5.0.0 at levels 1 and 2, as its sections of these chapters have them, in the order of the standard. */
function requirementsAtLevel2(): string[] {
  const sections: Record<string, readonly number[]> = {
    'V4.1': [1, 2, 3],
    'V4.2': [1],
    'V4.3': [1, 2],
    'V4.4': [1, 2, 3, 4],
    'V6.1': [1, 2, 3],
    'V6.2': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12],
    'V6.3': [1, 2, 3, 4],
    'V6.4': [1, 2, 3, 4],
    'V6.5': [1, 2, 3, 4, 5],
    'V6.6': [1, 2, 3],
    'V6.8': [1, 2, 3, 4],
    'V7.1': [1, 2, 3],
    'V7.2': [1, 2, 3, 4],
    'V7.3': [1, 2],
    'V7.4': [1, 2, 3, 4, 5],
    'V7.5': [1, 2],
    'V7.6': [1, 2],
    'V8.1': [1, 2],
    'V8.2': [1, 2, 3],
    'V8.3': [1],
    'V8.4': [1],
    'V9.1': [1, 2, 3],
    'V9.2': [1, 2, 3, 4],
    'V10.1': [1, 2],
    'V10.2': [1, 2],
    'V10.3': [1, 2, 3, 4],
    'V10.4': [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11],
    'V10.5': [1, 2, 3, 4, 5],
    'V10.6': [1, 2],
    'V10.7': [1, 2, 3],
  };
  return Object.entries(sections).flatMap(([section, numbers]) => numbers.map((number) => `${section}.${number}`));
}
