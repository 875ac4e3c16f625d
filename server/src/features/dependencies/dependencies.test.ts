import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { anyPublicHost, createGuardedClient } from '@proofpix/host/http/guarded-client';
import { createHttpSource } from '@proofpix/scanner/advisories/http-source';
import type { AdvisorySource } from '@proofpix/scanner/advisories/advisory-source';
import { advisoryFor, startFakeOsv, type FakeOsv } from '../../../../test/fake-osv.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { createEvents } from '../../events.ts';
import { createLog } from '../../log.ts';
import { openObjects } from '../../objects.ts';
import type { JobIds, Queue } from '../../queue.ts';
import { ended, install, packTestPlugin, problemOf, upload } from '../plugins/test/test-plugins.ts';
import type { DependencyParts } from './parts.ts';
import { auditOrganisation, beginAudits } from './re-audit.ts';

const fromStart = [{ introduced: '0' }, { fixed: '2.0.0' }];
const dayMilliseconds = 86_400_000;
const never = new AbortController().signal;

let server: TestServer;
let osv: FakeOsv;
beforeAll(async () => {
  osv = await startFakeOsv();
  server = await startServer({ environment: { OSV_SOURCE: osv.url, OUTGOING_ALLOW: osv.allow } });
});
afterAll(async () => {
  await server?.stop();
  await osv[Symbol.asyncDispose]();
});

function withDependencies(id: string, dependencies: Record<string, string>, version = '1.0.0') {
  return { manifest: { id, version }, files: { 'package.json': JSON.stringify({ name: id, version, dependencies }) } };
}

const sbom = (member: TestMember, id: string) => member.fetch(`/api/plugins/${id}/sbom`);
const vulnerabilities = (member: TestMember, id: string) =>
  member.call(routes.plugins.vulnerabilities, { params: { id } });
const alerts = async (member: TestMember) => (await member.call(routes.security.events, { query: {} })).items;

/** The first look begins the audit; the next ones wait for the job. */
async function audited(member: TestMember, id: string) {
  return expect
    .poll(() => vulnerabilities(member, id), { timeout: 20_000 })
    .toMatchObject({ auditedAt: expect.any(String) })
    .then(() => vulnerabilities(member, id));
}

