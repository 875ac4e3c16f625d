import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { roles } from '@proofpix/contract/access';
import { routes } from '@proofpix/contract/routes';
import { listenApp, type TestApp } from '../../test/listen-app.ts';
import { rawRequest } from '../../test/raw-request.ts';
import { createLog } from '../log.ts';
import { bind, bindSocket, type Caller } from './bind.ts';

/** The HTTP part alone: rows of the contract with handlers of the test, and a sign-in that knows two tokens. */
const member: Caller = {
  userId: 'user',
  organisationId: 'organisation',
  role: 'viewer',
  plan: 'free',
  access: new Set(roles.viewer),
  secondFactorMissing: false,
  byProvider: false,
  operator: false,
  credential: 'bearer',
  credentialId: 'session',
  address: '127.0.0.1',
  requestId: 'request',
};
const owner: Caller = { ...member, role: 'owner', plan: 'professional', access: new Set(roles.owner) };

let served: TestApp;
let url: string;
const lines: string[] = [];
let seen: unknown;

beforeAll(async () => {
  const signIn = async ({ headers }: FastifyRequest) =>
    headers.authorization === 'Bearer owner' ? owner : headers.authorization === 'Bearer member' ? member : null;
  const log = createLog('error', { write: (line) => void lines.push(line) });
  served = await listenApp({ log, signIn }, (app) => {
    bind(app, routes.auth.login, async ({ body }) => {
      seen = body;
      if (body.email === 'broken@example.org') throw new Error('the secret reason');
      return { status: 200, body: { accessToken: 1, expiresAt: '', account: null } as never };
    });
    bind(app, routes.plugins.unload, async () => ({ status: 200, body: {} as never }));
    bind(app, routes.plugins.list, async ({ query }) => {
      seen = query;
      return { status: 200, body: { items: [], nextCursor: null, total: 0, totalIsLowerBound: false } };
    });
    bind(app, routes.runs.photo, async () => ({
      status: 200,
      body: Readable.from([Buffer.from('<script>')]),
      headers: { 'content-type': 'image/svg+xml' },
    }));
    bind(app, routes.runs.create, async () => ({ status: 202, body: {} as never }));
    bind(app, routes.organisations.create, async () => ({ status: 201, body: { id: '', name: '', plan: 'free' } }));
    bindSocket(app, routes.events.follow, ({ socket, caller }) => socket.send(caller.role));
  });
  ({ url } = served);
});
afterAll(() => served[Symbol.asyncDispose]());

const asOwner = { authorization: 'Bearer owner' };
const asMember = { authorization: 'Bearer member' };
const json = { 'content-type': 'application/json' };
const login = (body: string, headers: Record<string, string> = json) =>
  rawRequest(url, { method: 'POST', path: '/api/auth/login', headers, body });
const errorsIn = (answer: { json: Record<string, unknown> }) => answer.json.errors;

describe('what a caller must be', () => {
  test('nobody, a member without the access and an organisation without the plan get 401, 403 and 402', async () => {
    const unload = (headers: Record<string, string>) =>
      rawRequest(url, { method: 'POST', path: '/api/plugins/NOT AN ID'.replaceAll(' ', '%20') + '/unload', headers });
    const nobody = await unload({});
    expect([nobody.status, nobody.json.code, nobody.headers['www-authenticate']]).toEqual([
      401,
      'sign_in_required',
      'Bearer',
    ]);
    expect((await unload(asMember)).json.code).toBe('access_denied');
    expect((await unload(asOwner)).json.code).toBe('subscription_required');
  });

  test('a body is not even read before the caller is known', async () => {
    const answer = await rawRequest(url, {
      method: 'POST',
      path: '/api/organisations',
      headers: json,
      body: 'x'.repeat(2_000_000),
    });
    expect(answer.json.code).toBe('sign_in_required');
  });
});

