import { describe, expect, test } from 'vitest';
import type { ComponentList, DependencyAudit } from '@proofpix/contract/dependencies';
import { readAdvisory } from '@proofpix/scanner/advisories/advisory';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { affects } from '@proofpix/scanner/advisories/affects';
import { auditComponents } from '@proofpix/scanner/advisories/audit-components';
import { findingsOfAudit, findingsOfDependencies } from '@proofpix/scanner/advisories/audit-findings';
import { listComponents } from '@proofpix/scanner/dependencies/list-components';

function advisory(events: object[] | null, more: object = {}, affected: object = {}) {
  const ranges = events === null ? [] : [{ type: 'SEMVER', events }];
  const read = readAdvisory({
    id: 'GHSA-aaaa-bbbb-cccc',
    affected: [{ package: { ecosystem: 'npm', name: 'a' }, ranges, ...affected }],
    ...more,
  });
  if (read === null) throw new Error('The advisory of the test cannot be read.');
  return read;
}

describe('whether an advisory concerns a version', () => {
  const [from0, from1] = [{ introduced: '0' }, { introduced: '1.0.0' }];
  test.each([
    ['from the first on', [from0], '0.0.1', 'yes', null],
    ['before it is fixed', [from0, { fixed: '1.2.3' }], '1.2.2', 'yes', '1.2.3'],
    ['at the fix', [from0, { fixed: '1.2.3' }], '1.2.3', 'no', null],
    ['at a pre-release of the fix', [from0, { fixed: '1.2.3' }], '1.2.3-rc.1', 'yes', '1.2.3'],
    ['in one event object', [{ introduced: '0', fixed: '1.2.3' }], '1.2.3', 'no', null],
    ['before it came in', [from1], '0.9.9', 'no', null],
    ['where it came in', [from1], '1.0.0', 'yes', null],
    ['at a pre-release before it came in', [from1], '1.0.0-rc.1', 'no', null],
    ['with build metadata', [from1, { fixed: '1.0.1' }], '1.0.0+build.7', 'yes', '1.0.1'],
    ['at the last one', [from0, { last_affected: '1.2.3' }], '1.2.3', 'yes', null],
    ['after the last one', [from0, { last_affected: '1.2.3' }], '1.2.4', 'no', null],
    [
      'between two spans',
      [from0, { fixed: '1.0.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }],
      '1.5.0',
      'no',
      null,
    ],
    [
      'in the second span',
      [from0, { fixed: '1.0.0' }, { introduced: '2.0.0' }, { fixed: '2.1.0' }],
      '2.0.5',
      'yes',
      '2.1.0',
    ],
    [
      'with events in any order',
      [{ fixed: '2.1.0' }, { introduced: '2.0.0' }, { fixed: '1.0.0' }, from0],
      '2.0.5',
      'yes',
      '2.1.0',
    ],
    ['at the limit', [from0, { limit: '3.0.0' }], '3.0.0', 'no', null],
    ['below the limit', [from0, { limit: '3.0.0' }], '2.9.9', 'yes', null],
    ['compared as numbers', [from0, { fixed: '1.10.0' }], '1.9.0', 'yes', '1.10.0'],
    ['where versions are none', [{ introduced: 'abc' }], '1.0.0', 'unclear', null],
  ] as const)('%s', (_, events, version, says, fixed) => {
    expect(affects(advisory([...events]), 'a', version)).toMatchObject({ affects: says, fixed });
  });

  test('is said by a list of versions, of this package alone, and by nothing that was withdrawn', () => {
    expect(affects(advisory(null, {}, { versions: ['1.0.0', '1.0.1'] }), 'a', '1.0.1').affects).toBe('yes');
    expect(affects(advisory(null, {}, { versions: ['1.0.0'] }), 'a', '1.0.1').affects).toBe('no');
    expect(affects(advisory([from0]), 'b', '1.0.0').affects).toBe('no');
    expect(affects(advisory([from0], { withdrawn: '2026-01-01T00:00:00Z' }), 'a', '1.0.0').affects).toBe('no');
    const python = { id: 'X-1', affected: [{ package: { ecosystem: 'PyPI', name: 'a' }, versions: ['1.0.0'] }] };
    expect(readAdvisory(python)?.affected).toEqual([]);
  });

  test('of which nobody knows which one it is, only what concerns them all', () => {
    expect(affects(advisory([from0]), 'a', null).affects).toBe('yes');
    expect(affects(advisory([from0, { fixed: '1.0.0' }]), 'a', null).affects).toBe('unclear');
  });
});

describe('a record that is none', () => {
  test.each([
    ['no object', 'text'],
    ['no id', { affected: [] }],
    ['an id that leads elsewhere', { id: '../../etc', affected: [] }],
    ['affected that is no list', { id: 'A-1', affected: 'all' }],
    [
      'events that are none',
      { id: 'A-1', affected: [{ package: { ecosystem: 'npm', name: 'a' }, ranges: [{ events: [{}] }] }] },
    ],
    ['a package without a name', { id: 'A-1', affected: [{ package: { ecosystem: 'npm' } }] }],
  ])('clears nobody: %s', (_, record) => {
    expect(readAdvisory(record)).toBe(null);
  });
});

const list = (dependencies: Record<string, string>): ComponentList =>
  listComponents(new Map([['package.json', Buffer.from(JSON.stringify({ dependencies }))]]));

function sourceOf(records: object[], fault: string | null = null): AdvisorySource {
  const advisories = records.map(readAdvisory).filter((one) => one !== null);
  return { label: 'test', lookUp: async (queries) => queries.map(() => ({ advisories, fault })) };
}

function record(id: string, more: object = {}) {
  const affected = [
    {
      package: { ecosystem: 'npm', name: 'a' },
      ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '2.0.0' }] }],
    },
  ];
  return { id, affected, summary: `About ${id}`, ...more };
}

