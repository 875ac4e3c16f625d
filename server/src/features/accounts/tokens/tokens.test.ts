import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roles } from '@proofpix/contract/access';
import type { TokenAccess } from '@proofpix/contract/api/tokens';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const day = 86_400_000;
const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const withToken = (token: string) => createClient({ baseUrl: server.url, token });
const statusOf = async (token: string, path: string, method = 'GET') =>
  (await fetch(server.url + path, { method, headers: { authorization: `Bearer ${token}` } })).status;
const make = (member: TestMember, access: TokenAccess[], name = 'A program') =>
  member.call(routes.tokens.create, { body: { name, access } });

test('a token is shown once, is kept as a hash, and ends in 90 days unless "never" is said', async () => {
  const member = await server.signIn('developer');
  const before = Date.now();
  const made = await member.call(routes.tokens.create, { body: { name: 'Upload' } });
  expect(made.token).toMatch(/^ppx_[\w-]{43}$/);
  const lifetime = new Date(made.expiresAt ?? 0).getTime() - before;
  expect(Math.round(lifetime / day)).toBe(90);
  const forever = await member.call(routes.tokens.create, { body: { name: 'Forever', expiresAt: 'never' } });
  expect(forever.expiresAt).toBeNull();
  const { items } = await member.call(routes.tokens.list);
  expect(items.map(({ name }) => name)).toEqual(['Forever', 'Upload']);
  expect(JSON.stringify(items)).not.toContain(made.token);
  for (const expiresAt of ['2001-01-01T00:00:00Z', 'tomorrow', '']) {
    await expect(member.call(routes.tokens.create, { body: { name: 'Old', expiresAt } }).catch(codeOf)).resolves.toBe(
      'invalid_request',
    );
  }
});

test('one that is too old or deleted stops with the next request', async () => {
  const member = await server.signIn('analyst');
  const [old, deleted] = [await make(member, ['signed-in'], 'Old'), await make(member, ['signed-in'], 'Deleted')];
  for (const { token } of [old, deleted]) expect(await statusOf(token, '/api/account')).toBe(200);
  await asSystem(server.db, 'prune', (tx) =>
    tx
      .updateTable('api_tokens')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', old.id)
      .execute(),
  );
  await member.call(routes.tokens.remove, { params: { id: deleted.id } });
  for (const { token } of [old, deleted]) expect(await statusOf(token, '/api/account')).toBe(401);
});

describe('what a token may do', () => {
  test('is what it names, and nothing else of what its maker may do', async () => {
    const member = await server.signIn('owner');
    const { token } = await make(member, ['runs:read']);
    expect(await statusOf(token, '/api/runs')).toBe(200);
    for (const path of ['/api/account', '/api/members', '/api/plugins', '/api/organisations/tokens']) {
      expect(await statusOf(token, path), path).toBe(403);
    }
  });

  test('is only to read where whoever made it named nothing', async () => {
    const made = await server.call(routes.tokens.create, { body: { name: 'Reads' } });
    expect(made.access).toEqual(expect.arrayContaining(['signed-in', 'runs:read', 'security:read']));
    expect(made.access.every((name) => name === 'signed-in' || name.endsWith(':read'))).toBe(true);
  });

  test('is never more than its maker has: not when it is made, and not after the role became a lower one', async () => {
    const developer = await server.signIn('developer');
    for (const access of ['members:manage', 'server:operate'] as const) {
      await expect(make(developer, ['runs:read', access]).catch(codeOf)).resolves.toBe('access_denied');
    }
    const { token } = await make(developer, ['plugins:manage', 'plugins:read', 'runs:read']);
    const unload = () => statusOf(token, '/api/plugins/nobodys-plugin/unload', 'POST');
    expect(await unload()).toBe(404);
    await asSystem(server.db, 'manage-members', (tx) =>
      tx.updateTable('memberships').set({ role: 'viewer' }).where('user_id', '=', developer.userId).execute(),
    );
    expect(roles.viewer).not.toContain('plugins:manage');
    expect(await unload()).toBe(403);
    expect(await statusOf(token, '/api/plugins')).toBe(403);
    expect(await statusOf(token, '/api/runs')).toBe(200);
  });

  test("does not include the operator's mark unless it is named", async () => {
    const body = JSON.stringify({ name: 'x', owner: {} });
    const create = async (access: TokenAccess[]) => {
      const { token } = await make(server.owner, access);
      const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
      return (await fetch(`${server.url}/api/organisations`, { method: 'POST', headers, body })).status;
    };
    expect(await create(['members:manage', 'plugins:manage'])).toBe(403);
    expect(await create(['server:operate'])).toBe(400); // the body is looked at
  });

  test('is not to make tokens, nor to delete others than itself: what leaked must not take root', async () => {
    const member = await server.signIn('owner');
    const other = await make(member, ['signed-in'], 'Other');
    const leaked = withToken((await make(member, ['signed-in', 'members:manage'], 'Leaked')).token);
    await expect(
      leaked(routes.tokens.create, { body: { name: 'Root', expiresAt: 'never' } }).catch(codeOf),
    ).resolves.toBe('access_denied');
    await expect(leaked(routes.tokens.remove, { params: { id: other.id } }).catch(codeOf)).resolves.toBe(
      'access_denied',
    );
    const { items } = await leaked(routes.tokens.list);
    const self = items.find(({ name }) => name === 'Leaked');
    await leaked(routes.tokens.remove, { params: { id: self?.id ?? '' } });
    await expect(leaked(routes.tokens.list).catch(codeOf)).resolves.toBe('sign_in_required');
  });
});

