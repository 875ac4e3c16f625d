import { afterAll, beforeAll, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { rawRequest } from '../../../test/raw-request.ts';
import { startServer, type TestServer } from '../../../test/start-server.ts';
import { createAttempts } from './attempts.ts';
import { makeSignInLink } from './first-start.ts';
import { hashPassword, verifyPassword } from './passwords.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const json = { 'content-type': 'application/json' };
const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  rawRequest(server.url, { method: 'POST', path, headers: { ...json, ...headers }, body: JSON.stringify(body) });
const cookieOf = (answer: { headers: { 'set-cookie'?: string[] } }) => answer.headers['set-cookie']?.[0] ?? '';
const account = (headers: Record<string, string>) => rawRequest(server.url, { path: '/api/account', headers });

test('e-mail and password give a bearer token, whatever the case of the e-mail', async () => {
  const { email, password } = server.owner;
  const answer = await post('/api/auth/login', { email: email.toUpperCase(), password });
  expect(answer.status).toBe(200);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(cookieOf(answer)).toBe('');
  const me = await account({ authorization: `Bearer ${String(answer.json.accessToken)}` });
  expect(me.json).toMatchObject({ user: { email }, role: 'owner', organisation: { plan: 'enterprise' } });
  expect(me.json.access).toContain('server:operate');
});

test('the web app gets its session in a cookie that scripts and other sites cannot use', async () => {
  const { email, password } = server.owner;
  const answer = await post('/api/auth/session', { email, password });
  expect(answer.status).toBe(200);
  const cookie = cookieOf(answer);
  expect(cookie).toMatch(/^proofpix_session=pxs_[\w-]{43}; /);
  const attributes = cookie
    .split('; ')
    .slice(1)
    .map((part) => part.split('=')[0])
    .sort();
  expect(attributes).toEqual(['Expires', 'HttpOnly', 'Path', 'SameSite']);
  expect(cookie).toContain('SameSite=Strict');
  expect(answer.text).not.toContain('pxs_');
  expect((await account({ cookie: cookie.split(';', 1)[0] ?? '' })).status).toBe(200);
});

test('behind https the cookie is Secure', async () => {
  await using secure = await startServer({ environment: { PUBLIC_URL: 'https://photos.example.org' } });
  const { email, password } = secure.owner;
  const answer = await rawRequest(secure.url, {
    method: 'POST',
    path: '/api/auth/session',
    headers: json,
    body: JSON.stringify({ email, password }),
  });
  expect(cookieOf(answer)).toContain('; Secure');
  expect(answer.headers['strict-transport-security']).toContain('max-age');
});

test("a cookie's secret does not work as a bearer token, nor the other way round", async () => {
  const { email, password, token } = server.owner;
  const cookie = cookieOf(await post('/api/auth/session', { email, password })).split(';', 1)[0] ?? '';
  expect((await account({ authorization: `Bearer ${cookie.split('=')[1]}` })).status).toBe(401);
  expect((await account({ cookie: `proofpix_session=${token}` })).status).toBe(401);
  expect((await account({ cookie, authorization: 'Bearer wrong' })).status).toBe(401);
});

test('an unknown e-mail and a wrong password answer alike', async () => {
  const wrong = await post('/api/auth/login', { email: server.owner.email, password: 'wrong' });
  const unknown = await post('/api/auth/login', { email: 'nobody@example.org', password: 'wrong' });
  const otherOrganisation = await post('/api/auth/login', {
    email: server.owner.email,
    password: server.owner.password,
    organisationId: '00000000-0000-4000-8000-000000000000',
  });
  const bare = ({ status, json }: typeof wrong) => ({ status, ...json, requestId: null });
  expect(bare(wrong)).toEqual(bare(unknown));
  expect(bare(otherOrganisation)).toEqual(bare(unknown));
  expect(wrong.json.code).toBe('sign_in_failed');
});

test('a password is verified by as much work where there is none to verify', async () => {
  const stored = await hashPassword('correct horse');
  expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  expect(await verifyPassword('correct horse', stored)).toBe(true);
  expect(await verifyPassword('wrong horse', stored)).toBe(false);
  for (const none of [null, '', 'plain', '$argon2id$v=19$m=1,t=1$x'])
    expect(await verifyPassword('correct horse', none)).toBe(false);
  // The processor's time, which other programs on the machine do not add to.
  const cost = async (against: string | null) => {
    const before = process.cpuUsage();
    for (let round = 0; round < 5; round += 1) await verifyPassword('correct horse', against);
    const { user, system } = process.cpuUsage(before);
    return user + system;
  };
  const [known, unknown] = [await cost(stored), await cost(null)];
  expect(Math.max(known, unknown) / Math.min(known, unknown)).toBeLessThan(5);
});

test('the code of a sign-in link works once, also when it comes ten times at once', async () => {
  const link = await makeSignInLink(server.db, server.url);
  const code = /^.*\/sign-in#code=([\w-]{43})$/.exec(link)?.[1];
  const answers = await Promise.all(Array.from({ length: 10 }, () => post('/api/auth/exchange', { code })));
  expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array<number>(9).fill(401)]);
  const [signedIn] = answers.filter(({ status }) => status === 200);
  expect(cookieOf(signedIn ?? { headers: {} })).toContain('HttpOnly');
  expect((await post('/api/auth/exchange', { code })).json.code).toBe('sign_in_code_invalid');
  expect((await post('/api/auth/exchange', { code: 'made-up' })).status).toBe(401);
});

