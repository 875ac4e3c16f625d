import { createServer, type Server } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { Browser } from './test/browser.ts';
import { startProvider, type RealProvider } from './test/start-provider.ts';

let server: TestServer;
let provider: RealProvider;
let other: RealProvider;
beforeAll(async () => {
  // The operator lets through what is not public; without it no tenant's provider is reached here (last test).
  [server, provider, other] = await Promise.all([
    startServer({ environment: { OUTGOING_ALLOW: '127.0.0.1' } }),
    startProvider(),
    startProvider(),
  ]);
});
afterAll(async () => {
  await Promise.all([server?.stop(), provider?.[Symbol.asyncDispose](), other?.[Symbol.asyncDispose]()]);
});

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const settingsOf = (wanted: object = {}) => ({
  domains: ['example.com'],
  defaultRole: 'analyst' as const,
  required: false,
  ...wanted,
});

/** An organisation whose members sign in at the provider. */
async function signOnAt(at: RealProvider, wanted: object = {}): Promise<TestOrganisation> {
  const organisation = await server.createOrganisation();
  const { redirectUri } = await organisation.owner.call(routes.singleSignOn.get);
  const client = await at.register(redirectUri);
  await organisation.owner.call(routes.singleSignOn.put, {
    body: { issuer: at.issuer, ...client, ...settingsOf(wanted) },
  });
  return organisation;
}

async function begin(browser: Browser, organisation: { id: string }, returnTo?: string): Promise<string> {
  const body = { id: organisation.id, ...(returnTo === undefined ? {} : { returnTo }) };
  const response = await browser.post(server.url + routes.singleSignOn.begin.path, body);
  const { url } = (await response.json()) as { url: string }; // the row says so
  return url;
}

/** The whole way, as a person goes it. Gives where the web app is entered. */
async function signIn(browser: Browser, organisation: { id: string }, login: string, returnTo?: string) {
  const back = await browser.consent(await begin(browser, organisation, returnTo), login);
  const response = await browser.send(back);
  expect(response.status).toBe(303);
  return response.headers.get('location');
}

async function accountOf(browser: Browser) {
  const response = await browser.send(`${server.url}/api/account`);
  return (await response.json()) as Record<string, unknown> & { user: { id: string; email: string } }; // the row says so
}

async function connect(browser: Browser, member: TestMember, login: string) {
  await browser.post(server.url + routes.auth.session.path, { email: member.email, password: member.password });
  const response = await browser.post(server.url + routes.singleSignOn.connect.path);
  const { url } = (await response.json()) as { url: string }; // the row says so
  return (await browser.send(await browser.consent(url, login))).headers.get('location');
}

const acts = (organisationId: string) =>
  asSystem(server.db, 'sign-in', (tx) =>
    tx.selectFrom('audit_acts').selectAll().where('organisation_id', '=', organisationId).orderBy('id').execute(),
  );

test('somebody who comes for the first time becomes a member, and the same one the next time', async () => {
  const organisation = await signOnAt(provider);
  const browser = new Browser();
  expect(await signIn(browser, organisation, 'ada ada@example.com verified', '/cases')).toBe('/cases');
  const account = await accountOf(browser);
  expect(account).toMatchObject({
    user: { email: 'ada@example.com', name: 'The person ada' },
    organisation: { id: organisation.id },
    role: 'analyst',
    hasPassword: false,
    emailVerified: true,
    singleSignOn: { available: true, connected: true, managed: true, signedIn: false },
  });
  const again = new Browser();
  // Another address at the provider is still the same person.
  expect(await signIn(again, organisation, 'ada ada.lovelace@example.com verified')).toBe('/');
  expect((await accountOf(again)).user).toMatchObject({ id: account.user.id, email: 'ada.lovelace@example.com' });
  const { items } = await organisation.owner.call(routes.members.list);
  expect(items).toHaveLength(2);
  const trail = await acts(organisation.id);
  expect(trail.map(({ act }) => act)).toEqual(expect.arrayContaining(['single-sign-on.set', 'member.add', 'sign-in']));
  expect(JSON.stringify(trail.map(({ before, after }) => [before, after]))).not.toContain('@example.com');
});

