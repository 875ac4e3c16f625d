import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { readArchive } from './test/read-archive.ts';
import { asSystem } from '../../db/tenancy.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { ask, asking, install, sendJson } from '../plugins/test/test-plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);

async function archiveOf(member: TestMember, path: string): Promise<Map<string, string>> {
  const response = await member.fetch(path);
  expect(response.status, path).toBe(200);
  return readArchive(Buffer.from(await response.arrayBuffer()));
}

async function makeRun(owner: TestMember): Promise<{ id: string; sha256: string }> {
  const { runs } = await owner.call(routes.runs.sample);
  const id = runs[0]?.id ?? '';
  await expect
    .poll(async () => (await owner.call(routes.runs.get, { params: { id } })).state, { timeout: 60_000 })
    .toBe('done');
  return { id, sha256: runs[0]?.file.sha256 ?? '' };
}

test(
  'a person takes along what is kept about them, with no secret in it and nothing of others',
  { timeout: 60_000 },
  async () => {
    const organisation = await server.createOrganisation();
    const member = await organisation.signIn('analyst');
    const run = await makeRun(member);
    await member.call(routes.runs.addNote, { params: { id: run.id }, body: { text: 'Mine, and no other one' } });
    await organisation.owner.call(routes.runs.addNote, { params: { id: run.id }, body: { text: 'Of the owner' } });
    const { token } = await member.call(routes.tokens.create, { body: { name: 'For a script' } });
    const files = await archiveOf(member, '/api/account/data');
    expect([...files.keys()]).toEqual(expect.arrayContaining(['README.txt', 'account.json', 'audit-trail.json']));
    for (const name of files.keys()) if (name !== 'README.txt') expect(files.get('README.txt')).toContain(name);
    const all = [...files.values()].join('\n');
    expect(all).toContain('Mine, and no other one');
    expect(JSON.parse(files.get('api-tokens.json') ?? '')).toMatchObject([{ name: 'For a script' }]);
    expect(JSON.parse(files.get('account.json') ?? '')).toMatchObject([{ email: member.email, has_password: true }]);
    const hash = await asSystem(server.db, 'sign-in', (tx) =>
      tx.selectFrom('users').select('password_hash').where('id', '=', member.userId).executeTakeFirstOrThrow(),
    );
    for (const secret of ['Of the owner', token, hash.password_hash ?? '?', 'token_hash', organisation.owner.email])
      expect(all, secret).not.toContain(secret);

    // Whoever manages members takes the same, of the own organisation alone.
    const byOwner = await archiveOf(organisation.owner, `/api/members/${member.userId}/data`);
    expect(byOwner.get('notes.json')).toContain('Mine, and no other one');
    const other = await server.createOrganisation();
    const path = `/api/members/${member.userId}/data`;
    expect((await other.owner.fetch(path)).status).toBe(404);
    expect((await member.fetch(path)).status).toBe(403);
    const admin = await organisation.signIn('admin');
    expect((await admin.fetch(`/api/members/${organisation.owner.userId}/data`)).status).toBe(403);
    const acts = await organisation.owner.call(routes.audit.list, { query: { act: 'person.export' } });
    expect(acts.items.map(({ actor }) => actor.id)).toEqual([organisation.owner.userId, member.userId]);
    const byToken = await member.fetch('/api/account/data', { headers: { authorization: `Bearer ${token}` } });
    expect(byToken.status).toBe(403);
  },
);

test(
  'an owner takes everything of the organisation along, in a stream, without secrets and without a row of others',
  { timeout: 60_000 },
  async () => {
    const [home, other] = [await server.createOrganisation(), await server.createOrganisation()];
    const { owner } = home;
    await install(owner, {
      manifest: {
        id: 'keeper',
        permissions: ['storage'],
        configSchema: { type: 'object', properties: { key: { type: 'string', writeOnly: true } } },
      },
      exports: asking('keeper', `await ctx.storage.set('remembered', { by: 'heart' });`),
    });
    await sendJson(owner, '/api/plugins/keeper/config', 'PUT', { config: { key: 'a secret of theirs 5k2' } });
    await ask(owner, 'keeper:ask');
    const run = await makeRun(owner);
    const theirs = await makeRun(other.owner);
    await other.owner.call(routes.cases.create, { body: { title: 'Of somebody else' } });
    const files = await archiveOf(owner, '/api/organisations/data');
    const all = [...files].map(([name, text]) => `${name}\n${text}`).join('\n');
    expect(files.has(`objects/${run.sha256}`)).toBe(true);
    expect(files.get('tables/plugin_storage_values-00001.jsonl')).toContain('{\\"by\\":\\"heart\\"}');
    expect(files.get('tables/runs-00001.jsonl')).toContain(run.id);
    for (const foreign of [
      'Of somebody else',
      theirs.id,
      other.id,
      other.owner.email,
      'a secret of theirs 5k2',
      'token_hash":',
    ])
      expect(all, foreign).not.toContain(foreign);
    for (const name of ['plugin_configurations.secrets', 'webhook_endpoints.secret', 'oauth_connections.access_token'])
      expect(files.get('README.txt')).toContain(name);
    const admin = await home.signIn('admin');
    expect((await admin.fetch('/api/organisations/data')).status).toBe(403);
  },
);

