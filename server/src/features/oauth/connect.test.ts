import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { rawRequest } from '../../../test/raw-request.ts';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';
import { ask, asking, install, problemOf, sendJson } from '../plugins/test/test-plugins.ts';
import { begin, comeBack, connect, register } from './test/connect.ts';
import { client, startFakeProvider, type FakeProvider } from './test/fake-provider.ts';

let server: TestServer;
let fake: FakeProvider;
let owner: TestMember;
let logged = '';
const replies: string[] = [];

beforeAll(async () => {
  vi.spyOn(process.stderr, 'write').mockImplementation((chunk) => {
    logged += String(chunk);
    return true;
  });
  fake = await startFakeProvider();
  server = await startServer({ environment: { OUTGOING_ALLOW: `127.0.0.1:${fake.port}`, LOG_LEVEL: 'debug' } });
  owner = server.owner;
  await register(owner, fake);
});
afterEach(() => {
  fake.answer = null;
});
afterAll(async () => {
  await server?.stop();
  await fake?.[Symbol.asyncDispose]();
  vi.restoreAllMocks();
});

const connections = (member = owner) => member.call(routes.oauth.listConnections);
const exchanges = () => fake.asked.filter(({ form }) => form.grant_type === 'authorization_code');

async function disconnectAll(): Promise<void> {
  for (const { provider } of (await connections()).items) {
    await owner.call(routes.oauth.disconnect, { params: { provider } });
  }
}