test('what comes back counts once, and only in the browser that began', async () => {
  const organisation = await signOnAt(provider);
  const [browser, stranger] = [new Browser(), new Browser()];
  const back = await browser.consent(await begin(browser, organisation), 'bo bo@example.com verified');
  const stolen = await stranger.send(back);
  expect(stolen.headers.get('location')).toBe('/sign-in?problem=single_sign_on_state_invalid');
  expect((await stranger.send(`${server.url}/api/account`)).status).toBe(401);
  // Nor did that use it up for whoever began.
  expect((await browser.send(back)).headers.get('location')).toBe('/');
  expect((await new Browser().send(back)).headers.get('location')).toContain('state_invalid');
  expect((await browser.send(back)).headers.get('location')).toContain('state_invalid');
});

test('another state, another nonce, a code of another flow and an error of the provider sign nobody in', async () => {
  const organisation = await signOnAt(provider);
  const login = 'cleo cleo@example.com verified';
  const browser = new Browser();

  const state = new URL(await browser.consent(await begin(browser, organisation), login));
  state.searchParams.set('state', 'A'.repeat(43));
  expect((await browser.send(state.href)).headers.get('location')).toContain('state_invalid');

  const nonce = new URL(await begin(browser, organisation));
  nonce.searchParams.set('nonce', 'planted');
  const withNonce = await browser.send(await browser.consent(nonce.href, login));
  expect(withNonce.headers.get('location')).toContain('single_sign_on_failed');

  // The code of one flow under the state of another: the verifier is not the one that it was made for.
  const first = new URL(await browser.consent(await begin(browser, organisation), login));
  const second = new URL(await browser.consent(await begin(browser, organisation), login));
  second.searchParams.set('code', first.searchParams.get('code') ?? '');
  expect((await browser.send(second.href)).headers.get('location')).toContain('single_sign_on_failed');

  // Of somebody else's organisation: the address of each is its own.
  const foreign = await signOnAt(provider);
  const moved = (await browser.consent(await begin(browser, organisation), login)).replace(organisation.id, foreign.id);
  expect((await browser.send(moved)).headers.get('location')).toContain('state_invalid');

  const refused = new URL(await begin(browser, organisation));
  const back = new URL(refused.searchParams.get('redirect_uri') ?? '');
  back.search = new URLSearchParams({
    state: refused.searchParams.get('state') ?? '',
    error: 'access_denied',
    iss: provider.issuer,
  }).toString();
  expect((await browser.send(back.href)).headers.get('location')).toContain('single_sign_on_failed');
  expect((await browser.send(`${server.url}/api/account`)).status).toBe(401);
});

test('an address that the provider did not verify, and one of another domain, let nobody in', async () => {
  const organisation = await signOnAt(provider);
  const enter = (login: string) => signIn(new Browser(), organisation, login);
  expect(await enter('dan dan@example.com unverified')).toContain('single_sign_on_email_unverified');
  expect(await enter('dan dan@example.com.evil.example verified')).toContain('single_sign_on_domain_refused');
  expect(await enter('dan dan@sub.example.com verified')).toContain('single_sign_on_domain_refused');
  expect(await enter('dan x@evil.example@example.com verified')).toContain('single_sign_on_domain_refused');
  // Each time, not only the first.
  expect(await enter('eve eve@example.com verified')).toBe('/');
  expect(await enter('eve eve@elsewhere.example verified')).toContain('single_sign_on_domain_refused');
  expect((await organisation.owner.call(routes.members.list)).items).toHaveLength(2);
});

