import { afterAll, beforeAll, expect, test } from 'vitest';
import { roles } from '@proofpix/contract/access';
import { routes } from '@proofpix/contract/routes';
import { listenApp, type TestApp } from '../../test/listen-app.ts';
import { rawRequest } from '../../test/raw-request.ts';
import { bind, type Caller } from './bind.ts';

const owner: Caller = {
  userId: 'user',
  organisationId: 'organisation',
  role: 'owner',
  plan: 'free',
  access: new Set(roles.owner),
  secondFactorMissing: false,
  byProvider: false,
  operator: false,
  credential: 'bearer',
  credentialId: 'session',
  address: '127.0.0.1',
  requestId: 'request',
};
const asOwner = { authorization: 'Bearer owner' };
const json = { 'content-type': 'application/json' };
let served: TestApp;
let url: string;

beforeAll(async () => {
  served = await listenApp(
    {
      publicUrl: 'https://photos.example.org',
      signIn: async ({ headers }) =>
        headers.authorization === 'Bearer owner' || headers.cookie === 'session=owner' ? owner : null,
    },
    (app) => {
      bind(app, routes.auth.logout, async () => ({ status: 204 }));
      bind(app, routes.auth.login, async () => ({ status: 200, body: {} as never }));
      bind(app, routes.plugins.list, async () => ({
        status: 200,
        body: { items: [], nextCursor: null, total: 0, totalIsLowerBound: false },
      }));
    },
  );
  ({ url } = served);
});
afterAll(() => served[Symbol.asyncDispose]());

test('a request for another host name is refused, also when it resolves to this machine', async () => {
  for (const host of ['evil.example', 'evil.example:80', '127.0.0.1', 'localhost:1', '127.0.0.1.evil.example']) {
    const answer = await rawRequest(url, { path: '/api/plugins', headers: { ...asOwner, host } });
    expect([answer.status, answer.json.code], host).toEqual([421, 'host_not_allowed']);
  }
});

test('the names of this machine and the public address are answered', async () => {
  const { port } = new URL(url);
  for (const host of [`localhost:${port}`, `[::1]:${port}`, `LOCALHOST:${port}`, 'photos.example.org']) {
    expect((await rawRequest(url, { path: '/api/plugins', headers: { ...asOwner, host } })).status, host).toBe(200);
  }
});

test('a state change from a page of another origin is refused before anything else', async () => {
  const { port } = new URL(url);
  for (const origin of [
    'https://evil.example',
    'null',
    `http://localhost:${port}`,
    `https://127.0.0.1:${port}`,
    'http://photos.example.org',
  ]) {
    const answer = await rawRequest(url, {
      method: 'POST',
      path: '/api/auth/logout',
      headers: { cookie: 'session=owner', origin },
    });
    expect([answer.status, answer.json.code], origin).toEqual([403, 'origin_not_allowed']);
  }
});

test('a cross-site request that hides its origin is told by Sec-Fetch-Site', async () => {
  for (const site of ['cross-site', 'same-site']) {
    const answer = await rawRequest(url, {
      method: 'POST',
      path: '/api/auth/logout',
      headers: { cookie: 'session=owner', 'sec-fetch-site': site },
    });
    expect(answer.json.code, site).toBe('origin_not_allowed');
  }
});

test('a sign-in from a page of another origin is refused, so that nobody is signed in as somebody else', async () => {
  const answer = await rawRequest(url, {
    method: 'POST',
    path: '/api/auth/login',
    headers: { ...json, origin: 'https://evil.example' },
    body: '{}',
  });
  expect(answer.json.code).toBe('origin_not_allowed');
});

test('our own pages and clients with a bearer token may change things', async () => {
  const { host } = new URL(url);
  const allowed: Record<string, string>[] = [
    { cookie: 'session=owner', origin: `http://${host}` },
    { cookie: 'session=owner', origin: 'https://photos.example.org' },
    { cookie: 'session=owner', 'sec-fetch-site': 'same-origin' },
    { ...asOwner, origin: 'https://tools.example' },
  ];
  for (const headers of allowed) {
    expect((await rawRequest(url, { method: 'POST', path: '/api/auth/logout', headers })).status).toBe(204);
  }
});

test('no answer carries a header that opens it to other origins', async () => {
  const answer = await rawRequest(url, {
    method: 'OPTIONS',
    path: '/api/plugins',
    headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' },
  });
  expect(Object.keys(answer.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
});

test('a request that offers another protocol is an ordinary request', async () => {
  const headers = {
    ...asOwner,
    connection: 'Upgrade, HTTP2-Settings',
    upgrade: 'h2c',
    'http2-settings': 'AAMAAABkAAQAAP__',
  };
  expect((await rawRequest(url, { path: '/api/plugins', headers })).status).toBe(200);
});

test('a WebSocket from a page of another origin is refused', async () => {
  const headers = {
    connection: 'upgrade',
    upgrade: 'websocket',
    'sec-websocket-version': '13',
    'sec-websocket-key': 'cHJvb2ZwaXgtZXhhbXBsZQ==',
  };
  const answer = await rawRequest(url, {
    path: '/api/events',
    headers: { ...headers, origin: 'https://evil.example', cookie: 'session=owner' },
  });
  expect(answer.json.code).toBe('origin_not_allowed');
});

test('only a trusted proxy says who is asking', async () => {
  for (const [trustedProxies, expected] of [
    [[], '127.0.0.1'],
    [['127.0.0.0/8'], '203.0.113.7'],
  ] as const) {
    await using own = await listenApp({ trustedProxies }, (app) => void app.get('/ip', async (request) => request.ip));
    const answer = await rawRequest(own.url, {
      path: '/ip',
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.7' },
    });
    expect(answer.text).toBe(expected);
  }
});
