import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { advisoryFor, startFakeOsv, type FakeOsv } from '../../test/fake-osv.ts';
import { makeWorkplace, type Workplace } from './proofpix.ts';

let place: Workplace;
beforeAll(async () => {
  place = await makeWorkplace();
  await place.plugin('with-one', {
    'index.js':
      "import { double } from 'doubler';\nexport default { hooks: { 'file:process': () => ({ metadata: { n: double(Date.now()) } }) } };",
    'node_modules/doubler/package.json':
      '{"name":"doubler","version":"2.0.1","license":"MIT","type":"module","main":"i.js"}',
    'node_modules/doubler/i.js': 'export const double = (n) => n * 2;',
    'README.md': '# With one\n\nDoubles the time at which it was asked.',
    LICENSE: 'Apache-2.0',
  });
});
afterAll(() => place[Symbol.asyncDispose]());

type Checked = {
  dependencies: { audit: { state: string; source: string | null } };
  findings: { severity: string; code: string; message: string; hint: string }[];
};

describe('proofpix sbom', { timeout: 120_000 }, () => {
  test('prints the same document for a folder and for its package', async () => {
    const { code, stdout } = await place.run('sbom', 'with-one');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      specVersion: '1.6',
      components: [{ purl: 'pkg:npm/doubler@2.0.1', licenses: [{ license: { id: 'MIT' } }] }],
    });
    await place.run('pack', 'with-one', '-o', 'with-one.tgz');
    expect((await place.run('sbom', 'with-one.tgz', '--output', 'sbom.json')).code).toBe(0);
    expect(await readFile(join(place.folder, 'sbom.json'), 'utf8')).toBe(stdout);
  });

  test('says what is wrong where there is no plugin', async () => {
    expect(await place.run('sbom', 'nowhere')).toMatchObject({ code: 1, stdout: '' });
  });
});

describe('proofpix check --osv', { timeout: 120_000 }, () => {
  let osv: FakeOsv;
  beforeEach(async () => void (osv = await startFakeOsv()));
  afterEach(() => osv[Symbol.asyncDispose]());

  async function checked(...args: string[]): Promise<Checked & { code: number }> {
    const { code, stdout } = await place.run('check', 'with-one', '--no-load', '--json', ...args);
    return { code, ...(JSON.parse(stdout) as Checked) };
  }

  test('tells what is known, and what mends it', async () => {
    osv.advisories = [
      advisoryFor('GHSA-1', 'doubler', [{ introduced: '0' }, { fixed: '2.0.2' }], {
        database_specific: { severity: 'HIGH' },
      }),
    ];
    const { code, findings, dependencies } = await checked('--osv', osv.url);
    expect(code).toBe(0);
    expect(dependencies.audit).toMatchObject({ state: 'affected', source: osv.url });
    expect(findings.find(({ code: name }) => name === 'vulnerable_dependency')).toMatchObject({
      severity: 'warning',
      message: 'doubler 2.0.1 has a known vulnerability (high): GHSA-1. Something in doubler',
      hint: 'Use version 2.0.2 or newer.',
    });
  });

  test('ends with 2 where something in it is malicious', async () => {
    osv.advisories = [advisoryFor('MAL-2026-1', 'doubler', [{ introduced: '0' }])];
    const { code, findings } = await checked('--osv', osv.url);
    expect(code).toBe(2);
    expect(findings.map(({ code: name }) => name)).toContain('malicious_dependency');
  });

  test('calls nothing harmless that was not looked up', async () => {
    expect((await checked()).dependencies.audit).toMatchObject({ state: 'unknown', source: null });
    osv.intercept = (_, response) => Boolean(response.writeHead(404).end());
    expect((await checked('--osv', osv.url)).dependencies.audit).toMatchObject({ state: 'unknown', source: osv.url });
    const { stdout } = await place.run('check', 'with-one', '--no-load');
    expect(stdout).toContain(
      '1 dependency. Whether anything is known against them is unknown: name a source with --osv.',
    );
    osv.intercept = () => false;
    const known = await place.run('check', 'with-one', '--no-load', '--osv', osv.url);
    expect(known.stdout).toContain(`1 dependency. Nothing is known against them (${osv.url}).`);
  });

  test('says what is wrong with a source that is none', async () => {
    expect(await place.run('check', 'with-one', '--osv', 'nowhere')).toMatchObject({ code: 1, stdout: '' });
    expect(await place.run('check', 'with-one', '--osv', 'ftp://example.org')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('--osv must be like https://api.osv.dev'),
    });
  });
});
