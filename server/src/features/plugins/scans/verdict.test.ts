import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { ruleSetVersion, usualScanRules, type ScanRules } from '@proofpix/contract/scan';
import { writeArchive } from '@proofpix/pack/write-archive';
import { sha256 } from '@proofpix/scanner/identity';
import { readPackage } from '@proofpix/scanner/read-package';
import { withOrganisation } from '../../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { ask, ended, install, packTestPlugin, problemOf, sendJson, upload } from '../test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

/** A package with one finding of the rule `eval`, high, and one whose only finding is of medium severity. */
const grave = (id: string) =>
  packTestPlugin({ manifest: { id }, files: { 'other.js': "module.exports = eval('1 + 1');" } });
const doubtful = (id: string) => packTestPlugin({ manifest: { id }, files: { 'other.js': 'this is no JavaScript' } });

const objectsOf = (organisationId: string) =>
  readdir(join(server.dataDir, 'objects', 'org', organisationId)).catch(() => []);
const rowOf = (organisationId: string, pluginId: string) =>
  withOrganisation(server.db, organisationId, (tx) =>
    tx.selectFrom('plugins').selectAll().where('plugin_id', '=', pluginId).executeTakeFirstOrThrow(),
  );
const put = (member: TestMember, rules: ScanRules) =>
  sendJson(member, '/api/organisations/scan-rules', 'PUT', { rules });
const inspect = async (member: TestMember, archive: Uint8Array) => {
  const form = new FormData();
  form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
  return (await member.fetch('/api/plugins/inspect', { method: 'POST', body: form })).json() as Promise<{
    scan: { verdict: string; result: { findings: { rule: string; file: string; line: number }[] } };
  }>;
};