describe('what a request carries', () => {
  test('each wrong field is named', async () => {
    const answer = await login(JSON.stringify({ email: 'nobody', extra: 1 }));
    expect(answer.status).toBe(400);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(errorsIn(answer)).toEqual(
      expect.arrayContaining([
        { field: '/email', message: expect.stringContaining('email') },
        { field: '/password', message: 'is required' },
        { field: '/extra', message: 'is not a known field' },
      ]),
    );
  });

  test('wrong query parameters are named: a misspelt filter is not a missing one', async () => {
    const answer = await rawRequest(url, { path: '/api/plugins?limit=0&stat=loaded&type=monster', headers: asOwner });
    expect((errorsIn(answer) as { field: string }[]).map(({ field }) => field).sort()).toEqual([
      '/limit',
      '/stat',
      '/type',
    ]);
    for (const limit of ['1e2', '0x10', '5.5', '', '-1', '99999999999999999999']) {
      expect((await rawRequest(url, { path: `/api/plugins?limit=${limit}`, headers: asOwner })).status, limit).toBe(
        400,
      );
    }
    expect((await rawRequest(url, { path: '/api/plugins?limit=1&limit=2', headers: asOwner })).status).toBe(400);
  });

  test('numbers of a query arrive as numbers, and defaults are filled in', async () => {
    await rawRequest(url, { path: '/api/plugins?limit=7&search=12', headers: asOwner });
    expect(seen).toEqual({ limit: 7, search: '12' });
    await rawRequest(url, { path: '/api/plugins', headers: asOwner });
    expect(seen).toEqual({ limit: 25 });
  });

  test('a path parameter that breaks its pattern, or the URL, is a 4xx', async () => {
    expect((await rawRequest(url, { path: '/api/runs/1/photo', headers: asOwner })).json.errors).toEqual([
      { field: '/id', message: expect.any(String) },
    ]);
    expect((await rawRequest(url, { path: '/api/runs/%E0%A4%A/photo', headers: asOwner })).status).toBe(400);
    expect((await rawRequest(url, { path: `/api/runs/${'a'.repeat(600)}/photo`, headers: asOwner })).status).toBe(404);
  });

  test('NUL in text is refused by name, since no database keeps it', async () => {
    const answer = await login(JSON.stringify({ email: 'a@example.org', password: 'a\0b' }));
    expect(errorsIn(answer)).toEqual([{ field: '/password', message: 'must not contain the NUL character' }]);
    expect((await rawRequest(url, { path: '/api/plugins?search=%00', headers: asOwner })).status).toBe(400);
  });

  test('what is not JSON, not UTF-8, too deep or reaches for the prototype is refused', async () => {
    const bodies = [
      '{',
      '[]',
      'null',
      '1',
      '""',
      '{"__proto__": {"admin": true}}',
      `${'['.repeat(5_000)}${']'.repeat(5_000)}`,
      '\ufeff\ufeff{}',
    ];
    for (const body of bodies) expect((await login(body)).status, body.slice(0, 20)).toBe(400);
    const broken = await rawRequest(url, {
      method: 'POST',
      path: '/api/auth/login',
      headers: json,
      body: Uint8Array.of(0x7b, 0xff, 0x7d),
    });
    expect(broken.json.detail).toBe('The body is not UTF-8.');
  });

  test('a body of a megabyte of brackets costs nothing but its reading', async () => {
    expect((await login('['.repeat(1_000_000))).json.detail).toBe('The body is nested deeper than 32.');
  });

  test('a body over the limit is 413, one of another type is 415', async () => {
    expect((await login('x'.repeat(1024 * 1024 + 1))).json.code).toBe('body_too_large');
    expect((await login('a=b', { 'content-type': 'application/x-www-form-urlencoded' })).json.code).toBe(
      'media_type_not_supported',
    );
    expect((await login('{}', { 'content-type': 'text/plain' })).status).toBe(415);
    const noForm = await rawRequest(url, {
      method: 'POST',
      path: '/api/runs',
      headers: { ...asOwner, ...json },
      body: '{}',
    });
    expect([noForm.status, noForm.json.code]).toEqual([415, 'not_multipart']);
  });

  test('headers over the limit are answered, not only cut off', async () => {
    const answer = await rawRequest(url, { headers: { 'x-large': 'x'.repeat(20_000) } });
    expect([answer.status, answer.json.code]).toEqual([431, 'headers_too_large']);
  });

  test('what is not HTTP is answered with 400', async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write('\x16\x03\x01 hello\r\n\r\n'));
    let text = '';
    socket
      .on('data', (chunk) => (text += String(chunk)))
      .on('close', () => resolve(text))
      .on('error', () => resolve(text));
    expect(await promise).toContain('HTTP/1.1 400');
  });
});