/** The same use cases on the same database, with a queue that the test works on itself. */
async function ownParts(source: AdvisorySource | null): Promise<{ parts: DependencyParts; sent: JobIds[] }> {
  const sent: JobIds[] = [];
  const queue: Queue = {
    send: async (_tx, _name, ids) => void sent.push(ids),
    work: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const log = createLog('silent', process.stderr);
  const objects = await openObjects(server.dataDir);
  return {
    sent,
    parts: { db: server.db, objects, queue, events: createEvents(), log, intake: server.intake, source },
  };
}

function httpSource(): AdvisorySource {
  const client = createGuardedClient({ outgoingAllow: [osv.allow] });
  const exchange: Parameters<typeof createHttpSource>[0]['exchange'] = (request) =>
    client.request({ ...request, allowHost: anyPublicHost, maxRedirects: 0 });
  return createHttpSource({ url: osv.url, exchange, pauses: [] });
}

describe('the dependencies of an installed plugin', () => {
  test('are a CycloneDX document, the same each time', async () => {
    const { owner } = await server.createOrganisation();
    const plugin = await install(owner, withDependencies('has-sbom', { lodash: '4.17.4', '@s/a': '^1.0.0' }));
    const response = await sbom(owner, 'has-sbom');
    expect(response.headers.get('content-type')).toBe('application/vnd.cyclonedx+json; version=1.6');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="has-sbom-1.0.0.cdx.json"');
    expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    const text = await response.text();
    expect(JSON.parse(text)).toMatchObject({
      bomFormat: 'CycloneDX',
      metadata: { component: { name: 'has-sbom', properties: [{ value: plugin.digest }] } },
      components: [{ group: '@s', name: 'a' }, { purl: 'pkg:npm/lodash@4.17.4' }],
    });
    expect(await (await sbom(owner, 'has-sbom')).text()).toBe(text);
  });

  test('are looked up soon after somebody asked, and raise an alert with what proves it', async () => {
    osv.advisories = [];
    const { owner } = await server.createOrganisation();
    const plugin = await install(
      owner,
      withDependencies('soon', { 'soon-a': '1.0.0', 'soon-b': '1.0.0', 'soon-c': '1.0.0' }),
    );
    osv.advisories = [
      advisoryFor('GHSA-soon', 'soon-a', fromStart, {
        database_specific: { severity: 'HIGH' },
        aliases: ['CVE-2026-1'],
      }),
      advisoryFor('MAL-2026-1', 'soon-b', [{ introduced: '0' }]),
    ];
    expect(await vulnerabilities(owner, 'soon')).toMatchObject({ state: 'unknown', auditedAt: null, source: osv.url });
    expect(await audited(owner, 'soon')).toMatchObject({
      state: 'affected',
      source: osv.url,
      digest: plugin.digest,
      components: [
        {
          name: 'soon-a',
          state: 'affected',
          seen: ['declared'],
          advisories: [{ id: 'GHSA-soon', severity: 'high', fixed: '2.0.0' }],
        },
        { name: 'soon-b', state: 'affected', advisories: [{ id: 'MAL-2026-1', malicious: true }] },
        { name: 'soon-c', state: 'not_affected', advisories: [] },
      ],
    });
    const found = await alerts(owner);
    expect(found.map(({ type, severity }) => `${type} ${severity}`).sort()).toEqual([
      'malicious_dependency critical',
      'vulnerable_dependency high',
    ]);
    expect(found.find(({ severity }) => severity === 'high')).toMatchObject({
      plugin: 'soon',
      digest: plugin.digest,
      evidence: {
        component: 'soon-a',
        componentVersion: '1.0.0',
        advisory: 'GHSA-soon',
        fixed: '2.0.0',
        aliases: ['CVE-2026-1'],
      },
    });
  });

  test('are none known only where the source knows nothing of them', async () => {
    const { owner } = await server.createOrganisation();
    await install(owner, withDependencies('harmless', { 'nobody-heard-of-it': '1.0.0' }));
    expect(await audited(owner, 'harmless')).toMatchObject({ state: 'none_known', reason: null });
    expect(await alerts(owner)).toEqual([]);
  });

  test('are shown to members of the organisation who may see plugins, and to nobody else', async () => {
    const { owner, signIn } = await server.createOrganisation();
    await install(owner, withDependencies('private-one', { a: '1.0.0' }));
    expect((await sbom(await signIn('auditor'), 'private-one')).status).toBe(200);
    expect((await sbom(await signIn('viewer'), 'private-one')).status).toBe(403);
    const { owner: other } = await server.createOrganisation();
    for (const path of ['sbom', 'vulnerabilities']) {
      for (const id of ['private-one', 'nobodys'])
        expect(await problemOf(await other.fetch(`/api/plugins/${id}/${path}`))).toMatchObject({
          status: 404,
          code: 'plugin_not_found',
        });
      expect((await fetch(`${server.url}/api/plugins/private-one/${path}`)).status).toBe(401);
    }
  });
});

describe('before an install, the dependencies of a package', () => {
  const inspect = async (member: TestMember, archive: Uint8Array) => {
    const form = new FormData();
    form.set('plugin', new Blob([Buffer.from(archive)]), 'plugin.zip');
    return member.call(routes.plugins.inspect, { form });
  };

  test('that are known to be malicious block it, and grave vulnerabilities ask for a review', async () => {
    osv.advisories = [
      advisoryFor('MAL-2026-2', 'made-to-harm', [{ introduced: '0' }]),
      advisoryFor('GHSA-grave', 'grave-one', fromStart, { database_specific: { severity: 'CRITICAL' } }),
    ];
    const { owner } = await server.createOrganisation();
    const harmful = await packTestPlugin(withDependencies('harmful', { 'made-to-harm': '1.0.0' }));
    const found = await inspect(owner, harmful);
    expect(found.scan.result.findings[0]).toMatchObject({ rule: 'malicious-dependency', file: 'package.json' });
    expect(found).toMatchObject({
      scan: { verdict: 'block' },
      vulnerabilities: { state: 'affected', source: osv.url, components: 1 },
    });
    const refused = await ended(owner, await upload(owner, harmful, { acceptReview: 'true' }));
    expect(refused).toMatchObject({ code: 'package_blocked' });
    expect(JSON.stringify(refused)).toContain('MAL-2026-2');
    expect(await owner.call(routes.plugins.list)).toMatchObject({ items: [] });

    const grave = await packTestPlugin(withDependencies('grave', { 'grave-one': '1.0.0' }));
    expect(await inspect(owner, grave)).toMatchObject({ scan: { verdict: 'review' } });
    const unseen = await upload(owner, grave, { acceptReview: 'false' });
    expect(await problemOf(unseen)).toMatchObject({ code: 'package_review_needed' });
    const mended = await packTestPlugin(withDependencies('grave', { 'grave-one': '2.0.0' }));
    expect(await inspect(owner, mended)).toMatchObject({
      scan: { verdict: 'pass' },
      vulnerabilities: { state: 'none_known' },
    });
  });

  test('are unknown, which is said and stops nothing, while the source is down', async () => {
    osv.advisories = [];
    osv.intercept = (_, response) => Boolean(response.writeHead(500).end());
    const { owner } = await server.createOrganisation();
    const archive = await packTestPlugin(withDependencies('unasked', { a: '1.0.0' }));
    expect(await inspect(owner, archive)).toMatchObject({
      scan: { verdict: 'pass' },
      vulnerabilities: { state: 'unknown', reason: expect.stringContaining('answered 500') },
    });
    expect(await ended(owner, await upload(owner, archive))).toMatchObject({ plugin: { id: 'unasked' } });
    osv.intercept = () => false;
  });
});

describe('the daily audit', () => {
  let owner: TestMember;
  let organisationId: string;
  beforeAll(async () => {
    ({ owner, id: organisationId } = await server.createOrganisation());
  });

  const later = (days: number) => new Date(Date.now() + days * dayMilliseconds);
  /** Everything that is due at a time, of this organisation. */
  async function auditAll(source: AdvisorySource | null, now: Date, signal: AbortSignal = never): Promise<number> {
    const { parts, sent } = await ownParts(source);
    await beginAudits(parts, now);
    let count = 0;
    for (let ids = sent.shift(); ids !== undefined; ids = sent.shift()) {
      if (ids.organisationId !== organisationId) continue;
      count += 1;
      await auditOrganisation(parts, ids, signal);
    }
    return count;
  }

  test('finds what became known since, and tells each advisory once for an installation, also of the next version', async () => {
    osv.advisories = [];
    await install(owner, withDependencies('daily', { 'daily-a': '1.0.0' }));
    expect(await auditAll(httpSource(), later(0))).toBe(1);
    expect(await alerts(owner)).toEqual([]);
    // Nothing is due again on the same day.
    expect(await auditAll(httpSource(), later(0))).toBe(0);

    osv.advisories = [advisoryFor('GHSA-daily', 'daily-a', fromStart)];
    for (const day of [1.1, 2.2, 3.3]) expect(await auditAll(httpSource(), later(day))).toBe(1);
    expect((await alerts(owner)).map(({ evidence }) => evidence.advisory)).toEqual(['GHSA-daily']);

    await install(owner, withDependencies('daily', { 'daily-a': '1.0.1' }, '1.0.1'));
    await auditAll(httpSource(), later(0));
    expect(await vulnerabilities(owner, 'daily')).toMatchObject({
      state: 'affected',
      components: [{ version: '1.0.1' }],
    });
    expect(await alerts(owner)).toHaveLength(1);

    osv.advisories.push(advisoryFor('GHSA-second', 'daily-a', fromStart));
    await auditAll(httpSource(), later(4.4));
    expect((await alerts(owner)).map(({ evidence }) => evidence.advisory).sort()).toEqual([
      'GHSA-daily',
      'GHSA-second',
    ]);
  });

  test('says unknown, with the reason, where there is no source or it is down, and raises nothing', async () => {
    const before = await alerts(owner);
    await auditAll(null, later(6));
    expect(await vulnerabilities(owner, 'daily')).toMatchObject({
      state: 'unknown',
      source: null,
      reason: 'No source of advisories is set.',
    });
    osv.intercept = (_, response) => Boolean(response.writeHead(500).end());
    await auditAll(httpSource(), later(8));
    osv.intercept = () => false;
    expect(await vulnerabilities(owner, 'daily')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('answered 500'),
    });
    expect(await alerts(owner)).toEqual(before);
  });

  test('floods nobody: of many advisories the gravest are told, and how many more there are', async () => {
    osv.advisories = [];
    await install(owner, withDependencies('flooding', { 'flood-a': '1.0.0' }));
    osv.perPage = 100;
    osv.advisories = Array.from({ length: 45 }, (_, index) =>
      advisoryFor(`GHSA-flood-${index}`, 'flood-a', fromStart, {
        database_specific: { severity: index === 44 ? 'CRITICAL' : 'LOW' },
      }),
    );
    await auditAll(httpSource(), later(0));
    const told = (await alerts(owner)).filter(({ plugin }) => plugin === 'flooding');
    expect(told).toHaveLength(20);
    expect(told.filter(({ severity }) => severity === 'high').map(({ evidence }) => evidence.advisory)).toEqual([
      'GHSA-flood-44',
    ]);
    expect(told.filter(({ detail }) => detail.includes('There are 25 more'))).toHaveLength(1);
    await auditAll(httpSource(), later(2));
    expect((await alerts(owner)).filter(({ plugin }) => plugin === 'flooding')).toHaveLength(20);
  });

  test('goes on where a crash interrupted it, and looks at nothing twice', async () => {
    osv.advisories = [];
    for (const id of ['one-a', 'one-b', 'one-c']) await install(owner, withDependencies(id, { [id]: '1.0.0' }));
    const { parts, sent } = await ownParts(null);
    let looked = 0;
    const crash = new AbortController();
    const crashing: AdvisorySource = {
      label: 'crashing',
      lookUp: async (queries) => {
        looked += 1;
        if (looked === 2) crash.abort(new Error('The server ended.'));
        return queries.map(() => ({ advisories: [], fault: null }));
      },
    };
    await beginAudits(parts, later(0));
    const ids = sent.find((one) => one.organisationId === organisationId);
    if (ids === undefined) throw new Error('No audit was begun.');
    await expect(auditOrganisation({ ...parts, source: crashing }, ids, crash.signal)).rejects.toThrow(
      'The server ended.',
    );
    // Nobody begins another one meanwhile.
    await beginAudits(parts, later(0));
    expect(sent.filter((one) => one.organisationId === organisationId)).toHaveLength(1);
    await auditOrganisation({ ...parts, source: crashing }, ids, never);
    expect(looked).toBe(4);
    for (const id of ['one-a', 'one-b', 'one-c']) expect((await vulnerabilities(owner, id)).state).toBe('none_known');
    // The job may come twice.
    await auditOrganisation({ ...parts, source: crashing }, ids, never);
    expect(looked).toBe(4);
  });

  test('of a plugin whose stored package was changed or is gone is unknown, and of the others goes on', async () => {
    const plugin = await install(owner, withDependencies('changed', { a: '1.0.0' }));
    const other = await install(owner, withDependencies('changed-not', { a: '1.0.0' }));
    const { parts } = await ownParts(null);
    await parts.objects.remove(organisationId, plugin.archiveDigest);
    // As after a first start, whose packages were not scanned yet.
    await withOrganisation(server.db, organisationId, (tx) => tx.deleteFrom('plugin_components').execute());
    await auditAll(httpSource(), later(0));
    expect(await vulnerabilities(owner, 'changed')).toMatchObject({
      state: 'unknown',
      reason: expect.stringContaining('could not be read'),
    });
    expect(await problemOf(await sbom(owner, 'changed'))).toMatchObject({ status: 404, code: 'file_not_found' });
    expect(await vulnerabilities(owner, other.id)).toMatchObject({ state: 'none_known' });
  });

  test('goes with its plugin, and no organisation sees the rows of another', async () => {
    const { owner: stranger, id: strangerId } = await server.createOrganisation();
    await install(stranger, withDependencies('theirs', { a: '1.0.0' }));
    await sbom(stranger, 'theirs');
    const tables = ['plugin_components', 'plugin_advisories', 'dependency_audits'] as const;
    for (const table of tables) {
      const rows = await withOrganisation(server.db, strangerId, (tx) =>
        tx.selectFrom(table).select('organisation_id').execute(),
      );
      expect(rows.every((row) => row.organisation_id === strangerId)).toBe(true);
    }
    await stranger.call(routes.plugins.uninstall, { params: { id: 'theirs' } });
    const left = await asSystem(server.db, 'audit-dependencies', (tx) =>
      tx.selectFrom('plugin_components').select('installation_id').where('organisation_id', '=', strangerId).execute(),
    );
    expect(left).toEqual([]);
  });
});
