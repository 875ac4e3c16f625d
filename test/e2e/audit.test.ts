import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { advisoryFor, startFakeOsv, type FakeOsv } from '../fake-osv.ts';
import { runCommand, type Outcome } from '../run-command.ts';

const root = join(dirname(fileURLToPath(import.meta.url)), '../..');
const { devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  devDependencies: Record<string, string>;
};
const high = { database_specific: { severity: 'HIGH' } };
const always = [{ introduced: '0' }];

describe('the audit of our own dependencies and plugins', { timeout: 300_000 }, () => {
  let osv: FakeOsv;
  beforeEach(async () => void (osv = await startFakeOsv()));
  afterEach(() => osv[Symbol.asyncDispose]());

  function audit(): Promise<Outcome> {
    const env = { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', OSV_SOURCE: osv.url };
    return runCommand(process.execPath, ['scripts/node.mjs', 'scripts/audit.ts'], { cwd: root, env });
  }

  test('looks every package of the lock file and of each plugin up, and passes where nothing is known', async () => {
    const { code, stdout } = await audit();
    expect(stdout).toMatch(
      /^\d{3,} dependencies of \d+ packages, \d{3} of them shipped with the server: 0 with something grave, 0 unknown/m,
    );
    expect(code).toBe(0);
  });

  test('fails over what is malicious, wherever it is, and over grave vulnerabilities in what is shipped', async () => {
    expect(Object.keys(devDependencies)).toContain('knip');
    osv.advisories = [
      advisoryFor('MAL-2026-1', 'knip', always),
      advisoryFor('GHSA-shipped', 'fastify', always, high),
      advisoryFor('GHSA-plugin', 'exifreader', always, high),
    ];
    const { code, stdout } = await audit();
    expect(code).toBe(1);
    expect(stdout).toMatch(/^GRAVE .*knip.*for developers only.*MAL-2026-1/m);
    expect(stdout).toMatch(/^GRAVE .*fastify.*GHSA-shipped/m);
    expect(stdout).toMatch(/^GRAVE .*exifreader@.* \(exif-reader\): GHSA-plugin/m);
  });

  test('tells, and passes, what only developers install and what is not grave', async () => {
    osv.advisories = [
      advisoryFor('GHSA-dev', 'knip', always, high),
      advisoryFor('GHSA-low', 'kysely', always, { database_specific: { severity: 'LOW' } }),
    ];
    const { code, stdout } = await audit();
    expect(code).toBe(0);
    expect(stdout).toMatch(/^known .*knip.*GHSA-dev/m);
    expect(stdout).toMatch(/^known .*kysely.*GHSA-low/m);
    expect(stdout).not.toContain('GRAVE');
  });

  test('is no pass where the source that was named gives no answer', async () => {
    osv.intercept = (_, response) => Boolean(response.writeHead(404).end());
    const { code, stdout } = await audit();
    expect(code).toBe(1);
    expect(stdout).toContain('The source answered 404.');
  });
});
