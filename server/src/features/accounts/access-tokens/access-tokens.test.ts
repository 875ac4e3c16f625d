import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, type KeyObject } from 'node:crypto';
import { join } from 'node:path';
import { createLocalJWKSet, decodeProtectedHeader, jwtVerify, SignJWT, type JSONWebKeySet } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createClient } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { rawRequest } from '../../../../test/raw-request.ts';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { openKeys } from '../../../keys.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.stop());

const codeOf = (error: unknown) => (error instanceof Problem ? error.code : error);
const use = async (token: string) =>
  (await fetch(`${server.url}/api/account`, { headers: { authorization: `Bearer ${token}` } })).status;

async function signIn({ email, password }: TestMember) {
  const reply = await createClient({ baseUrl: server.url })(routes.auth.login, { body: { email, password } });
  if ('challenge' in reply) throw new Error('There is no second factor here.');
  return reply;
}

async function publishedKeys(): Promise<JSONWebKeySet> {
  return createClient({ baseUrl: server.url })(routes.auth.keys);
}

/** The server's own key: what a forger would have to have. */
async function signingKey(): Promise<{ keyId: string; privateKey: KeyObject }> {
  const keys = await openKeys({ keyFile: join(server.dataDir, 'keys', 'master.key') });
  const row = await asSystem(server.db, 'sign-in', (tx) =>
    tx.selectFrom('signing_keys').selectAll().where('valid_until', 'is', null).executeTakeFirstOrThrow(),
  );
  const key = Buffer.from(keys.open(row.private_key ?? expect.fail(), `signing-key\n${row.key_id}`));
  return { keyId: row.key_id, privateKey: createPrivateKey({ key, format: 'der', type: 'pkcs8' }) };
}

test('an access token says who, where and for how long, and anybody verifies it with the published keys', async () => {
  const session = await signIn(server.owner);
  const { payload, protectedHeader } = await jwtVerify(session.accessToken, createLocalJWKSet(await publishedKeys()), {
    issuer: server.url,
    audience: `${server.url}/api`,
  });
  expect(protectedHeader).toMatchObject({ alg: 'EdDSA', typ: 'at+jwt' });
  expect(payload).toMatchObject({ sub: server.owner.userId, organisation: server.organisationId });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(600);
  expect(JSON.stringify(await publishedKeys())).not.toContain('"d"');
});