test(
  'an organisation is erased with every row and object when its seven days are over, and not when it is kept',
  { timeout: 90_000 },
  async () => {
    const home = await server.createOrganisation();
    const { owner } = home;
    const viewer = await home.signIn('viewer');
    await install(owner, { manifest: { id: 'doomed' } });
    await makeRun(owner);
    const account = await owner.call(routes.auth.account);
    const erase = (body: { password?: string; name: string }) => owner.call(routes.organisations.erase, { body });
    const name = account.organisation.name;
    expect(await erase({ password: owner.password, name: 'Another' }).catch(codeOf)).toBe('confirmation_wrong');
    expect(await erase({ password: 'wrong', name }).catch(codeOf)).toBe('password_wrong');
    const asked = await erase({ password: owner.password, name });
    expect(Date.parse(asked.eraseAt ?? '') - Date.now()).toBeGreaterThan(6.9 * 86_400_000);
    expect((await viewer.call(routes.organisations.getErasure)).eraseAt).toBe(asked.eraseAt);
    expect(await server.erase(new Date())).toEqual([]);
    expect((await owner.call(routes.organisations.keep)).eraseAt).toBeNull();
    const later = new Date(Date.now() + 8 * 86_400_000);
    expect(await server.erase(later)).toEqual([]);

    await erase({ password: owner.password, name });
    expect(await server.erase(later)).toEqual([home.id]);
    const rows = await asSystem(server.db, 'erase', async (tx) => {
      const tables = await sql<{ table: string }>`select c.table_name as table
      from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
      where c.table_schema = 'public' and c.column_name = 'organisation_id' and t.table_type = 'BASE TABLE'`.execute(
        tx,
      );
      const counts: { table: string; count: number }[] = [];
      for (const { table } of tables.rows) {
        const counted = await sql<{ count: number }>`select count(*) as count from ${sql.table(table)}
        where organisation_id = ${home.id}::uuid`.execute(tx);
        counts.push({ table, count: Number(counted.rows[0]?.count) });
      }
      return counts;
    });
    expect(rows.length).toBeGreaterThan(50);
    expect(rows.filter(({ count }) => count > 0)).toEqual([]);
    expect(existsSync(join(server.dataDir, 'objects', 'org', home.id))).toBe(false);
    expect(await owner.call(routes.auth.account).catch(codeOf)).toBe('sign_in_required');
    const users = await asSystem(server.db, 'sign-in', (tx) =>
      tx.selectFrom('users').select('id').where('id', 'in', [owner.userId, viewer.userId]).execute(),
    );
    expect(users).toEqual([]);
    const acts = await server.call(routes.audit.serverList, { query: { act: 'organisation.erase' } });
    expect(acts.items).toMatchObject([{ subject: { id: home.id } }]);
  },
);

test('the register of processing says what is set and who is reached, as JSON and as a document', async () => {
  const { owner } = await server.createOrganisation();
  await install(owner, {
    manifest: { id: 'reaching', name: 'Reaching out', permissions: ['http'], hosts: ['api.example.org'] },
  });
  await owner.call(routes.privacy.change, {
    body: {
      retention: { runs: 77 },
      deletePhotos: false,
      controller: { name: 'Hail & Sons | GmbH', contact: 'privacy@example.org' },
    },
  });
  const register = await owner.call(routes.privacy.register);
  expect(register.activities.find(({ kind }) => kind === 'runs')).toMatchObject({
    days: 77,
    purpose: 'Examining photos as evidence',
  });
  expect(register.recipients).toMatchObject([{ name: 'Reaching out', hosts: ['api.example.org'] }]);
  const text = await (await owner.fetch('/api/privacy/register/file')).text();
  expect(text).toContain('| Photos and runs |');
  expect(text).toContain('Hail & Sons \\| GmbH');
  expect(text).toContain('77 days');
});
