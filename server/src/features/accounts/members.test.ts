import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const body = (email: string, role: 'owner' | 'viewer' | 'admin' = 'viewer') => ({
  email,
  name: 'Somebody',
  role,
  password: 'a long password',
});

test("a removed member's tokens and sessions stop with the next request", async () => {
  const member = await server.signIn('analyst');
  const { token } = await member.call(routes.tokens.create, { body: { name: 'Left behind' } });
  const withToken = () => fetch(`${server.url}/api/account`, { headers: { authorization: `Bearer ${token}` } });
  expect((await withToken()).status).toBe(200);
  await server.call(routes.members.remove, { params: { id: member.userId } });
  expect((await withToken()).status).toBe(401);
  expect((await member.fetch('/api/account')).status).toBe(401);
  await expect(server.call(routes.members.remove, { params: { id: member.userId } }).catch(codeOf)).resolves.toBe(
    'member_not_found',
  );
  const again = await server.call(routes.members.create, { body: body(member.email) });
  expect(again.id).not.toBe(member.userId);
});

test('a role that was changed by removing and adding has only the new access', async () => {
  const viewer = await server.signIn('viewer');
  await expect(viewer.call(routes.members.create, { body: body('x@example.org') }).catch(codeOf)).resolves.toBe(
    'access_denied',
  );
  const { items } = await viewer.call(routes.members.list);
  expect(items.map(({ id }) => id)).toEqual(expect.arrayContaining([viewer.userId, server.owner.userId]));
});

test('the last owner stays, also when two owners remove each other at once', async () => {
  const organisation = await server.createOrganisation();
  const remove = (by: typeof organisation.owner, id: string) =>
    by.call(routes.members.remove, { params: { id } }).then(() => 'removed', codeOf);
  expect(await remove(organisation.owner, organisation.owner.userId)).toBe('last_owner');
  const second = await organisation.signIn('owner');
  const outcomes = await Promise.all([
    remove(organisation.owner, second.userId),
    remove(second, organisation.owner.userId),
  ]);
  expect(outcomes.filter((outcome) => outcome === 'removed')).toHaveLength(1);
});

test('an admin neither makes nor removes owners', async () => {
  const admin = await server.signIn('admin');
  await expect(
    admin.call(routes.members.create, { body: body('boss@example.org', 'owner') }).catch(codeOf),
  ).resolves.toBe('access_denied');
  await expect(admin.call(routes.members.remove, { params: { id: server.owner.userId } }).catch(codeOf)).resolves.toBe(
    'access_denied',
  );
  await admin.call(routes.members.create, { body: body('colleague@example.org', 'admin') });
});

test('an account cannot be taken over by adding its e-mail address elsewhere', async () => {
  const other = await server.createOrganisation();
  await expect(
    other.owner.call(routes.members.create, { body: body(server.owner.email.toUpperCase(), 'admin') }).catch(codeOf),
  ).resolves.toBe('member_exists');
  const response = await fetch(`${server.url}/api/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email: server.owner.email, password: 'a long password' }),
  });
  expect(response.status).toBe(401);
});

test("members, tokens and removals stop at the organisation's border, and foreign answers like missing", async () => {
  const other = await server.createOrganisation();
  const token = await other.owner.call(routes.tokens.create, { body: { name: 'Theirs' } });
  const missing = '00000000-0000-4000-8000-000000000000';
  for (const id of [other.owner.userId, missing]) {
    await expect(server.call(routes.members.remove, { params: { id } }).catch(codeOf)).resolves.toBe(
      'member_not_found',
    );
  }
  for (const id of [token.id, missing]) {
    await expect(server.call(routes.tokens.remove, { params: { id } }).catch(codeOf)).resolves.toBe('token_not_found');
  }
  expect(JSON.stringify(await server.call(routes.members.list))).not.toContain(other.owner.email);
});

test('an API token is shown once, says when it was used, and stops when it is deleted or too old', async () => {
  const member = await server.signIn('developer');
  const made = await member.call(routes.tokens.create, { body: { name: 'Upload' } });
  expect(made.token).toMatch(/^ppx_[\w-]{43}$/);
  const use = (token: string) => fetch(`${server.url}/api/account`, { headers: { authorization: `Bearer ${token}` } });
  expect((await use(made.token)).status).toBe(200);
  const { items } = await member.call(routes.tokens.list);
  expect(items).toMatchObject([{ id: made.id, name: 'Upload', expiresAt: null }]);
  expect(items[0]?.lastUsedAt).not.toBeNull();
  expect(JSON.stringify(items)).not.toContain(made.token);
  const colleague = await server.signIn('owner');
  await expect(colleague.call(routes.tokens.remove, { params: { id: made.id } }).catch(codeOf)).resolves.toBe(
    'token_not_found',
  );
  await member.call(routes.tokens.remove, { params: { id: made.id } });
  expect((await use(made.token)).status).toBe(401);

  await expect(
    member.call(routes.tokens.create, { body: { name: 'Old', expiresAt: '2001-01-01T00:00:00Z' } }).catch(codeOf),
  ).resolves.toBe('invalid_request');
  const soon = await member.call(routes.tokens.create, {
    body: { name: 'Short', expiresAt: new Date(Date.now() + 3_600_000).toISOString() },
  });
  await server.db.owner.transaction().execute(async (tx) => {
    const { sql } = await import('kysely');
    await sql`select set_config('app.system', 'sign-in', true)`.execute(tx);
    await tx
      .updateTable('api_tokens')
      .set({ expires_at: new Date(Date.now() - 1_000) })
      .where('id', '=', soon.id)
      .execute();
  });
  expect((await use(soon.token)).status).toBe(401);
});

test('an organisation starts with its own owner, on the free plan unless it is said', async () => {
  const owner = { email: 'first@harbour.example', name: 'First', password: 'a long password' };
  const made = await server.call(routes.organisations.create, { body: { name: 'Harbour', owner } });
  expect(made.plan).toBe('free');
  await expect(
    server
      .call(routes.organisations.create, { body: { name: 'HARBOUR', owner: { ...owner, email: 'x@harbour.example' } } })
      .catch(codeOf),
  ).resolves.toBe('organisation_exists');
  await expect(
    server.call(routes.organisations.create, { body: { name: 'Harbour 2', owner } }).catch(codeOf),
  ).resolves.toBe('member_exists');
  const other = await server.createOrganisation();
  await expect(
    other.owner
      .call(routes.organisations.create, { body: { name: 'Mine', owner: { ...owner, email: 'y@harbour.example' } } })
      .catch(codeOf),
  ).resolves.toBe('access_denied');
});