test("an organisation's provider can neither be nor become somebody of another organisation", async () => {
  const victims = await server.createOrganisation();
  const attackers = await signOnAt(provider, { domains: ['example.org'] });
  // The provider is the attacker's: it says of anybody whatever it likes.
  const browser = new Browser();
  expect(await signIn(browser, attackers, `victim ${victims.owner.email} verified`)).toBe('/');
  const account = await accountOf(browser);
  expect(account.user.id).not.toBe(victims.owner.userId);
  expect(account).toMatchObject({ organisation: { id: attackers.id }, role: 'analyst' });
  // The address stays with its account: its password works, and so does a reset for it.
  const login = { email: victims.owner.email, password: victims.owner.password };
  const response = await new Browser().post(server.url + routes.auth.session.path, login);
  expect(await response.json()).toMatchObject({ user: { id: victims.owner.userId }, organisation: { id: victims.id } });
  // And there is no way from here into the other organisation.
  const into = await browser.post(server.url + routes.auth.switch.path, { organisationId: victims.id });
  expect(((await into.json()) as { code: string }).code).toBe('organisation_not_found');
  // The same subject of another provider is somebody else.
  const elsewhere = await signOnAt(other, { domains: ['example.org'] });
  const second = new Browser();
  await signIn(second, elsewhere, `victim ${victims.owner.email} verified`);
  expect((await accountOf(second)).user.id).not.toBe(account.user.id);
});

test('a member with a password is signed in by the provider only after connecting the account', async () => {
  const organisation = await signOnAt(provider, { domains: ['example.org'] });
  const member = await organisation.signIn('developer');
  const login = `frida ${member.email} verified`;
  expect(await signIn(new Browser(), organisation, login)).toContain('single_sign_on_account_exists');
  expect(await connect(new Browser(), member, login)).toBe('/account?connected=1');
  const browser = new Browser();
  expect(await signIn(browser, organisation, login)).toBe('/');
  expect(await accountOf(browser)).toMatchObject({
    user: { id: member.userId },
    role: 'developer',
    singleSignOn: { connected: true, managed: false, signedIn: true },
  });
  // Somebody else cannot connect the same person at the provider.
  const colleague = await organisation.signIn('viewer');
  expect(await connect(new Browser(), colleague, login)).toBe('/account?problem=single_sign_on_identity_taken');
});

