import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestOrganisation, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { Browser } from './test/browser.ts';
import { startProvider, type RealProvider } from './test/start-provider.ts';

let server: TestServer;
let provider: RealProvider;
beforeAll(async () => {
  [server, provider] = await Promise.all([
    startServer({ environment: { OUTGOING_ALLOW: '127.0.0.1' } }),
    startProvider(),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), provider?.[Symbol.asyncDispose]()]);
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const removed = '/sign-in?problem=single_sign_on_removed';

async function signOnHere(defaultRole: 'viewer' | 'admin' = 'viewer'): Promise<TestOrganisation> {
  const organisation = await server.createOrganisation();
  const { redirectUri } = await organisation.owner.call(routes.singleSignOn.get);
  const client = await provider.register(redirectUri);
  const rest = { domains: ['example.com'], defaultRole, required: false };
  await organisation.owner.call(routes.singleSignOn.put, { body: { issuer: provider.issuer, ...client, ...rest } });
  return organisation;
}

/** The whole way, as a person goes it. Gives where the web app is entered. */
async function signIn(organisation: { id: string }, login: string, browser = new Browser()): Promise<string | null> {
  const begun = await browser.post(server.url + routes.singleSignOn.begin.path, { id: organisation.id });
  const { url } = (await begun.json()) as { url: string }; // the row says so
  return (await browser.send(await browser.consent(url, login))).headers.get('location');
}

async function remove({ owner }: TestOrganisation, email: string): Promise<void> {
  const { items } = await owner.call(routes.members.list);
  const id = items.find((member) => member.email === email)?.id ?? '';
  await owner.call(routes.members.remove, { params: { id } });
}

const blockedAt = async ({ owner }: TestOrganisation) => (await owner.call(routes.singleSignOn.get)).blocked;

test('who was removed does not come back by the provider, under no address, until an admin lifts it', async () => {
  const organisation = await signOnHere();
  const elsewhere = await signOnHere();
  const login = 'ada ada@example.com verified';
  const browser = new Browser();
  expect(await signIn(organisation, login, browser)).toBe('/');
  await remove(organisation, 'ada@example.com');
  expect((await browser.send(`${server.url}/api/account`)).status).toBe(401);
  expect(await signIn(organisation, login, browser)).toBe(removed);
  expect(await signIn(organisation, 'ada another.name@example.com verified')).toBe(removed);
  expect((await organisation.owner.call(routes.members.list)).items).toHaveLength(1);
  // Others of the provider, and other organisations, are not concerned.
  expect(await signIn(organisation, 'bo bo@example.com verified')).toBe('/');
  expect(await signIn(elsewhere, login)).toBe('/');
  expect(await blockedAt(elsewhere)).toEqual([]);

  const [block, ...more] = await blockedAt(organisation);
  expect([block, more]).toMatchObject([{ name: 'The person ada', email: 'ada@example.com' }, []]);
  const params = { id: block?.id ?? '' };
  // Nobody lifts it from another organisation, nor without managing members.
  const foreign = elsewhere.owner.call(routes.singleSignOn.unblock, { params });
  await expect(foreign.catch(codeOf)).resolves.toBe('single_sign_on_block_not_found');
  const analyst = await organisation.signIn('analyst');
  await expect(analyst.call(routes.singleSignOn.unblock, { params }).catch(codeOf)).resolves.toBe('access_denied');
  await organisation.owner.call(routes.singleSignOn.unblock, { params });
  expect(await signIn(organisation, login)).toBe('/');

  const trail = await asSystem(server.db, 'sign-in', (tx) =>
    tx.selectFrom('audit_acts').select(['act', 'after']).where('organisation_id', '=', organisation.id).execute(),
  );
  expect(trail).toEqual(
    expect.arrayContaining([
      { act: 'member.remove', after: { singleSignOn: 'blocked' } },
      { act: 'single-sign-on.unblock', after: null },
    ]),
  );
});

test('an invitation lets them come back, by the provider too', async () => {
  const organisation = await signOnHere();
  const login = 'cleo cleo@example.com verified';
  await signIn(organisation, login);
  await remove(organisation, 'cleo@example.com');
  expect(await signIn(organisation, login)).toBe(removed);
  await organisation.owner.call(routes.invitations.create, { body: { email: 'Cleo@example.com', role: 'viewer' } });
  expect(await blockedAt(organisation)).toEqual([]);
  expect(await signIn(organisation, login)).toBe('/');
});

test('a colleague cannot connect the account of somebody who was removed', async () => {
  const organisation = await signOnHere();
  await signIn(organisation, 'dan dan@example.com verified');
  await remove(organisation, 'dan@example.com');
  const colleague = await organisation.signIn('analyst');
  const browser = new Browser();
  await browser.post(server.url + routes.auth.session.path, { email: colleague.email, password: colleague.password });
  const begun = await browser.post(server.url + routes.singleSignOn.connect.path);
  const { url } = (await begun.json()) as { url: string }; // the row says so
  const back = await browser.send(await browser.consent(url, 'dan dan@example.com verified'));
  expect(back.headers.get('location')).toBe('/account?problem=single_sign_on_removed');
});

test('a stolen token lets nobody back into a role that can do more than itself', async () => {
  const organisation = await signOnHere('admin');
  const login = 'eve eve@example.com verified';
  await signIn(organisation, login);
  await remove(organisation, 'eve@example.com');
  const { token } = await organisation.owner.call(routes.tokens.create, {
    body: { name: 'Leaked', access: ['signed-in', 'runs:read', 'members:manage'] },
  });
  const thief = createClient({ baseUrl: server.url, token });
  const id = (await blockedAt(organisation))[0]?.id ?? '';
  await expect(thief(routes.singleSignOn.unblock, { params: { id } }).catch(codeOf)).resolves.toBe('access_denied');
  await thief(routes.invitations.create, { body: { email: 'eve@example.com', role: 'viewer' } });
  expect(await signIn(organisation, login)).toBe(removed);
});