describe('what is found in a package', () => {
  test('is shown by an inspection, and blocks the install, which stores nothing', async () => {
    const { owner, id } = await server.createOrganisation();
    const archive = await grave('evaluates');
    const { scan } = await inspect(owner, archive);
    expect(scan.verdict).toBe('block');
    expect(scan.result.findings).toMatchObject([{ rule: 'eval', file: 'other.js', line: 1 }]);
    const tries: Record<string, string>[] = [{}, { acceptReview: 'true' }, { development: 'true' }];
    for (const fields of tries) {
      const end = await ended(owner, await upload(owner, archive, fields));
      expect(end).toMatchObject({ code: 'package_blocked' });
      expect(JSON.stringify(end)).toContain('other.js:1:18');
    }
    expect(await objectsOf(id)).toEqual([]);
    expect(await owner.call(routes.plugins.list)).toMatchObject({ items: [] });
  });

  test('asks for a review, which whoever installs it says they made, and the trail keeps it', async () => {
    const { owner, id } = await server.createOrganisation();
    const archive = await doubtful('doubtful');
    expect((await inspect(owner, archive)).scan.verdict).toBe('review');
    const refused = await upload(owner, archive, { acceptReview: 'false' });
    expect(await problemOf(refused)).toMatchObject({ status: 409, code: 'package_review_needed' });
    expect(await objectsOf(id)).toEqual([]);
    const end = await ended(owner, await upload(owner, archive, { acceptReview: 'true' }));
    expect(end).toMatchObject({ plugin: { id: 'doubtful' } });
    const { items } = await owner.call(routes.plugins.events, { params: { id: 'doubtful' } });
    expect(items).toMatchObject([
      {
        type: 'plugin:installed',
        actor: owner.userId,
        detail: { scan: { ruleSet: ruleSetVersion, verdict: 'review', findings: 1, accepted: true } },
      },
    ]);
    const kept = await owner.call(routes.plugins.scan, { params: { id: 'doubtful' } });
    expect(kept).toMatchObject({ verdict: 'review', current: true, failed: false, acceptedBy: 'Another owner' });
    expect(kept.result?.findings).toMatchObject([{ rule: 'unreadable-code' }]);
    expect(kept.acceptedAt).not.toBeNull();
  });

  test('is that of the version that is installed, after an update too', async () => {
    const { owner } = await server.createOrganisation();
    await ended(owner, await upload(owner, await doubtful('changes'), { acceptReview: 'true' }));
    await install(owner, { manifest: { id: 'changes', version: '1.1.0' } });
    expect(await owner.call(routes.plugins.scan, { params: { id: 'changes' } })).toMatchObject({
      verdict: 'pass',
      result: { findings: [] },
      acceptedAt: null,
      acceptedBy: null,
    });
    // The update to a version with findings is judged like an install.
    const worse = await packTestPlugin({
      manifest: { id: 'changes', version: '1.2.0' },
      files: { 'other.js': "eval('1')" },
    });
    expect(await ended(owner, await upload(owner, worse))).toMatchObject({ code: 'package_blocked' });
    expect(await ask(owner, 'changes:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
  });
});

describe("an organisation's rules", () => {
  test('decide, by severity and by rule, and are its own', async () => {
    const { owner } = await server.createOrganisation();
    const { owner: other } = await server.createOrganisation();
    const read = await owner.call(routes.organisations.getScanRules);
    expect(read).toMatchObject({ rules: usualScanRules, usual: usualScanRules, updatedAt: null });
    expect(read.known.map(({ rule }) => rule)).toEqual(
      expect.arrayContaining(['eval', 'unreadable-code', 'hook-missing', 'malicious-dependency']),
    );
    const severities = { high: 'pass', medium: 'block', low: 'pass' } as const;
    expect((await put(owner, { severities, rules: [] })).status).toBe(200);
    expect((await inspect(owner, await grave('evaluates'))).scan.verdict).toBe('pass');
    expect(await ended(owner, await upload(owner, await grave('evaluates')))).toMatchObject({ plugin: {} });
    expect(await ended(owner, await upload(owner, await doubtful('doubtful')))).toMatchObject({
      code: 'package_blocked',
    });
    expect(await ended(other, await upload(other, await grave('evaluates')))).toMatchObject({
      code: 'package_blocked',
    });
    await put(owner, { severities, rules: [{ rule: 'eval', action: 'review' }] });
    // What is installed stays, and is shown by the rules as they are now.
    expect(await owner.call(routes.plugins.scan, { params: { id: 'evaluates' } })).toMatchObject({ verdict: 'review' });
    expect(await ended(owner, await upload(owner, await grave('second'), { acceptReview: 'false' }))).toMatchObject({
      code: 'package_review_needed',
    });
  });

  test('that name an unknown rule, one twice or an unknown action are refused', async () => {
    const { owner } = await server.createOrganisation();
    const { severities } = usualScanRules;
    const twice = [1, 2].map(() => ({ rule: 'eval', action: 'pass' as const }));
    for (const rules of [
      { severities, rules: [{ rule: 'evil', action: 'pass' }] },
      { severities, rules: twice },
      { severities, rules: [{ rule: 'eval', action: 'ignore' }] },
      { severities: { high: 'block' }, rules: [] },
      { severities: { ...severities, grave: 'pass' }, rules: [] },
    ]) {
      const problem = await problemOf(await put(owner, rules as ScanRules));
      expect(problem, JSON.stringify(rules)).toMatchObject({ status: 400, code: 'invalid_request' });
    }
    expect(await owner.call(routes.organisations.getScanRules)).toMatchObject({ updatedAt: null });
  });

  test('are read by those who see plugins, and changed by those who manage them', async () => {
    const { owner, signIn } = await server.createOrganisation();
    await put(owner, { ...usualScanRules, rules: [{ rule: 'eval', action: 'review' }] });
    const [admin, analyst, viewer] = await Promise.all([signIn('admin'), signIn('analyst'), signIn('viewer')]);
    expect((await put(admin, usualScanRules)).status).toBe(200);
    expect((await put(analyst, usualScanRules)).status).toBe(403);
    expect(await analyst.call(routes.organisations.getScanRules)).toMatchObject({ rules: usualScanRules });
    expect((await viewer.fetch('/api/organisations/scan-rules')).status).toBe(403);
  });
});

describe('what is kept of a package', () => {
  test('is the canonical archive of its files, with the digest of what was received beside it', async () => {
    const { owner, id } = await server.createOrganisation();
    const zip = await packTestPlugin({ manifest: { id: 'as-tar' } });
    const { files } = await readPackage(zip);
    const received = await writeArchive(files, 'tgz');
    const form = new FormData();
    form.set('plugin', new Blob([Buffer.from(received)]), 'plugin.tar.gz');
    form.set('autoLoad', 'true');
    await ended(owner, await owner.fetch('/api/plugins/install', { method: 'POST', body: form }));
    const row = await rowOf(id, 'as-tar');
    expect(row).toMatchObject({ archive_digest: await sha256(zip), received_digest: await sha256(received) });
    expect(Number(row.archive_size)).toBe(zip.length);
    expect(await objectsOf(id)).toEqual([await sha256(zip)]);
    // Its process ends, and the next one is loaded from what is kept.
    await owner.call(routes.plugins.unload, { params: { id: 'as-tar' } });
    await owner.call(routes.plugins.load, { params: { id: 'as-tar' } });
    expect(await ask(owner, 'as-tar:ask')).toMatchObject([{ ok: true, result: { answer: 42 } }]);
    await owner.call(routes.plugins.uninstall, { params: { id: 'as-tar' } });
    expect(await objectsOf(id)).toEqual([]);
  });
});

describe('a package that cannot be scanned', () => {
  test('is neither clean nor refused: the install says to try again, and stores nothing', async () => {
    await using impatient = await startServer({ intake: { bounds: { cpuMilliseconds: 200 } } });
    const { owner, id } = await impatient.createOrganisation();
    const code = `module.exports = {};\n${"x.y = [1, 'a' + 'b', () => x.y(2)];\n".repeat(40_000)}`;
    const archive = await packTestPlugin({ manifest: { id: 'endless' }, files: { 'other.js': code } });
    for (const path of ['/api/plugins/install', '/api/plugins/inspect']) {
      const form = new FormData();
      form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
      const end = await ended(owner, await owner.fetch(path, { method: 'POST', body: form }));
      expect(end).toMatchObject({ code: 'package_not_scanned' });
    }
    expect(await readdir(join(impatient.dataDir, 'objects', 'org', id)).catch(() => [])).toEqual([]);
    expect(await owner.call(routes.plugins.list)).toMatchObject({ items: [] });
  });

  test('and one whose scanner lies about the archive never runs from what was kept', async () => {
    const scannerFile = fileURLToPath(new URL('../../../../../intake/test/doubles/rogue-scanner.mjs', import.meta.url));
    await using owned = await startServer({ intake: { scannerFile } });
    const { owner } = await owned.createOrganisation();
    const asked = { way: 'honest', ruleSet: ruleSetVersion };
    const fields = { grants: 'requested', autoLoad: 'true' };
    const end = await ended(owner, await upload(owner, Buffer.from(JSON.stringify(asked)), fields));
    expect(end).toMatchObject({ plugin: { id: 'rogue-plugin', state: 'loaded' } });
    await owner.call(routes.plugins.unload, { params: { id: 'rogue-plugin' } });
    const loaded = await sendJson(owner, '/api/plugins/rogue-plugin/load', 'POST');
    expect((await problemOf(loaded)).code).not.toBe('internal');
    expect(await owner.call(routes.plugins.get, { params: { id: 'rogue-plugin' } })).toMatchObject({ state: 'failed' });
  });
});