describe('the audit of dependencies', () => {
  test('without a source is unknown, never clean, also where there is nothing to look up', async () => {
    const audit = await auditComponents(list({ a: '1.0.0' }), null);
    expect(audit).toMatchObject({ state: 'unknown', source: null, components: [{ state: 'unknown' }] });
    expect((await auditComponents({ components: [], gaps: [] }, null)).state).toBe('unknown');
  });

  test('says none known only where everything was looked up', async () => {
    expect((await auditComponents(list({ b: '1.0.0' }), sourceOf([]))).state).toBe('none_known');
    expect((await auditComponents(list({ b: '^1.0.0' }), sourceOf([]))).state).toBe('none_known');
    expect(await auditComponents(list({ a: '^1.0.0' }), sourceOf([record('GHSA-1')]))).toMatchObject({
      state: 'unknown',
      reason: 'a: Its version is not known; GHSA-1 concerns some.',
    });
    expect((await auditComponents(list({ b: '1.0.0' }), sourceOf([], 'It is down.'))).state).toBe('unknown');
    const gaps = [{ file: 'index.js', message: 'Too large.' }];
    expect((await auditComponents({ ...list({ b: '1.0.0' }), gaps }, sourceOf([]))).state).toBe('unknown');
    const silent: AdvisorySource = { label: 'silent', lookUp: async () => [] };
    expect((await auditComponents(list({ b: '1.0.0' }), silent)).state).toBe('unknown');
  });

  test('tells id, other names, severity by vector or word, the fix, and a link of ours, the gravest first', async () => {
    const records = [
      record('GHSA-low', { database_specific: { severity: 'LOW' } }),
      record('GHSA-vector', {
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H' }],
        aliases: ['CVE-2020-1'],
      }),
      record('GHSA-four', {
        severity: [{ type: 'CVSS_V4', score: 'CVSS:4.0/AV:N/AC:L/AT:P/PR:N/UI:N/VC:L/VI:N/VA:N/SC:N/SI:N/SA:N' }],
      }),
      record('GHSA-word', {
        severity: [{ type: 'CVSS_V3', score: 'nonsense' }],
        database_specific: { severity: 'HIGH' },
      }),
      record('GHSA-graver', {
        severity: [{ type: 'CVSS_V3', score: 'CVSS:3.1/AV:L/AC:H/PR:H/UI:R/S:U/C:L/I:N/A:N' }],
        database_specific: { severity: 'CRITICAL' },
      }),
      record('MAL-2026-1', { references: [{ type: 'WEB', url: 'javascript:alert(1)' }] }),
    ];
    const audit = await auditComponents(list({ a: '1.0.0' }), sourceOf(records));
    expect(audit.state).toBe('affected');
    expect(audit.components[0]?.advisories.map(({ id, severity, score }) => [id, severity, score])).toEqual([
      ['MAL-2026-1', 'unknown', null],
      ['GHSA-graver', 'critical', 1.8],
      ['GHSA-vector', 'critical', 9.8],
      ['GHSA-word', 'high', null],
      ['GHSA-four', 'medium', 6.3],
      ['GHSA-low', 'low', null],
    ]);
    expect(audit.components[0]?.advisories[2]).toMatchObject({
      aliases: ['CVE-2020-1'],
      malicious: false,
      fixed: '2.0.0',
      link: 'https://osv.dev/vulnerability/GHSA-vector',
    });
    expect(JSON.stringify(audit)).not.toContain('javascript:');
  });

  test('tells what is known although not all could be found out', async () => {
    const audit = await auditComponents(list({ a: '1.0.0' }), sourceOf([record('GHSA-1')], 'The rest is missing.'));
    expect(audit.components[0]).toMatchObject({ state: 'affected', reason: 'The rest is missing.' });
  });
});

