import { describe, expect, it, test } from 'vitest';
import { Value } from 'typebox/value';
import {
  decideHost,
  decidePackage,
  decidePermission,
  decideUpdate,
  deniedHosts,
  type Policy,
  policyErrors,
  PolicyRule,
  usualPolicy,
  type PolicySubject,
  type UpdateQuestion,
} from '../src/policies.ts';

const subject: PolicySubject = {
  plugin: 'exif-reader',
  version: '1.0.0',
  publishers: ['local', 'acme'],
  verdict: 'review',
};
const policy = (rules: PolicyRule[], otherwise: 'allow' | 'deny' = 'allow'): Policy => ({
  ...usualPolicy,
  rules,
  otherwise,
});

describe('a policy decides by the first rule that holds', () => {
  it.each<[string, PolicyRule[], 'allow' | 'deny', 'allow' | 'deny', number | null]>([
    ['nothing, and allows', [], 'allow', 'allow', null],
    ['nothing, and denies', [], 'deny', 'deny', null],
    ['the publisher', [{ effect: 'deny', publisher: 'acme' }], 'allow', 'deny', 1],
    ['another publisher', [{ effect: 'deny', publisher: 'other' }], 'allow', 'allow', null],
    ['the plugin', [{ effect: 'allow', plugin: 'exif-reader' }], 'deny', 'allow', 1],
    ['the version', [{ effect: 'deny', plugin: 'exif-reader', version: '1.0.0' }], 'allow', 'deny', 1],
    ['the verdict', [{ effect: 'deny', verdict: 'review' }], 'allow', 'deny', 1],
    ['another verdict', [{ effect: 'allow', verdict: 'pass' }], 'deny', 'deny', null],
    [
      'the first of two',
      [
        { effect: 'allow', plugin: 'exif-reader' },
        { effect: 'deny', publisher: 'acme' },
      ],
      'deny',
      'allow',
      1,
    ],
    [
      'the second, where the first is about somebody else',
      [
        { effect: 'allow', plugin: 'other-reader' },
        { effect: 'deny', publisher: 'acme' },
      ],
      'allow',
      'deny',
      2,
    ],
    ['all of what it names', [{ effect: 'deny', publisher: 'acme', plugin: 'other-reader' }], 'allow', 'allow', null],
    ['a permission, which is not the whole plugin', [{ effect: 'deny', permission: 'http' }], 'allow', 'allow', null],
    ['an empty rule, which is about everything', [{ effect: 'deny' }], 'allow', 'deny', 1],
  ])('that names %s', (_what, rules, otherwise, effect, rule) => {
    expect(decidePackage(policy(rules, otherwise), subject)).toMatchObject({ effect, rule });
  });

  test('and says which one and why', () => {
    const rules: PolicyRule[] = [{ effect: 'deny', publisher: 'acme', note: 'They were sold.' }];
    expect(decidePackage(policy(rules), subject).why).toBe('Rule 1 denies what acme publishes. They were sold.');
  });
});

describe('a version in a rule', () => {
  const deny = (version: string) => policy([{ effect: 'deny', version }]);
  const allow = (version: string) => policy([{ effect: 'allow', version }], 'deny');
  const of = (version: string) => ({ ...subject, version });

  test('that denies holds for the same version with anything behind a +', () => {
    expect(decidePackage(deny('1.0.0'), of('1.0.0+hidden')).effect).toBe('deny');
    expect(decidePackage(deny('1.0.0'), of('1.0.0-rc.1')).effect).toBe('allow');
    expect(decidePackage(deny('1.0.0+one'), of('1.0.0+other')).effect).toBe('allow');
  });

  test('that allows is exact: other content can stand behind a +', () => {
    expect(decidePackage(allow('1.0.0'), of('1.0.0')).effect).toBe('allow');
    expect(decidePackage(allow('1.0.0'), of('1.0.0+hidden')).effect).toBe('deny');
  });

  test.each(['v1.0.0', '01.0.0', '1.0', ' 1.0.0', '1.0.0 ', '1.0.0\n', '=1.0.0', '*'])('cannot be %j', (version) => {
    expect(Value.Check(PolicyRule, { effect: 'deny', version })).toBe(false);
  });
});

describe('a permission', () => {
  test('is denied with the whole plugin, whatever a rule says of it', () => {
    const rules: PolicyRule[] = [
      { effect: 'allow', permission: 'files' },
      { effect: 'deny', plugin: 'exif-reader' },
    ];
    expect(decidePermission(policy(rules), subject, 'files')).toMatchObject({ effect: 'deny', rule: 2 });
  });

  test('is denied by a rule of its own, unless an earlier one is about the plugin', () => {
    const denies: PolicyRule = { effect: 'deny', permission: 'http' };
    const allows: PolicyRule = { effect: 'allow', plugin: 'exif-reader' };
    expect(decidePermission(policy([denies, allows]), subject, 'http').effect).toBe('deny');
    expect(decidePermission(policy([allows, denies]), subject, 'http').effect).toBe('allow');
    expect(decidePermission(policy([denies]), subject, 'files').effect).toBe('allow');
  });
});

