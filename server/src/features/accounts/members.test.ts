import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';

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

test('a role is changed by those who may, under the rules that removing has, and the trail says from what to what', async () => {
  const organisation = await server.createOrganisation();
  const { owner } = organisation;
  const [admin, member] = [await organisation.signIn('admin'), await organisation.signIn('viewer')];
  const change = (by: typeof owner, id: string, role: 'owner' | 'admin' | 'viewer' | 'developer') =>
    by.call(routes.members.changeRole, { params: { id }, body: { role } }).then((changed) => changed.role, codeOf);
  expect(await change(member, member.userId, 'admin')).toBe('access_denied');
  expect(await change(admin, admin.userId, 'owner')).toBe('access_denied');
  expect(await change(admin, owner.userId, 'viewer')).toBe('access_denied');
  expect(await change(owner, owner.userId, 'viewer')).toBe('last_owner');
  expect(await change(admin, member.userId, 'developer')).toBe('developer');
  for (const id of [server.owner.userId, '00000000-0000-4000-8000-000000000000']) {
    expect(await change(owner, id, 'viewer')).toBe('member_not_found');
  }
  expect(await change(owner, admin.userId, 'owner')).toBe('owner');
  const outcomes = await Promise.all([change(owner, admin.userId, 'viewer'), change(admin, owner.userId, 'viewer')]);
  expect(outcomes.filter((outcome) => outcome === 'viewer')).toHaveLength(1);
  const acts = await asSystem(server.db, 'sign-in', (tx) =>
    tx
      .selectFrom('audit_acts')
      .select(['actor_id', 'before', 'after'])
      .where('subject_id', '=', member.userId)
      .where('act', '=', 'member.change-role')
      .execute(),
  );
  expect(acts).toEqual([{ actor_id: admin.userId, before: { role: 'viewer' }, after: { role: 'developer' } }]);
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

test('nobody but the operator makes an account for an address, and no admin removes owners', async () => {
  const admin = await server.signIn('admin');
  const { owner, id } = await server.createOrganisation();
  for (const member of [admin, owner]) {
    await expect(
      member.call(routes.members.create, { body: body('boss@example.org', 'viewer') }).catch(codeOf),
    ).resolves.toBe('access_denied');
  }
  await expect(admin.call(routes.members.remove, { params: { id: server.owner.userId } }).catch(codeOf)).resolves.toBe(
    'access_denied',
  );
  const colleague = { ...body('colleague@example.org', 'admin'), organisationId: id };
  await server.call(routes.members.create, { body: colleague });
  expect((await owner.call(routes.members.list)).items.map(({ email }) => email)).toContain(colleague.email);
  const nowhere = { ...body('nowhere@example.org'), organisationId: '00000000-0000-4000-8000-000000000000' };
  await expect(server.call(routes.members.create, { body: nowhere }).catch(codeOf)).resolves.toBe(
    'organisation_not_found',
  );
});

test('an account cannot be taken over by adding its e-mail address elsewhere', async () => {
  const other = await server.createOrganisation();
  await expect(
    server
      .call(routes.members.create, {
        body: { ...body(server.owner.email.toUpperCase(), 'admin'), organisationId: other.id },
      })
      .catch(codeOf),
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