describe('findings about dependencies', () => {
  const audit = async (more: object, id = 'GHSA-1'): Promise<DependencyAudit> =>
    auditComponents(list({ a: '1.0.0' }), sourceOf([record(id, more)]));

  test('block malice, ask for a person for what is grave, and tell the rest', async () => {
    const weigh = async (more: object, id?: string) => {
      const { findings, verdict } = findingsOfAudit(list({ a: '1.0.0' }), await audit(more, id));
      const [first] = findings;
      return `${first?.rule} ${first?.severity} ${verdict}`;
    };
    expect(await weigh({}, 'MAL-2026-1')).toBe('malicious-dependency high block');
    expect(await weigh({ aliases: ['MAL-2026-1'] })).toBe('malicious-dependency high block');
    expect(await weigh({ database_specific: { severity: 'CRITICAL' } })).toBe('vulnerable-dependency medium review');
    expect(await weigh({ database_specific: { severity: 'HIGH' } })).toBe('vulnerable-dependency medium review');
    expect(await weigh({ database_specific: { severity: 'MODERATE' } })).toBe('vulnerable-dependency low pass');
    expect(await weigh({})).toBe('vulnerable-dependency low pass');
  });

  test('name licences that forbid, that spread and that nobody knows', () => {
    const installed = (license: string | null) => {
      const fields = { name: 'some-library', version: '1.0.0', ...(license === null ? {} : { license }) };
      const files = new Map([['node_modules/some-library/package.json', Buffer.from(JSON.stringify(fields))]]);
      return findingsOfDependencies(listComponents(files)).findings.map(({ rule, severity }) => `${rule} ${severity}`);
    };
    expect(installed('MIT')).toEqual([]);
    expect(installed('UNLICENSED')).toEqual(['dependency-licence medium']);
    expect(installed('CC-BY-NC-4.0')).toEqual(['dependency-licence medium']);
    expect(installed('AGPL-3.0-only')).toEqual(['dependency-licence low']);
    expect(installed('Some terms')).toEqual(['dependency-licence low']);
    expect(installed(null)).toEqual(['dependency-licence low']);
  });

  test.each(['lod-ash', '1odash', 'expresss', 'axois'])(
    'name what imitates a popular package and shows only in a bundle: %s',
    (name) => {
      const files = new Map([['index.js', Buffer.from(`// node_modules/${name}/index.js\n`)]]);
      const { findings } = findingsOfDependencies(listComponents(files));
      expect(findings.map(({ rule }) => rule)).toContain('imitated-name');
    },
  );

  test('say what was not seen', () => {
    const { findings } = findingsOfDependencies({ components: [], gaps: [{ file: 'big.js', message: 'Too large.' }] });
    expect(findings).toMatchObject([{ rule: 'dependencies-not-seen', file: 'big.js', severity: 'low' }]);
  });
});
