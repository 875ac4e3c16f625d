import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { roleHasAccess, type Role } from '@proofpix/contract/access';
import { tokenAccess } from '@proofpix/contract/api/tokens';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';

let server: TestServer;
let organisation: TestOrganisation;
let victim: TestMember;
beforeAll(async () => {
  server = await startServer();
  organisation = await server.createOrganisation();
  victim = await organisation.signIn('viewer');
});
afterAll(() => server?.stop());

type TokenAccess = (typeof tokenAccess)[number];
const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
async function withToken(member: TestMember, access: TokenAccess[]) {
  const { token } = await member.call(routes.tokens.create, { body: { name: 'For the directory', access } });
  return createClient({ baseUrl: server.url, token });
}
const named = (role: Role) => tokenAccess.filter((name) => roleHasAccess(role, name));
const email = () => `new-${crypto.randomUUID()}@example.org`;
const settings = {
  issuer: 'https://login.example.org',
  clientId: 'client',
  domains: ['example.org'],
  required: false,
};

describe('a stolen token that manages members', () => {
  test.each(['admin', 'owner', 'developer', 'auditor', 'viewer'] as const)(
    'makes nobody %s where it can do less itself',
    async (role) => {
      const thief = await withToken(organisation.owner, ['members:manage']);
      const tries = [
        () => thief(routes.members.changeRole, { params: { id: victim.userId }, body: { role } }),
        () => thief(routes.invitations.create, { body: { email: email(), role } }),
        () => thief(routes.singleSignOn.put, { body: { ...settings, defaultRole: role === 'owner' ? 'admin' : role } }),
        () => thief(routes.tokens.create, { body: { name: 'More', access: ['plugins:manage'] } }),
        () => thief(routes.members.create, { body: { email: email(), name: 'X', role, password: 'long enough 1' } }),
      ];
      // As it is already: that changes nothing, and gives nothing.
      for (const attempt of role === 'viewer' ? tries.slice(1) : tries) {
        await expect(attempt().catch(codeOf)).resolves.toBe('access_denied');
      }
    },
  );

  test('gives its own maker no more than the token has', async () => {
    const admin = await organisation.signIn('admin');
    await organisation.owner.call(routes.members.changeRole, { params: { id: admin.userId }, body: { role: 'admin' } });
    const thief = await withToken(admin, [...named('viewer'), 'members:manage']);
    const raise = (role: 'admin' | 'analyst') =>
      thief(routes.members.changeRole, { params: { id: victim.userId }, body: { role } }).catch(codeOf);
    expect([await raise('admin'), await raise('analyst')]).toEqual(['access_denied', 'access_denied']);
    expect(await victim.call(routes.auth.account)).toMatchObject({ role: 'viewer' });
  });

  test('does not send the link of an invitation to what it could not give', async () => {
    const invited = await organisation.owner.call(routes.invitations.create, {
      body: { email: email(), role: 'admin' },
    });
    const thief = await withToken(organisation.owner, ['members:manage']);
    const again = thief(routes.invitations.resend, { params: { id: invited.id }, body: {} });
    await expect(again.catch(codeOf)).resolves.toBe('access_denied');
  });

  test('gives what it has', async () => {
    const directory = await withToken(organisation.owner, [...named('analyst'), 'members:manage']);
    expect(await directory(routes.invitations.create, { body: { email: email(), role: 'analyst' } })).toMatchObject({
      role: 'analyst',
    });
    const member = await organisation.signIn('viewer');
    const changed = await directory(routes.members.changeRole, {
      params: { id: member.userId },
      body: { role: 'analyst' },
    });
    expect(changed).toMatchObject({ role: 'analyst' });
  });
});

test('a stolen token that operates the server enters no organisation by a member of its own', async () => {
  const thief = await withToken(server.owner, ['server:operate']);
  for (const organisationId of [undefined, organisation.id]) {
    const body = { email: email(), name: 'X', role: 'owner' as const, password: 'long enough 1' };
    const made = thief(routes.members.create, {
      body: { ...body, ...(organisationId === undefined ? {} : { organisationId }) },
    });
    await expect(made.catch(codeOf)).resolves.toBe('access_denied');
  }
});

test('an admin makes admins, and no owners', async () => {
  const admin = await organisation.signIn('admin');
  const member = await organisation.signIn('viewer');
  const change = (role: 'admin' | 'owner') =>
    admin.call(routes.members.changeRole, { params: { id: member.userId }, body: { role } }).catch(codeOf);
  expect(await change('admin')).toMatchObject({ role: 'admin' });
  expect(await change('owner')).toBe('access_denied');
});