describe('connecting an account', () => {
  afterEach(disconnectAll);

  it('sends a challenge, proves it with the verifier, and tells the plugins without any token', async () => {
    await install(owner, {
      manifest: {
        id: 'listener',
        permissions: ['oauth', 'storage'],
        hooks: ['oauth:authorized', 'listener:ask'],
      },
      exports: `hooks: {
        'oauth:authorized': async ({ event }, ctx) => { await ctx.storage.set('event', event); return null; },
        'listener:ask': async (input, ctx) => ({ event: await ctx.storage.get('event') }),
      }`,
    });
    const begun = await begin(owner);
    const wanted = new URL(begun.url).searchParams;
    expect(Object.fromEntries(wanted)).toMatchObject({
      tenant: 'a',
      response_type: 'code',
      client_id: client.id,
      scope: 'read write',
      access_type: 'offline',
      code_challenge_method: 'S256',
    });
    const page = await comeBack(fake.consent(begun.url), begun.cookie);
    expect(page.status).toBe(200);
    expect(page.text).toContain('ada@example.org at fake is connected');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    const { form, authorization } = exchanges().at(-1) ?? {};
    expect(
      createHash('sha256')
        .update(form?.code_verifier ?? '')
        .digest('base64url'),
    ).toBe(wanted.get('code_challenge'));
    expect(authorization).toMatch(/^Basic /);
    expect(form).not.toHaveProperty('client_secret');
    const { items } = await connections();
    expect(items).toMatchObject([
      { provider: 'fake', state: 'connected', account: 'ada@example.org', scopes: ['read', 'write'], plugins: null },
    ]);
    replies.push(JSON.stringify(items), page.text);
    let event: unknown;
    do
      event = ((await ask(owner, 'listener:ask'))[0]?.result as { event?: unknown } | undefined)?.event ?? null; // the plugin above
    while (event === null);
    expect(event).toEqual({
      provider: 'fake',
      scopes: ['read', 'write'],
      account: 'ada@example.org',
      at: expect.any(String),
    });
  });

  it('counts once, also for two who come back at the same moment', async () => {
    const begun = await begin(owner);
    const back = fake.consent(begun.url);
    const before = exchanges().length;
    const pages = await Promise.all(Array.from({ length: 5 }, () => comeBack(back, begun.cookie)));
    expect(pages.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400]);
    expect(exchanges().length).toBe(before + 1);
    expect((await comeBack(back, begun.cookie)).status).toBe(400);
  });

  it('ends only in the browser that began, so that nobody connects his account, or another one, to a stranger', async () => {
    const begun = await begin(owner);
    const back = fake.consent(begun.url);
    const before = exchanges().length;
    const other = await begin(owner);
    const otherValue = other.cookie.split('=')[1];
    const wrong = ['', 'x=y', other.cookie, `${begun.cookie.split('=')[0]}=${otherValue}`];
    for (const cookie of wrong) expect((await comeBack(back, cookie)).status).toBe(400);
    expect(exchanges().length).toBe(before);
    expect((await comeBack(back, begun.cookie)).status).toBe(200); // the others have not used it up
  });

  it('takes no state that is wrong, cut, foreign or too old', async () => {
    const begun = await begin(owner);
    const back = new URL(fake.consent(begun.url));
    const state = back.searchParams.get('state') ?? '';
    for (const wrong of ['', 'x', state.slice(1), `${state}x`, state.replace(/.$/, state.endsWith('A') ? 'B' : 'A')]) {
      const changed = new URL(back);
      changed.searchParams.set('state', wrong);
      expect((await comeBack(changed.href, begun.cookie)).status, wrong).toBe(400);
    }
    const twice = new URL(back);
    twice.searchParams.append('state', state);
    expect((await comeBack(twice.href, begun.cookie)).status).toBe(400);
    await asSystem(server.db, 'prune', (tx) =>
      tx
        .updateTable('oauth_flows')
        .set({ expires_at: new Date(Date.now() - 1) })
        .execute(),
    );
    expect((await comeBack(back.href, begun.cookie)).status).toBe(400);
    expect((await connections()).items).toEqual([]);
  });

  it('takes nothing at the address of another provider (mix-up), whatever organisation that one is of', async () => {
    await register(owner, fake, 'second');
    const other = await server.createOrganisation();
    await register(other.owner, fake);
    const foreign = (await other.owner.call(routes.oauth.listProviders)).items[0]?.redirectUri ?? '';
    const own = (await owner.call(routes.oauth.listProviders)).items.find(({ name }) => name === 'second')?.redirectUri;
    for (const address of [foreign, own ?? '']) {
      const begun = await begin(owner);
      const back = new URL(fake.consent(begun.url));
      const mixed = new URL(address);
      mixed.search = back.search;
      expect((await comeBack(mixed.href, begun.cookie)).status).toBe(400);
    }
    expect((await connections()).items).toEqual([]);
  });

  it('ends with the session that began: who signed out, lost the role or was removed connects nothing', async () => {
    const admin = await server.signIn('admin');
    const begun = await begin(admin);
    const back = fake.consent(begun.url);
    await admin.call(routes.auth.logout);
    expect((await comeBack(back, begun.cookie)).status).toBe(400);
    const removed = await server.signIn('admin');
    const started = await begin(removed);
    await owner.call(routes.members.remove, { params: { id: removed.userId } });
    expect((await comeBack(fake.consent(started.url), started.cookie)).status).toBe(400);
    const demoted = await server.signIn('admin');
    const third = await begin(demoted);
    await asSystem(server.db, 'manage-members', (tx) =>
      tx.updateTable('memberships').set({ role: 'viewer' }).where('user_id', '=', demoted.userId).execute(),
    );
    expect((await comeBack(fake.consent(third.url), third.cookie)).status).toBe(400);
    expect((await connections()).items).toEqual([]);
  });

  it('ends when somebody else has signed in with the browser meanwhile', async () => {
    const begun = await begin(owner);
    const response = await fetch(`${server.url}/api/auth/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: owner.email, password: owner.password }),
    });
    const session = response.headers.get('set-cookie')?.split(';')[0] ?? '';
    const page = await comeBack(fake.consent(begun.url), `${begun.cookie}; ${session}`);
    expect([page.status, page.text.includes('Somebody else is signed in by now')]).toEqual([400, true]);
  });

  it('says what the provider said, in words of the standard, and never in its own', async () => {
    const refused = await begin(owner);
    const back = new URL(fake.consent(refused.url));
    back.searchParams.delete('code');
    back.searchParams.set('error', 'access_denied');
    back.searchParams.set('error_description', '<script>alert(1)</script>');
    const page = await comeBack(back.href, refused.cookie);
    expect(page.status).toBe(502);
    expect(page.text).toContain('It said &#34;access_denied&#34;.');
    expect(page.text).not.toContain('script');
    const answers = [
      { status: 400, body: JSON.stringify({ error: 'invalid_grant', error_description: 'CODE-SECRET' }) },
      { status: 200, body: JSON.stringify({ ok: false, error: 'invalid_code' }) },
      { status: 200, body: '<html>ANSWER-SECRET</html>', type: 'text/html' },
      { status: 200, body: JSON.stringify({ token_type: 'bearer' }) },
      { status: 200, body: JSON.stringify({ access_token: 'two\r\nlines' }) },
      { status: 200, body: '{'.repeat(1_000) },
      { status: 200, body: 'x'.repeat(200_000) },
      { status: 302, body: '' },
      { status: 503, body: 'ANSWER-SECRET' },
    ];
    for (const answer of answers) {
      const begun = await begin(owner);
      fake.answer = () => answer;
      const shown = await comeBack(fake.consent(begun.url), begun.cookie);
      expect([shown.status, /SECRET/.test(shown.text)], JSON.stringify(answer).slice(0, 80)).toEqual([502, false]);
    }
    const begun = await begin(owner);
    const json = await fetch(fake.consent(begun.url), { headers: { cookie: begun.cookie } });
    expect(await problemOf(json)).toMatchObject({ status: 502, code: 'oauth_failed' }); // a program gets a document
    expect((await connections()).items).toEqual([]);
  });

  it('keeps nothing of what was changed or disconnected while the provider was asked', async () => {
    const begun = await begin(owner);
    const release = fake.hold();
    const before = exchanges().length;
    const page = comeBack(fake.consent(begun.url), begun.cookie);
    await expect.poll(() => exchanges().length).toBe(before + 1);
    await owner.call(routes.oauth.updateProvider, {
      params: { provider: 'fake' },
      body: { clientId: 'another', clientSecret: 'b' },
    });
    release();
    expect((await page).status).toBe(400);
    expect((await connections()).items).toEqual([]);
    await owner.call(routes.oauth.updateProvider, {
      params: { provider: 'fake' },
      body: { clientId: client.id, clientSecret: client.secret },
    });
  });

  it('reads a form and the scopes of Slack', async () => {
    const begun = await begin(owner);
    fake.answer = ({ path }) => ({
      status: 200,
      body: path === '/token' ? 'access_token=gho_abc&scope=repo%2Cuser' : '{}',
    });
    expect((await comeBack(fake.consent(begun.url), begun.cookie)).status).toBe(200);
    expect((await connections()).items).toMatchObject([
      { scopes: ['repo', 'user'], renewable: false, accessTokenExpiresAt: null },
    ]);
  });
});

describe('providers', () => {
  it('come from presets or addresses, and show everything but the secret', async () => {
    const slack = await owner.call(routes.oauth.createProvider, {
      body: { name: 'slack', preset: 'slack', clientId: '1.2', clientSecret: 'SLACK-SECRET' },
    });
    expect(slack).toMatchObject({ tokenEndpoint: 'https://slack.com/api/oauth.v2.access', hasClientSecret: true });
    expect(JSON.stringify(slack)).not.toContain('SLACK-SECRET');
    const again = await sendJson(owner, '/api/oauth/providers', 'POST', {
      name: 'slack',
      preset: 'slack',
      clientId: 'x',
    });
    expect(await problemOf(again)).toMatchObject({ status: 409, code: 'oauth_provider_exists' });
    const bare = await sendJson(owner, '/api/oauth/providers', 'POST', { name: 'bare', clientId: 'x' });
    expect(await problemOf(bare)).toMatchObject({
      status: 400,
      errors: [{ field: '/authorizationEndpoint' }, { field: '/tokenEndpoint' }],
    });
    const sly = { name: 'sly', preset: 'github', clientId: 'x', parameters: { redirect_uri: 'https://evil.example' } };
    expect((await sendJson(owner, '/api/oauth/providers', 'POST', sly)).status).toBe(400);
    await owner.call(routes.oauth.removeProvider, { params: { provider: 'slack' } });
  });

  it('are refused at addresses that are private, not https, or ours', async () => {
    const wrong = [
      'http://provider.example/token',
      'https://127.0.0.1/token',
      'https://10.0.0.1/token',
      'https://[::1]/token',
      'https://localhost/token',
      'https://169.254.169.254/token',
      'https://user:password@provider.example/token',
      'javascript:alert(1)',
    ];
    for (const tokenEndpoint of wrong) {
      const body = { name: 'wrong', preset: 'github', clientId: 'x', tokenEndpoint };
      const answer = await problemOf(await sendJson(owner, '/api/oauth/providers', 'POST', body));
      expect(answer, tokenEndpoint).toMatchObject({
        status: 422,
        code: 'oauth_provider_refused',
        errors: [{ field: '/tokenEndpoint' }],
      });
    }
    const authorizationEndpoint = 'javascript:alert(1)';
    const body = { name: 'wrong', preset: 'github', clientId: 'x', authorizationEndpoint };
    expect((await sendJson(owner, '/api/oauth/providers', 'POST', body)).status).toBe(422);
  });

  it('lose the account and the secret with another address: a token never travels where it was not given for', async () => {
    await connect(owner, fake);
    const changed = await owner.call(routes.oauth.updateProvider, {
      params: { provider: 'fake' },
      body: { tokenEndpoint: `${fake.url}/elsewhere` },
    });
    expect(changed.hasClientSecret).toBe(false);
    expect((await connections()).items).toEqual([]);
    await owner.call(routes.oauth.updateProvider, {
      params: { provider: 'fake' },
      body: { tokenEndpoint: `${fake.url}/token`, clientSecret: client.secret },
    });
  });

  it('of other organisations are like missing ones', async () => {
    const { owner: other } = await server.createOrganisation();
    const requests = [
      ['PUT', '/api/oauth/providers/fake', {}],
      ['DELETE', '/api/oauth/providers/fake'],
      ['POST', '/api/oauth/fake/connect', {}],
      ['PUT', '/api/oauth/connections/fake', { plugins: null }],
      ['DELETE', '/api/oauth/connections/fake'],
    ] as const;
    for (const [method, path, body] of requests) {
      const foreign = await problemOf(await sendJson(other, path, method, body));
      const missing = await problemOf(await sendJson(other, path.replace('fake', 'nobodys'), method, body));
      expect(foreign, path).toEqual(missing);
    }
    expect((await other.call(routes.oauth.listProviders)).items).toEqual([]);
  });

  it('get the redirect address from PUBLIC_URL, never from the Host of a request', async () => {
    await using published = await startServer({ environment: { PUBLIC_URL: 'https://proofpix.example.org' } });
    const body = { name: 'github', preset: 'github', clientId: 'x' } as const;
    const { redirectUri } = await published.owner.call(routes.oauth.createProvider, { body });
    expect(redirectUri).toMatch(/^https:\/\/proofpix\.example\.org\/api\/oauth\/callback\/[0-9a-f-]{36}$/);
    const answer = await rawRequest(published.url, {
      method: 'POST',
      path: '/api/oauth/github/connect',
      headers: {
        authorization: `Bearer ${published.owner.token}`,
        'content-type': 'application/json',
        'x-forwarded-host': 'evil.example',
        host: new URL(published.url).host,
      },
      body: '{}',
    });
    const url = new URL(String(answer.json.url));
    expect(url.searchParams.get('redirect_uri')).toBe(redirectUri);
    expect(String(answer.headers['set-cookie'])).toMatch(/HttpOnly; Secure; SameSite=Lax/);
  });
});

describe('a disconnected account', () => {
  it('is gone here at once, and revoked at the provider', async () => {
    await connect(owner, fake);
    const refresh = fake.asked.length;
    expect(await owner.call(routes.oauth.disconnect, { params: { provider: 'fake' } })).toEqual({ revoked: true });
    expect(fake.asked.slice(refresh)).toMatchObject([
      { path: '/revoke', form: { token: expect.stringMatching(/^refresh-/), token_type_hint: 'refresh_token' } },
    ]);
    expect((await connections()).items).toEqual([]);
    const again = await sendJson(owner, '/api/oauth/connections/fake', 'DELETE');
    expect(await problemOf(again)).toMatchObject({ status: 409, code: 'oauth_not_connected' });
    await connect(owner, fake);
    fake.answer = () => ({ status: 500, body: '' });
    expect(await owner.call(routes.oauth.disconnect, { params: { provider: 'fake' } })).toEqual({ revoked: false });
    expect((await connections()).items).toEqual([]);
  });

  it('leaves events of who did what, and no secret in any of them, in the answers, the database or the log', async () => {
    const { items } = await owner.call(routes.oauth.events, { query: { limit: 100 } });
    const types = new Set(items.map(({ type }) => type));
    for (const type of ['provider:created', 'provider:updated', 'account:connected', 'account:disconnected']) {
      expect(types).toContain(type);
    }
    await install(owner, {
      manifest: { id: 'user', permissions: ['oauth'] },
      exports: asking('user', `return { expiresAt: (await ctx.oauth.token('fake')).expiresAt }`),
    });
    await connect(owner, fake);
    expect(await ask(owner, 'user:ask')).toMatchObject([{ ok: true }]);
    const rows = await asSystem(server.db, 'prune', (tx) => tx.selectFrom('oauth_connections').selectAll().execute());
    const stored = rows
      .flatMap((row) => Object.values(row))
      .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : JSON.stringify(value)));
    const everything = [JSON.stringify(items), logged, ...replies, ...stored].join('\n');
    expect(logged).toContain('answered');
    const secrets = fake.asked.flatMap(({ form }) => [form.code, form.code_verifier, form.token, form.refresh_token]);
    const all = [...secrets, ...fake.good, client.secret].filter((secret) => secret !== undefined);
    expect(all.length).toBeGreaterThan(20);
    for (const secret of all) expect(everything).not.toContain(secret);
    expect(everything).not.toMatch(/access-[0-9a-f]{32}|refresh-[0-9a-f]{32}|code-[0-9a-f]{32}|SECRET/);
  });
});