describe('what is answered', () => {
  test('an unknown error says nothing but the id under which the log has it', async () => {
    const answer = await login(JSON.stringify({ email: 'broken@example.org', password: 'x' }));
    expect(answer.status).toBe(500);
    expect(answer.text).not.toContain('secret reason');
    expect(answer.json.requestId).toBe(answer.headers['x-request-id']);
    expect(
      lines.some((line) => line.includes('the secret reason') && line.includes(String(answer.json.requestId))),
    ).toBe(true);
  });

  test('a reply that does not fit its row fails in tests', async () => {
    expect((await login(JSON.stringify({ email: 'a@example.org', password: 'x' }))).status).toBe(500);
    expect(lines.at(-1)).toContain('against its row');
  });

  test('an unknown address of the interface is a problem document, a wrong method says which are right', async () => {
    const missing = await rawRequest(url, { path: '/api/nothing', headers: asOwner });
    expect([missing.status, missing.json.code, missing.json.type]).toEqual([
      404,
      'not_found',
      '/docs/errors#not_found',
    ]);
    const wrong = await rawRequest(url, { method: 'DELETE', path: '/api/plugins', headers: asOwner });
    expect([wrong.status, wrong.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
    const options = await rawRequest(url, { method: 'OPTIONS', path: '/api/plugins/exif-reader' });
    expect([options.status, options.headers.allow]).toEqual([204, 'GET, DELETE, HEAD, OPTIONS']);
  });

  test('HEAD answers like GET without a body', async () => {
    const head = await rawRequest(url, { method: 'HEAD', path: '/api/plugins', headers: asOwner });
    expect([head.status, head.text]).toEqual([200, '']);
  });

  test('a download can never run as a page of ours', async () => {
    const answer = await rawRequest(url, {
      path: '/api/runs/00000000-0000-4000-8000-000000000000/photo',
      headers: asOwner,
    });
    expect(answer.headers['content-security-policy']).toBe("sandbox; default-src 'none'");
    expect(answer.headers['x-content-type-options']).toBe('nosniff');
  });

  test('every answer carries the headers that keep browsers in bounds', async () => {
    for (const path of ['/api/plugins', '/api/nothing', '/']) {
      const { headers } = await rawRequest(url, { path });
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'");
      expect(headers['content-security-policy'], path).not.toMatch(/unsafe|upgrade-insecure|https?:/);
      expect(headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'x-frame-options': 'DENY',
      });
    }
  });

  test('without a built web app a page says how to build it, and only pages do', async () => {
    const page = await rawRequest(url, { path: '/runs/1' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(page.text).toContain('not built');
    expect((await rawRequest(url, { path: '/logo.png' })).status).toBe(404);
    expect((await rawRequest(url, { method: 'POST', path: '/' })).status).toBe(404);
  });
});

describe('the end', () => {
  test('a WebSocket is refused like any request before it is one, and closed when the server ends', async () => {
    const address = `${url.replace('http', 'ws')}/api/events`;
    const refused = new WebSocket(address);
    const [, response] = (await once(refused, 'unexpected-response')) as [unknown, IncomingMessage]; // the event's arguments
    expect(response.statusCode).toBe(401);
    refused.on('error', () => {}).terminate();
    const socket = new WebSocket(address, { headers: asOwner });
    const [message] = (await once(socket, 'message')) as [Buffer]; // as above
    expect(String(message)).toBe('owner');
    const closed = once(socket, 'close');
    served.ending.abort();
    expect((await closed)[0]).toBe(1001);
  });

  test('a server that ends answers 503 on connections that are open', async () => {
    const answer = await rawRequest(url, { path: '/api/plugins', headers: asOwner });
    expect([answer.status, answer.json.code]).toEqual([503, 'shutting_down']);
  });
});