test('signing out ends the session and takes the cookie away', async () => {
  const { email, password } = server.owner;
  const cookie = cookieOf(await post('/api/auth/session', { email, password })).split(';', 1)[0] ?? '';
  const answer = await rawRequest(server.url, { method: 'POST', path: '/api/auth/logout', headers: { cookie } });
  expect(answer.status).toBe(204);
  expect(cookieOf(answer)).toMatch(/^proofpix_session=;.*Expires=Thu, 01 Jan 1970/);
  expect((await account({ cookie })).status).toBe(401);
});

test('broken, foreign and huge credentials are nobody', async () => {
  const values = [
    'Bearer',
    'Bearer ',
    'Basic b3duZXI6eA==',
    `Bearer ${'x'.repeat(8_000)}`,
    'Bearer x y',
    'Bearer ppx_\u00ff',
    "Bearer ' or 1=1",
  ];
  for (const authorization of values)
    expect((await account({ authorization })).status, authorization.slice(0, 20)).toBe(401);
  for (const cookie of ['proofpix_session=', 'proofpix_session=%', 'proofpix_session=a; proofpix_session=b']) {
    expect((await account({ cookie })).status, cookie).toBe(401);
  }
});

test('after ten wrong passwords the eleventh is not looked at, not even the right one, and others still come in', async () => {
  const victim = await server.signIn('viewer');
  for (let attempt = 0; attempt < 10; attempt += 1) {
    expect((await post('/api/auth/login', { email: victim.email, password: `wrong ${attempt}` })).status).toBe(401);
  }
  const blocked = await post('/api/auth/login', { email: victim.email, password: victim.password });
  expect([blocked.status, blocked.json.code]).toEqual([429, 'rate_limited']);
  expect(Number(blocked.headers['retry-after'])).toBeGreaterThan(0);
  expect((await post('/api/auth/login', { email: server.owner.email, password: server.owner.password })).status).toBe(
    200,
  );
});

test('attempts are forgiven after a quarter of an hour, and cannot fill the memory', async () => {
  let now = 0;
  const attempts = createAttempts({ now: () => now });
  const key = [{ key: 'somebody', allowed: 1 }];
  await attempts.begin(key);
  await expect(attempts.begin(key)).rejects.toThrow('Too many requests');
  now += 15 * 60_000;
  await (await attempts.begin(key)).succeeded();
  await attempts.begin(key);
  for (let index = 0; index < 50_000; index += 1) await attempts.begin([{ key: `stranger ${index}`, allowed: 1 }]);
  await attempts.begin(key); // was dropped with the oldest
});

test('secrets are stored as hashes only', async () => {
  const { token } = server.owner;
  const { token: apiToken } = await server.call(routes.tokens.create, { body: { name: 'Hashed' } });
  const rows = await server.db.owner.transaction().execute(async (tx) => {
    const { sql } = await import('kysely');
    await sql`select set_config('app.system', 'sign-in', true)`.execute(tx);
    return [
      ...(await tx.selectFrom('sessions').selectAll().execute()),
      ...(await tx.selectFrom('api_tokens').selectAll().execute()),
    ];
  });
  const stored = rows
    .map((row) => Buffer.from(row.token_hash ?? []).toString('latin1') + JSON.stringify(row))
    .join('\n');
  expect(rows.length).toBeGreaterThan(1);
  for (const secret of [token, apiToken]) expect(stored).not.toContain(secret.slice(4));
});