describe('a host', () => {
  const rules: PolicyRule[] = [
    { effect: 'allow', host: 'good.tracker.example' },
    { effect: 'deny', host: '*.tracker.example' },
    { effect: 'deny', host: 'evil.example' },
    { effect: 'deny', host: 'some.example:8443' },
  ];
  it.each([
    ['good.tracker.example', 443, 'allow'],
    ['bad.tracker.example', 443, 'deny'],
    ['tracker.example', 443, 'allow'],
    ['eviltracker.example', 443, 'allow'],
    ['evil.example', 443, 'deny'],
    ['evil.example', 8443, 'deny'],
    ['some.example', 443, 'allow'],
    ['some.example', 8443, 'deny'],
  ] as const)('%s:%i → %s', (name, port, effect) => {
    expect(decideHost(policy(rules), subject, name, port).effect).toBe(effect);
  });

  test('is denied with the permission that reaches it', () => {
    expect(decideHost(policy([{ effect: 'deny', permission: 'http' }]), subject, 'a.example', 443).effect).toBe('deny');
    expect(decideHost(policy([{ effect: 'deny', host: '*' }]), subject, 'a.example', 443).effect).toBe('deny');
  });

  test('of a manifest is told to be denied, wholly or in part', () => {
    const hosts = ['evil.example:8443', '*.tracker.example', '*.example', 'fine.example', 'good.tracker.example'];
    expect(deniedHosts(policy(rules), subject, hosts).map(({ host, partly }) => [host, partly])).toEqual([
      ['evil.example:8443', false],
      ['*.tracker.example', false],
    ]);
    const some = policy([{ effect: 'deny', host: 'api.wide.example' }]);
    expect(deniedHosts(some, subject, ['*.wide.example']).map(({ partly }) => partly)).toEqual([true]);
    const kept = policy([{ effect: 'allow', host: 'api.wide.example' }, ...some.rules]);
    expect(deniedHosts(kept, subject, ['*.wide.example'])).toEqual([]);
  });

  test('that is none is refused with its place in the policy', () => {
    const wrong: PolicyRule[] = [
      { effect: 'deny', host: 'https://evil.example/' },
      { effect: 'deny', host: '10.0.0.1' },
      { effect: 'deny', host: 'a.example', permission: 'files' },
      { effect: 'deny', host: '*' },
    ];
    expect(policyErrors(policy(wrong)).map(({ field }) => field)).toEqual([
      '/rules/0/host',
      '/rules/1/host',
      '/rules/2/permission',
    ]);
  });
});

describe('an update by itself', () => {
  const now = new Date('2026-11-30T12:00:00Z');
  const question: UpdateQuestion = {
    step: 'minor',
    version: '1.1.0',
    since: new Date('2026-11-20T12:00:00Z'),
    now,
    mode: 'all',
    pin: null,
    rules: { mode: 'all', security: true, minimumAgeDays: 7 },
    dangerous: null,
    failedBefore: false,
    decision: { effect: 'allow', rule: null, why: 'No rule denies it.' },
  };
  const denied = { effect: 'deny', rule: 1, why: 'Rule 1 denies it.' } as const;
  /** Every pair of what may speak against it, the stronger first: kill list (in the server's tests) > policy > pin > rules for updates. */
  it.each<[string, Partial<UpdateQuestion>, boolean, string]>([
    ['nothing is against it', {}, true, 'minor step'],
    ['the policy denies it', { decision: denied }, false, 'Rule 1'],
    ['policy over pin', { decision: denied, pin: '1.0.0' }, false, 'Rule 1'],
    ['policy over a security fix', { decision: denied, dangerous: 'x' }, false, 'Rule 1'],
    ['pin over the mode', { pin: '1.0.0' }, false, 'pinned'],
    ['pin over a security fix', { pin: '1.0.0', dangerous: 'x' }, false, 'pinned'],
    ['pin to the newer version itself', { pin: '1.1.0' }, false, 'pinned'],
    ['what failed before', { failedBefore: true }, false, 'failed'],
    ['what failed before, over a security fix', { failedBefore: true, dangerous: 'x' }, false, 'failed'],
    ['a security fix over the mode', { mode: 'none', dangerous: 'x' }, true, 'safety'],
    ['a security fix over the age', { since: now, dangerous: 'x' }, true, 'safety'],
    [
      'a security fix where none is wanted',
      { mode: 'none', dangerous: 'x', rules: { ...question.rules, security: false } },
      false,
      'by itself',
    ],
    ['no mode', { mode: 'none' }, false, 'by itself'],
    ['a minor step under patch', { mode: 'patch' }, false, 'minor step'],
    ['a patch under patch', { mode: 'patch', step: 'patch' }, true, 'patch step'],
    ['a minor step under minor', { mode: 'minor' }, true, 'minor step'],
    ['a major step under minor', { mode: 'minor', step: 'major' }, false, 'major step'],
    ['a major step under all', { step: 'major' }, true, 'major step'],
    ['too young', { since: new Date('2026-11-24T12:00:00Z') }, false, '2026-12-01'],
    ['just old enough', { since: new Date('2026-11-23T12:00:00Z') }, true, 'minor step'],
  ])('%s', (_what, change, installs, why) => {
    const decided = decideUpdate({ ...question, ...change });
    expect(decided.installs).toBe(installs);
    expect(decided.why).toContain(why);
  });
});