test('a token that is forged in any of the known ways is nobody', async () => {
  const session = await signIn(server.owner);
  const [header = '', body = '', signature = ''] = session.accessToken.split('.');
  const { keyId, privateKey } = await signingKey();
  const { payload } = await jwtVerify(session.accessToken, createLocalJWKSet(await publishedKeys()));
  const spki = createPublicKey(privateKey).export({ format: 'pem', type: 'spki' });
  const [published] = (await publishedKeys()).keys;
  const other = generateKeyPairSync('ed25519');
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const named = { alg: 'EdDSA', typ: 'at+jwt', kid: keyId };
  const sign = (claims: object, key: KeyObject | Uint8Array = privateKey, protectedHeader: object = named) =>
    new SignJWT({ ...payload, ...claims }).setProtectedHeader(protectedHeader as typeof named).sign(key);
  const now = Math.floor(Date.now() / 1_000);
  const cookieId = await cookieSession();

  // What makes the others mean something: the same with nothing wrong is taken.
  expect(await use(await sign({}))).toBe(200);
  const forged = {
    'no algorithm': `${encode({ ...named, alg: 'none' })}.${body}.`,
    'no algorithm, with the signature left': `${encode({ ...named, alg: 'none' })}.${body}.${signature}`,
    'HS256 with the public key as the secret': await sign({}, Buffer.from(published?.x ?? '', 'base64url'), {
      ...named,
      alg: 'HS256',
    }),
    'HS256 with the public key as PEM': await sign({}, Buffer.from(spki), { ...named, alg: 'HS256' }),
    'another key under the same name': await sign({}, other.privateKey),
    'a key that it brings along': await sign({}, other.privateKey, {
      ...named,
      jwk: other.publicKey.export({ format: 'jwk' }),
    }),
    'a key that nobody knows': await sign({}, other.privateKey, { ...named, kid: 'a'.repeat(43) }),
    'no key named': await sign({}, privateKey, { alg: 'EdDSA', typ: 'at+jwt' }),
    'a token of another kind': await sign({}, privateKey, { ...named, typ: 'JWT' }),
    'over for a second': await sign({ iat: now - 601, exp: now - 1 }),
    'not yet valid': await sign({ nbf: now + 600 }),
    'for another audience': await sign({ aud: 'https://other.example/api' }),
    'of another issuer': await sign({ iss: 'https://other.example' }),
    'without an end': await sign({ exp: undefined }),
    'without a session': await sign({ sid: undefined }),
    'of a session that nobody has': await sign({ sid: randomUUID() }),
    'of a session of the web app': await sign({ sid: cookieId }),
    'a session that is no id': await sign({ sid: "' or true --" }),
    'another body under the signature': `${header}.${encode({ ...payload, sub: randomUUID() })}.${signature}`,
    'two parts': `${header}.${body}`,
    'five parts': `${session.accessToken}.${body}.${signature}`,
    nothing: '..',
  };
  for (const [what, token] of Object.entries(forged)) expect(await use(token), what).toBe(401);
  expect(await use(session.accessToken)).toBe(200);

  async function cookieSession(): Promise<string> {
    const { email, password } = server.owner;
    await rawRequest(server.url, {
      method: 'POST',
      path: '/api/auth/session',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    const { items } = await createClient({ baseUrl: server.url, token: session.accessToken })(routes.sessions.list);
    return items.find(({ kind }) => kind === 'browser')?.id ?? expect.fail('There is a session of a browser.');
  }
});

test('an access token in a cookie is nobody, nor is it beside a cookie that would sign in', async () => {
  const { email, password } = server.owner;
  const { accessToken } = await signIn(server.owner);
  const signedIn = await rawRequest(server.url, {
    method: 'POST',
    path: '/api/auth/session',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  });
  const cookie = signedIn.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
  const ask = async (headers: Record<string, string>) =>
    (await rawRequest(server.url, { path: '/api/account', headers })).status;
  expect(await ask({ cookie })).toBe(200);
  expect(await ask({ cookie: `proofpix_session=${accessToken}` })).toBe(401);
  expect(await ask({ cookie, authorization: `Bearer ${accessToken}x` })).toBe(401);
  expect(await ask({ authorization: `Bearer ${cookie.split('=')[1]}` })).toBe(401);
});

test('a valid token stops with the next request when its owner signs out, is removed, or may do less', async () => {
  const member = await server.signIn('admin');
  const second = await signIn(member);
  expect(await use(second.accessToken)).toBe(200);
  await createClient({ baseUrl: server.url, token: second.accessToken })(routes.auth.logout);
  expect([await use(second.accessToken), await use(member.token)]).toEqual([401, 200]);

  const person = { email: `x-${randomUUID()}@example.org`, role: 'viewer' } as const;
  await member.call(routes.invitations.create, { body: person });
  await server.call(routes.members.changeRole, { params: { id: member.userId }, body: { role: 'viewer' } });
  const again = { ...person, email: `y-${randomUUID()}@example.org` };
  await expect(member.call(routes.invitations.create, { body: again }).catch(codeOf)).resolves.toBe('access_denied');

  await server.call(routes.members.remove, { params: { id: member.userId } });
  expect(await use(member.token)).toBe(401);
});

test('a new signing key signs nobody out; after a leak the old one counts no longer, and sessions go on', async () => {
  const before = await signIn(server.owner);
  const { keyId } = await server.call(routes.auth.rotateKey, { body: {} });
  expect(await use(before.accessToken)).toBe(200);
  const after = await signIn(server.owner);
  expect(decodeProtectedHeader(after.accessToken).kid).toBe(keyId);
  const published = await publishedKeys();
  expect(published.keys.map(({ kid }) => kid)).toEqual([keyId, decodeProtectedHeader(before.accessToken).kid]);
  const kept = await asSystem(server.db, 'sign-in', (tx) => tx.selectFrom('signing_keys').selectAll().execute());
  expect(kept.filter((row) => row.private_key !== null).map((row) => row.key_id)).toEqual([keyId]);

  const leaked = await signingKey();
  const { payload } = await jwtVerify(after.accessToken, createLocalJWKSet(published));
  const forged = await new SignJWT(payload)
    .setProtectedHeader({ alg: 'EdDSA', typ: 'at+jwt', kid: leaked.keyId })
    .sign(leaked.privateKey);
  expect(await use(forged)).toBe(200);
  const call = createClient({ baseUrl: server.url, tokens: after });
  const operator = createClient({ baseUrl: server.url, tokens: before });
  const next = await operator(routes.auth.rotateKey, { body: { compromised: true } });
  expect(await use(forged)).toBe(401);
  expect((await publishedKeys()).keys.map(({ kid }) => kid)).toEqual([next.keyId]);
  expect((await call(routes.auth.account)).user.id).toBe(server.owner.userId); // by its refresh token
});

test('only the operator replaces the signing key, and the trail says so', async () => {
  const tokens = await signIn(server.owner);
  const operator = createClient({ baseUrl: server.url, tokens });
  const email = `admin-${randomUUID()}@example.org`;
  const person = { email, name: 'An admin', role: 'admin', password: 'a long password' } as const;
  await operator(routes.members.create, { body: person });
  const admin = await signIn({ ...server.owner, email, password: person.password });
  await expect(
    createClient({ baseUrl: server.url, tokens: admin })(routes.auth.rotateKey, { body: {} }).catch(codeOf),
  ).resolves.toBe('access_denied');
  const { keyId } = await operator(routes.auth.rotateKey, { body: {} });
  const acts = await asSystem(server.db, 'sign-in', (tx) =>
    tx.selectFrom('audit_acts').selectAll().where('subject_id', '=', keyId).execute(),
  );
  expect(acts).toMatchObject([{ act: 'signing-key.rotate', actor_id: server.owner.userId, result: 'done' }]);
});