test('a token in a cookie is nobody, and neither is half of one', async () => {
  const { token } = await make(await server.signIn('viewer'), ['runs:read']);
  const inCookie = await fetch(`${server.url}/api/runs`, { headers: { cookie: `proofpix_session=${token}` } });
  expect(inCookie.status).toBe(401);
  for (const broken of [token.slice(0, -1), `${token}x`, 'ppx_', token.replace('ppx_', 'pxs_')]) {
    expect(await statusOf(broken, '/api/runs'), broken).toBe(401);
  }
});

test('its last use is remembered with the network alone, not with the address', async () => {
  const member = await server.signIn('viewer');
  const made = await make(member, ['runs:read']);
  expect(made).toMatchObject({ lastUsedAt: null, lastUsedFrom: null });
  await statusOf(made.token, '/api/runs');
  const { items } = await member.call(routes.tokens.list);
  expect(items).toMatchObject([{ lastUsedFrom: '127.0.0.0/24' }]);
  expect(items[0]?.lastUsedAt).not.toBeNull();
});

describe('the tokens of an organisation', () => {
  test('are seen and revoked by those who manage its members, page by page, and by nobody else', async () => {
    const organisation = await server.createOrganisation();
    const developer = await organisation.signIn('developer');
    const theirs = [];
    for (const name of ['First', 'Second', 'Third']) theirs.push(await make(developer, ['signed-in'], name));
    const admin = await organisation.signIn('admin');
    const first = await admin.call(routes.tokens.listAll, { query: { limit: 2 } });
    expect(first).toMatchObject({ total: 3, items: [{ name: 'Third' }, { name: 'Second' }] });
    expect(first.items[0]?.member).toEqual({
      id: developer.userId,
      email: developer.email,
      name: "A test's developer",
    });
    const rest = await admin.call(routes.tokens.listAll, { query: { cursor: first.nextCursor ?? '' } });
    expect(rest.items.map(({ name }) => name)).toEqual(['First']);
    await expect(developer.call(routes.tokens.listAll).catch(codeOf)).resolves.toBe('access_denied');

    await admin.call(routes.tokens.revoke, { params: { id: theirs[0]?.id ?? '' } });
    expect(await statusOf(theirs[0]?.token ?? '', '/api/account')).toBe(401);
    await expect(
      developer.call(routes.tokens.revoke, { params: { id: theirs[1]?.id ?? '' } }).catch(codeOf),
    ).resolves.toBe('access_denied');
  });

  test("stop at the organisation's border, and foreign answers like missing", async () => {
    const other = await server.createOrganisation();
    const token = await make(other.owner, ['signed-in'], 'Theirs');
    const missing = '00000000-0000-4000-8000-000000000000';
    for (const id of [token.id, missing]) {
      for (const row of [routes.tokens.remove, routes.tokens.revoke]) {
        await expect(server.call(row, { params: { id } }).catch(codeOf)).resolves.toBe('token_not_found');
      }
    }
    expect(JSON.stringify(await server.call(routes.tokens.listAll))).not.toContain(token.id);
    const colleague = await other.signIn('admin');
    await expect(colleague.call(routes.tokens.remove, { params: { id: token.id } }).catch(codeOf)).resolves.toBe(
      'token_not_found',
    );
  });

  test('are made, deleted and revoked in the trail, without the secret and with names kept apart', async () => {
    const organisation = await server.createOrganisation();
    const [mine, taken] = [
      await make(organisation.owner, ['runs:read'], "Ada's laptop"),
      await make(organisation.owner, ['runs:read'], 'Taken'),
    ];
    await organisation.owner.call(routes.tokens.remove, { params: { id: mine.id } });
    await organisation.owner.call(routes.tokens.revoke, { params: { id: taken.id } });
    const acts = await asSystem(server.db, 'prune', (tx) =>
      tx
        .selectFrom('audit_acts')
        .selectAll()
        .where('organisation_id', '=', organisation.id)
        .where('subject_kind', '=', 'token')
        .orderBy('created_at')
        .orderBy('id')
        .execute(),
    );
    expect(acts.map(({ act, subject_id }) => [act, subject_id])).toEqual([
      ['token.create', mine.id],
      ['token.create', taken.id],
      ['token.delete', mine.id],
      ['token.revoke', taken.id],
    ]);
    expect(acts[0]?.after).toMatchObject({ access: ['runs:read'] });
    const open = JSON.stringify(acts.map(({ personal: _personal, ...rest }) => rest));
    expect(open).not.toContain('Ada');
    expect(JSON.stringify(acts)).not.toContain('ppx_');
  });

  test('are no more than a hundred of one member, also when all are made at once', async () => {
    const member = await server.signIn('viewer');
    const codes = await Promise.all(
      Array.from({ length: 105 }, (_, index) => make(member, ['runs:read'], `${index}`).then(() => 'made', codeOf)),
    );
    expect(codes.filter((code) => code === 'made')).toHaveLength(100);
    expect(codes.filter((code) => code === 'too_many_tokens')).toHaveLength(5);
  });
});