test("what the provider opened changes nothing about an account, which is the person's in all organisations", async () => {
  const organisation = await signOnAt(provider, { domains: ['example.org'] });
  const member = await organisation.signIn('developer');
  await connect(new Browser(), member, `gil ${member.email} verified`);
  // The attack: the provider's operator says to be the member, and tries to keep the account.
  const browser = new Browser();
  await signIn(browser, organisation, `gil ${member.email} verified`);
  const tries: [method: string, path: string, body: object][] = [
    ['PUT', '/api/account', { name: 'Mine' }],
    ['PUT', '/api/account/password', { current: member.password, password: 'a password of theirs' }],
    ['POST', '/api/account/second-factor', {}],
    ['POST', '/api/email-changes', { email: 'attacker@example.org', password: member.password }],
    ['POST', '/api/invitations/join', { token: 'x' }],
    ['POST', '/api/auth/switch', { organisationId: organisation.id }],
    ['POST', '/api/single-sign-on/connect', {}],
    ['GET', '/api/sessions', {}],
    ['DELETE', '/api/sessions', {}],
  ];
  for (const [method, path, body] of tries) {
    const init = {
      method,
      ...(method === 'GET' ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    };
    const response = await browser.send(server.url + path, init);
    expect(((await response.json()) as { code: string }).code, `${method} ${path}`).toBe('single_sign_on_session');
  }
});

test('who began to connect and signed out does not come back connected', async () => {
  const organisation = await signOnAt(provider, { domains: ['example.org'] });
  const member = await organisation.signIn('developer');
  const browser = new Browser();
  await browser.post(server.url + routes.auth.session.path, { email: member.email, password: member.password });
  const begun = await browser.post(server.url + routes.singleSignOn.connect.path);
  const { url } = (await begun.json()) as { url: string }; // the row says so
  const back = await browser.consent(url, `hal ${member.email} verified`);
  await browser.post(server.url + routes.auth.logout.path);
  expect((await browser.send(back)).headers.get('location')).toBe('/account?problem=single_sign_on_state_invalid');
});

test('where it is required nobody but owners comes by a password, and who is signed in by one stops at once', async () => {
  const organisation = await signOnAt(provider, { domains: ['example.org'] });
  const member = await organisation.signIn('admin');
  const stay = await organisation.signIn('owner');
  const { settings } = await organisation.owner.call(routes.singleSignOn.get);
  const { issuer = '', clientId = '' } = settings ?? {};
  await organisation.owner.call(routes.singleSignOn.put, {
    body: { issuer, clientId, ...settingsOf({ domains: ['example.org'], required: true }) },
  });
  expect((await member.fetch('/api/account')).status).toBe(401);
  expect((await stay.fetch('/api/account')).status).toBe(200);
  const login = (who: { email: string; password: string }) =>
    new Browser().post(server.url + routes.auth.session.path, { email: who.email, password: who.password });
  const refused = await login(member);
  expect([refused.status, ((await refused.json()) as { code: string }).code]).toEqual([403, 'single_sign_on_required']);
  // Who does not know the password is not told.
  expect((await login({ ...member, password: 'wrong' })).status).toBe(401);
  expect((await login(organisation.owner)).status).toBe(200);
  const invited = organisation.owner.call(routes.invitations.create, {
    body: { email: 'new@example.org', role: 'viewer' },
  });
  await expect(invited.catch(codeOf)).resolves.toBe('single_sign_on_required');
  expect(await signIn(new Browser(), organisation, 'ida ida@example.org verified')).toBe('/');
});

test('removing it, or another issuer, ends what came from the provider', async () => {
  const organisation = await signOnAt(provider);
  const browser = new Browser();
  await signIn(browser, organisation, 'jo jo@example.com verified');
  const under = await browser.consent(await begin(browser, organisation), 'jo jo@example.com verified');
  const { redirectUri } = await organisation.owner.call(routes.singleSignOn.get);
  const client = await other.register(redirectUri);
  await organisation.owner.call(routes.singleSignOn.put, {
    body: { issuer: other.issuer, ...client, ...settingsOf() },
  });
  expect((await browser.send(`${server.url}/api/account`)).status).toBe(401);
  expect((await browser.send(under)).headers.get('location')).toContain('state_invalid');
  await signIn(browser, organisation, 'jo jo@example.com verified');
  await organisation.owner.call(routes.singleSignOn.remove);
  expect((await browser.send(`${server.url}/api/account`)).status).toBe(401);
  await expect(organisation.owner.call(routes.singleSignOn.remove).catch(codeOf)).resolves.toBe(
    'single_sign_on_not_found',
  );
  expect((await organisation.owner.call(routes.singleSignOn.get)).settings).toBeNull();
});

test('an organisation is found by its name, and by a domain that no other one claims', async () => {
  const domain = `d${Date.now()}.example`;
  const organisation = await signOnAt(provider, { domains: [domain] });
  const find = (text: string) => server.call(routes.singleSignOn.find, { body: { organisation: text } }).catch(codeOf);
  const found = { id: organisation.id, provider: new URL(provider.issuer).host };
  expect(await find(`somebody@${domain.toUpperCase()}`)).toMatchObject(found);
  expect(await find(domain)).toMatchObject(found);
  const { organisation: of } = await organisation.owner.call(routes.auth.account);
  expect(await find(of.name.toUpperCase())).toMatchObject(found);
  expect(await find('nobody.example')).toBe('single_sign_on_not_found');
  // The attack: a claim to somebody else's domain, to have their people sign in at a page of the attacker's.
  await signOnAt(other, { domains: [domain] });
  expect(await find(`somebody@${domain}`)).toBe('single_sign_on_not_found');
});

/** A provider of a tenant that answers with what it likes, over the real protocol. */
async function hostile(answer: (path: string, self: string) => object | null) {
  const own: Server = createServer((request, response) => {
    const body = answer(request.url ?? '', self);
    if (body === null) return void response.writeHead(500).end();
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  const address = own.address();
  const self = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  return { issuer: self, [Symbol.dispose]: () => void own.close() };
}

const discovery = (issuer: string, endpoints: string) => ({
  issuer,
  authorization_endpoint: `${endpoints}/auth`,
  token_endpoint: `${endpoints}/token`,
  userinfo_endpoint: `${endpoints}/me`,
  jwks_uri: `${endpoints}/jwks`,
  response_types_supported: ['code'],
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: ['RS256'],
});

test("a token of another issuer is worth nothing, also when the tenant's provider passes it on", async () => {
  const organisation = await server.createOrganisation();
  const { redirectUri } = await organisation.owner.call(routes.singleSignOn.get);
  const client = await other.register(redirectUri);
  using middle = await hostile((_path, self) => discovery(self, other.issuer));
  await organisation.owner.call(routes.singleSignOn.put, {
    body: { issuer: middle.issuer, ...client, ...settingsOf() },
  });
  const browser = new Browser();
  const back = new URL(await browser.consent(await begin(browser, organisation), 'kim kim@example.com verified'));
  // Said outright it is refused before the code goes anywhere; left out, the token itself gives it away.
  expect((await browser.send(back.href)).headers.get('location')).toContain('single_sign_on_failed');
  const silent = new URL(await browser.consent(await begin(browser, organisation), 'kim kim@example.com verified'));
  silent.searchParams.delete('iss');
  expect((await browser.send(silent.href)).headers.get('location')).toContain('single_sign_on_failed');
});

test('a provider that is down, or names addresses that are none, is refused before anything is written', async () => {
  const organisation = await server.createOrganisation();
  const put = (issuer: string) =>
    organisation.owner
      .call(routes.singleSignOn.put, { body: { issuer, clientId: 'proofpix', ...settingsOf() } })
      .catch(codeOf);
  using script = await hostile((_path, self) => ({
    ...discovery(self, self),
    authorization_endpoint: 'javascript:alert(1)',
  }));
  using lying = await hostile(() => discovery(provider.issuer, provider.issuer));
  using broken = await hostile(() => null);
  for (const issuer of [
    script.issuer,
    lying.issuer,
    broken.issuer,
    'http://127.0.0.1:1',
    'file:///etc/passwd',
    'not an address',
    'http://user:password@127.0.0.1:1',
    server.url,
    'http://169.254.169.254/latest',
    'http://10.0.0.1',
  ]) {
    expect(await put(issuer), issuer).toBe('single_sign_on_refused');
  }
  expect((await organisation.owner.call(routes.singleSignOn.get)).settings).toBeNull();
});

test('a provider that goes down while somebody is on the way says so, and its secret is told to nobody', async () => {
  await using short = await startProvider();
  const organisation = await signOnAt(short);
  const browser = new Browser();
  const back = await browser.consent(await begin(browser, organisation), 'lee lee@example.com verified');
  await short[Symbol.asyncDispose]();
  expect((await browser.send(back)).headers.get('location')).toBe('/sign-in?problem=single_sign_on_failed');
  const response = await browser.post(server.url + routes.singleSignOn.begin.path, { id: organisation.id });
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([502, 'single_sign_on_failed']);
  expect(JSON.stringify(await organisation.owner.call(routes.singleSignOn.get))).not.toContain('ecret');
});

test('nobody but who manages members sets it, and no return address leads out of the app', async () => {
  const organisation = await signOnAt(provider);
  const analyst = await organisation.signIn('analyst');
  await expect(analyst.call(routes.singleSignOn.get).catch(codeOf)).resolves.toBe('access_denied');
  for (const [index, place] of [
    'https://evil.example/',
    '//evil.example',
    '/\\evil.example',
    'javascript:x',
  ].entries()) {
    expect(await signIn(new Browser(), organisation, `m${index} m${index}@example.com verified`, place)).toBe('/');
  }
});
