import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { canonicalJson } from '@proofpix/contract/canonical-json';
import { verifyExposure } from '@proofpix/evidence/exposure';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { install } from '../plugins/test/test-plugins.ts';
import { photo, runToEnd } from '../runs/test/upload.ts';
import { sql } from 'kysely';

const manifest = { id: 'looks-closely', permissions: ['files', 'storage'], hooks: ['file:process'] };
const plugin = {
  manifest: {
    ...manifest,
    configSchema: { type: 'object', properties: { key: { type: 'string', writeOnly: true } } },
  },
  exports: `hooks: { 'file:process': async (input, ctx) => {
    await ctx.storage.set('last', input.file.sha256);
    await ctx.files.read(0, 8);
    return { findings: [{ severity: 'note', confidence: 1, title: 'Seen', explanation: 'It was seen.' }] };
  } }`,
};

let server: TestServer;
let owner: TestMember;
let organisation: string;
let digest: string;
beforeAll(async () => {
  server = await startServer();
  const made = await server.createOrganisation({ plan: 'enterprise' });
  [owner, organisation] = [made.owner, made.id];
  ({ digest } = await install(owner, plugin));
  await owner.call(routes.plugins.putConfig, {
    params: { id: 'looks-closely' },
    body: { config: { key: 'hunter2-secret' } },
  });
  await runToEnd(owner, { name: 'a.png', bytes: photo(1) });
  await runToEnd(owner, { name: 'again.png', bytes: photo(1) });
  await runToEnd(owner, { name: 'b.png', bytes: photo(2) });
}, 120_000);
afterAll(() => server?.stop());

const of = (member: TestMember) => member.call(routes.exposures.get, { params: { digest } });

describe('what a package did in an organisation', () => {
  test('counts runs, photos by content, findings and bytes, and names who started them and what it was given', async () => {
    expect(await of(owner)).toMatchObject({
      organisation: { id: organisation },
      runs: 3,
      photos: 2,
      findings: 3,
      bytesRead: 24,
      hosts: {},
      members: [{ id: owner.userId, runs: 3 }],
      formerMembers: 0,
      installed: {
        plugin: 'looks-closely',
        granted: ['files', 'storage'],
        storedKeys: 1,
        secrets: ['/key'],
        providers: [],
      },
    });
    const text = JSON.stringify(await of(owner));
    for (const hidden of ['hunter2-secret', 'a.png', 'b.png']) expect(text).not.toContain(hidden);
  });

  test('sums the hosts that it reached', async () => {
    await withOrganisation(server.db, organisation, (tx) =>
      sql`update run_steps set usage = usage || '{"reached": {"api.example.org": 2}}' where digest = ${digest}`.execute(
        tx,
      ),
    );
    expect((await of(owner)).hosts).toEqual({ 'api.example.org': 6 });
  });

  test('tells another organisation nothing, not even that there is such a package', async () => {
    const { owner: other } = await server.createOrganisation();
    const theirs = await of(other);
    expect(theirs).toMatchObject({ runs: 0, photos: 0, members: [], installed: null, hosts: {} });
    const never = await other.call(routes.exposures.get, { params: { digest: '0'.repeat(64) } });
    expect({ ...theirs, digest: '', at: '' }).toEqual({ ...never, digest: '', at: '' });
    await expect(other.call(routes.exposures.all, { params: { digest } })).rejects.toMatchObject({
      code: 'access_denied',
    });
  });

  test('is about all organisations for the operator, without people and photos', async () => {
    const { owner: second, id } = await server.createOrganisation({ plan: 'enterprise' });
    await install(second, plugin);
    await runToEnd(second, { name: 'c.png', bytes: photo(3) });
    const all = await server.call(routes.exposures.all, { params: { digest } });
    expect(all).toMatchObject({
      organisationsTotal: 2,
      organisations: [
        { id: organisation, installed: true, runs: 3, photos: 2 },
        { id, installed: true, runs: 1, photos: 1 },
      ],
    });
    for (const hidden of [owner.userId, owner.email, 'c.png']) expect(JSON.stringify(all)).not.toContain(hidden);
  });

  test('counts what was installed and never ran', async () => {
    const { owner: third } = await server.createOrganisation({ plan: 'enterprise' });
    const other = await install(third, { manifest: { id: 'never-ran' } });
    const found = await third.call(routes.exposures.get, { params: { digest: other.digest } });
    expect(found).toMatchObject({ runs: 0, firstRunAt: null, installed: { plugin: 'never-ran' } });
  });
});

describe('its export', () => {
  const download = async (path: string, member: TestMember = owner) => {
    const response = await member.fetch(path);
    expect(response.status).toBe(200);
    return response.text();
  };

  test('is signed with the evidence key of the organisation, and any change shows', async () => {
    const text = await download(`/api/exposures/${digest}/export`);
    const verdict = verifyExposure(text);
    expect(verdict).toMatchObject({ state: 'unchanged', document: { runs: 3, digest } });
    const fingerprint = verdict?.state === 'unchanged' ? verdict.fingerprint : expect.fail();
    expect(verifyExposure(text, fingerprint)?.state).toBe('unchanged');
    expect(verifyExposure(text, 'ab'.repeat(32))).toMatchObject({ state: 'changed' });
    expect(verifyExposure(text.replace('"runs":3', '"runs":0'))).toMatchObject({ state: 'changed' });
    const read = JSON.parse(text) as { document: { runs: number }; attestation: { statement: string } };
    const forged = { ...read, attestation: { ...read.attestation, statement: 'proofpix-exposure-v1\nsha256: 00\n' } };
    expect(verifyExposure(canonicalJson(forged))).toMatchObject({ state: 'changed' });
    expect(verifyExposure('{"document":{"format":"other"}}')).toBeNull();
    const acts = await owner.call(routes.audit.list, { query: { act: 'exposure.export' } });
    expect(acts.items).toMatchObject([{ subject: { kind: 'package', id: digest } }]);
  });

  test('of the operator is signed with the key of the server', async () => {
    const text = await download(`/api/server/exposures/${digest}/export`, server.owner);
    const own = verifyExposure(await download(`/api/exposures/${digest}/export`));
    const all = verifyExposure(text);
    expect(all).toMatchObject({ state: 'unchanged', document: { format: 'proofpix-server-exposure-1' } });
    expect(all?.state === 'unchanged' && own?.state === 'unchanged' && all.fingerprint !== own.fingerprint).toBe(true);
  });

  test('reads the steps of this package by their index', async () => {
    const plan = await asSystem(server.db, 'exposures', async (tx) => {
      await sql`set local enable_seqscan = off`.execute(tx);
      const { rows } = await sql<Record<string, string>>`
        explain select run_id from run_steps where digest = ${digest} and organisation_id = ${organisation}::uuid`.execute(
        tx,
      );
      return rows.map((row) => Object.values(row).join(' ')).join('\n');
    });
    expect(plan).toContain('run_steps_digest');
  });
});
