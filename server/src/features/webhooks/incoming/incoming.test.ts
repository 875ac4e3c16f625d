import { randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { webhookRoutes, type ReceivedWebhook } from '@proofpix/contract/api/webhooks';
import { limits } from '@proofpix/contract/limits';
import { routes } from '@proofpix/contract/routes';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { ask, install } from '../../plugins/test/test-plugins.ts';
import { listener } from '../test/plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 120_000);
afterAll(() => server?.stop());

afterEach(async () => {
  const { items } = await server.call(webhookRoutes.listReceivers);
  for (const { id } of items) await server.call(webhookRoutes.deleteReceiver, { params: { id } });
  const { items: plugins } = await server.call(routes.plugins.list, { query: {} });
  for (const { id } of plugins) await server.call(routes.plugins.uninstall, { params: { id } });
});

type Receiver = { id: string; path: string; secret: string };

async function create(values: { name?: string; plugin?: string; secret?: string } = {}): Promise<Receiver> {
  return server.call(webhookRoutes.createReceiver, { body: { name: 'Invoices', ...values } });
}

const body = JSON.stringify({ type: 'invoice.paid', data: { number: 17, text: 'Ä' } });
type Message = { id?: string; at?: Date; body?: string; secret?: string; headers?: Record<string, string | undefined> };

/** Signed by an implementation that is not ours, with what a test changes afterwards. */
function post(receiver: Receiver, message: Message = {}): Promise<Response> {
  const { id = `msg_${randomUUID()}`, at = new Date(), secret = receiver.secret, ...rest } = message;
  const payload = rest.body ?? body;
  const headers: Record<string, string | undefined> = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, payload),
    ...rest.headers,
  };
  const given = Object.entries(headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value] as const],
  );
  return fetch(server.url + receiver.path, {
    method: 'POST',
    headers: new Headers([...given].map(([a, b]) => [a, b])),
    body: payload,
  });
}

async function codeOf(response: Response): Promise<[number, string | undefined]> {
  const { code } = (await response.json()) as { code?: string };
  return [response.status, code];
}

async function received(receiver: Receiver): Promise<ReceivedWebhook[]> {
  return (await server.call(webhookRoutes.listReceived, { params: { id: receiver.id } })).items;
}

async function done(receiver: Receiver): Promise<ReceivedWebhook> {
  await expect.poll(async () => (await received(receiver))[0]?.state, { timeout: 25_000, interval: 50 }).toBe('done');
  return (await received(receiver))[0] ?? expect.fail();
}

async function told(member: TestMember, plugin: string): Promise<unknown[]> {
  const [{ result } = expect.fail()] = await ask(member, `${plugin}:ask`);
  return (result as { told: unknown[] }).told; // what the plugin gives
}

describe('a message that comes in', () => {
  test('reaches every loaded plugin that has the hook and the grant, and the list says what became of it', async () => {
    await install(server.owner, listener('first-listener'));
    await install(server.owner, listener('second-listener', `throw new Error('No.');`));
    const ungranted = listener('third-listener');
    await install(server.owner, ungranted);
    const refused = { grants: ['storage' as const], refused: ['webhooks' as const] };
    await server.call(routes.plugins.putGrants, { params: { id: 'third-listener' }, body: refused });
    const receiver = await create();
    const at = new Date(Math.floor(Date.now() / 1_000) * 1_000);
    const response = await post(receiver, { id: 'msg_1', at });
    expect(response.status).toBe(202);
    const { id } = (await response.json()) as { id: string };
    const message = await done(receiver);
    expect(message).toMatchObject({
      id,
      receiverId: receiver.id,
      messageId: 'msg_1',
      type: 'invoice.paid',
      contentType: 'application/json',
      size: Buffer.byteLength(body),
      sentAt: at.toISOString(),
      attempts: 1,
      results: [
        { plugin: 'first-listener', ok: true },
        { plugin: 'second-listener', ok: false, error: { code: 'plugin_error' } },
      ],
    });
    const event = {
      type: 'invoice.paid',
      contentType: 'application/json',
      body: JSON.parse(body) as unknown,
      id: 'msg_1',
      timestamp: at.toISOString(),
      receiver: 'Invoices',
    };
    expect(await told(server.owner, 'first-listener')).toEqual([event]);
    expect(await told(server.owner, 'second-listener')).toEqual([event]);
    const kept = await asSystem(server.db, 'prune', (tx) =>
      tx.selectFrom('webhook_received').select('body').where('id', '=', id).executeTakeFirstOrThrow(),
    );
    expect(kept.body).toBeNull();
  });

  test('goes to one plugin alone where the receiver names it, and to no other organisation', async () => {
    const { owner: other } = await server.createOrganisation();
    await install(other, listener('first-listener'));
    await install(server.owner, listener('first-listener'));
    await install(server.owner, listener('second-listener'));
    const receiver = await create({ plugin: 'second-listener' });
    expect((await post(receiver)).status).toBe(202);
    expect((await done(receiver)).results).toMatchObject([{ plugin: 'second-listener', ok: true }]);
    expect(await told(server.owner, 'first-listener')).toEqual([]);
    expect(await told(other, 'first-listener')).toEqual([]);
    expect(await told(server.owner, 'second-listener')).toHaveLength(1);
  });

  test.each([
    ['text/plain; charset=utf-8', 'Grüße', 'Grüße'],
    ['application/x-www-form-urlencoded', 'a=1&b=%20', 'a=1&b=%20'],
    ['application/vnd.example.v1+json', '[1, {"a": null}]', [1, { a: null }]],
  ])('may be %s', async (contentType, payload, expected) => {
    await install(server.owner, listener('first-listener'));
    const receiver = await create();
    const response = await post(receiver, { body: payload, headers: { 'content-type': contentType } });
    expect(response.status).toBe(202);
    await done(receiver);
    const [event] = (await told(server.owner, 'first-listener')) as { body: unknown; type: unknown }[];
    expect(event).toMatchObject({ type: null, contentType: contentType.split(';', 1)[0] });
    expect(event?.body).toEqual(expected);
  });

  test('may be signed with the secret before, for as long as a rotation lasts', async () => {
    const receiver = await create();
    const { secret } = await server.call(webhookRoutes.rotateReceiver, { params: { id: receiver.id }, body: {} });
    expect((await post(receiver)).status).toBe(202);
    expect((await post(receiver, { secret })).status).toBe(202);
    await asSystem(server.db, 'prune', (tx) =>
      tx.updateTable('webhook_receivers').set({ previous_until: new Date() }).where('id', '=', receiver.id).execute(),
    );
    expect(await codeOf(await post(receiver))).toEqual([401, 'webhook_signature_invalid']);
    expect((await post(receiver, { secret })).status).toBe(202);
  });

  test('may carry many signatures, of which one is right', async () => {
    const receiver = await create();
    const [id, at] = ['msg_many', new Date()];
    const good = new Webhook(receiver.secret).sign(id, at, body);
    const bad = new Webhook(`whsec_${randomBytes(32).toString('base64')}`).sign(id, at, body);
    const header = { 'webhook-signature': `v1a,${randomBytes(64).toString('base64')} ${bad} ${good}` };
    expect((await post(receiver, { id, at, headers: header })).status).toBe(202);
  });

  test('may be signed with a secret that its sender chose', async () => {
    const secret = `whsec_${randomBytes(24).toString('base64')}`;
    const receiver = await create({ secret });
    expect(receiver.secret).toBe(secret);
    expect((await post(receiver)).status).toBe(202);
    for (const wrong of [`whsec_${randomBytes(23).toString('base64')}`, 'whsec_', `whsec_${'A'.repeat(33)}`]) {
      const response = await server.owner.fetch('/api/webhooks/receivers', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name: 'Wrong', secret: wrong }),
      });
      expect(await codeOf(response), wrong).toEqual([400, 'invalid_request']);
    }
  });
});

describe('a message that is not what it should be', () => {
  const id = 'msg_fixed';
  const refused: [name: string, message: Message, status: number, code: string][] = [
    [
      'signed with another secret',
      { secret: `whsec_${randomBytes(32).toString('base64')}` },
      401,
      'webhook_signature_invalid',
    ],
    ['without an id', { headers: { 'webhook-id': undefined } }, 401, 'webhook_signature_invalid'],
    ['without a time', { headers: { 'webhook-timestamp': undefined } }, 401, 'webhook_signature_invalid'],
    ['without a signature', { headers: { 'webhook-signature': undefined } }, 401, 'webhook_signature_invalid'],
    ['with an empty signature', { headers: { 'webhook-signature': 'v1,' } }, 401, 'webhook_signature_invalid'],
    ['under another id', { headers: { 'webhook-id': 'msg_other' } }, 401, 'webhook_signature_invalid'],
    ['under an id with dots', { id: 'msg.1' }, 401, 'webhook_signature_invalid'],
    [
      'at another time',
      { headers: { 'webhook-timestamp': String(Math.floor(Date.now() / 1_000) - 2) } },
      401,
      'webhook_signature_invalid',
    ],
    ['at a time that is no number', { headers: { 'webhook-timestamp': '1e9' } }, 401, 'webhook_signature_invalid'],
    ['six minutes old', { at: new Date(Date.now() - 6 * 60_000) }, 409, 'webhook_replayed'],
    ['six minutes from the future', { at: new Date(Date.now() + 6 * 60_000) }, 409, 'webhook_replayed'],
    [
      'of a type that nobody reads',
      { headers: { 'content-type': 'application/octet-stream' } },
      415,
      'media_type_not_supported',
    ],
    ['of no type', { headers: { 'content-type': '' } }, 415, 'media_type_not_supported'],
    ['that is no JSON', { body: '{"type":' }, 400, 'invalid_request'],
    ['with a key that reaches for prototypes', { body: '[{"__proto__": 1}]' }, 400, 'invalid_request'],
    ['with such a key in disguise', { body: '[{"\\u005f_proto__": 1}]' }, 400, 'invalid_request'],
    ['that is nested too deep', { body: '['.repeat(40) + ']'.repeat(40) }, 400, 'invalid_request'],
  ];
  test.each(refused)('%s is refused, and nothing of it is kept', async (_name, message, status, code) => {
    const receiver = await create();
    expect(await codeOf(await post(receiver, { id, ...message }))).toEqual([status, code]);
    expect(await received(receiver)).toEqual([]);
    // Nor does it use up the id of the good one.
    expect((await post(receiver, { id })).status).toBe(202);
  });

  test('changed by one byte is refused, also where the change means nothing to JSON', async () => {
    const receiver = await create();
    const at = new Date();
    const signature = new Webhook(receiver.secret).sign(id, at, body);
    for (const changed of [body.replace('17', '18'), `${body} `, body.replace('Ä', '\\u00c4')]) {
      const response = await post(receiver, { id, at, body: changed, headers: { 'webhook-signature': signature } });
      expect(await codeOf(response)).toEqual([401, 'webhook_signature_invalid']);
    }
  });

  test('that was received before is refused, even when many copies come at the same moment', async () => {
    await install(server.owner, listener('first-listener'));
    const receiver = await create();
    const answers = await Promise.all(Array.from({ length: 12 }, () => post(receiver, { id })));
    expect(answers.filter(({ status }) => status === 202)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 202)) {
      expect(await codeOf(answer)).toEqual([409, 'webhook_replayed']);
    }
    await done(receiver);
    expect(await told(server.owner, 'first-listener')).toHaveLength(1);
    // An id belongs to its receiver.
    expect((await post(await create({ name: 'Another' }), { id })).status).toBe(202);
  });

  test('over 1 MB is refused: by what it says of itself, and by what it turns out to be', async () => {
    const receiver = await create();
    const exact = `"${'x'.repeat(limits.webhookBodyBytes - 2)}"`;
    expect((await post(receiver, { body: exact })).status).toBe(202);
    expect(await codeOf(await post(receiver, { body: `${exact} ` }))).toEqual([413, 'body_too_large']);
    const stream = new ReadableStream({
      pull(controller) {
        controller.enqueue(Buffer.alloc(64 * 1024, ' '));
      },
    });
    const endless = await fetch(server.url + receiver.path, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'webhook-id': id,
        'webhook-timestamp': String(Math.floor(Date.now() / 1_000)),
        'webhook-signature': 'v1,AAAA',
      },
      body: stream,
      duplex: 'half',
    } as RequestInit); // the type does not know duplex
    expect(await codeOf(endless)).toEqual([413, 'body_too_large']);
  });

  test('to an address that is unknown or disabled gets one answer, before anything of it is read', async () => {
    const receiver = await create();
    const gone = { ...receiver, path: `/api/webhooks/in/${randomBytes(24).toString('base64url')}` };
    const odd = { ...receiver, path: '/api/webhooks/in/%27%20or%201=1' };
    const answers = [await codeOf(await post(gone)), await codeOf(await post(odd))];
    await server.call(webhookRoutes.updateReceiver, {
      params: { id: receiver.id },
      body: { name: 'Invoices', enabled: false },
    });
    answers.push(await codeOf(await post(receiver)));
    for (const answer of answers) expect(answer).toEqual([404, 'webhook_not_found']);
    // Its body never comes, and the answer does not wait for it.
    const { hostname, port } = new URL(server.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${gone.path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nContent-Length: 1000000\r\n\r\n`);
    const [first] = (
      await new Promise<string>((resolve) => {
        socket.once('data', (chunk: Buffer) => resolve(chunk.toString()));
      })
    ).split('\r\n');
    socket.destroy();
    expect(first).toBe('HTTP/1.1 404 Not Found');
  });
});

test('whoever guesses at signatures is stopped, and the sender is not', async () => {
  const receiver = await create();
  const bad = { headers: { 'webhook-signature': 'v1,AAAA' } };
  const answers: number[] = [];
  for (let round = 0; round < limits.webhookReceivedPerMinute + 5; round += 1) {
    answers.push((await post(receiver, { ...bad, body: '1' })).status);
  }
  expect(answers.filter((status) => status === 401)).toHaveLength(limits.webhookReceivedPerMinute);
  const stopped = await post(receiver, bad);
  expect(stopped.status).toBe(429);
  expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0);
  // Another receiver's share is its own.
  expect((await post(await create({ name: 'Another' }))).status).toBe(202);
});

test('one receiver takes so many messages a minute, and no more', async () => {
  const receiver = await create();
  const answers: number[] = [];
  for (let round = 0; round < limits.webhookReceivedPerMinute + 3; round += 1)
    answers.push((await post(receiver)).status);
  expect(answers.filter((status) => status === 202)).toHaveLength(limits.webhookReceivedPerMinute);
  expect(answers.slice(-3)).toEqual([429, 429, 429]);
});

test('what belongs to another organisation answers like what does not exist', async () => {
  const { id } = await create();
  const { owner: other } = await server.createOrganisation();
  const nobodys = '00000000-0000-4000-8000-000000000000';
  const calls: [method: string, path: string, body?: object][] = [
    ['PUT', '', { name: 'Mine' }],
    ['DELETE', ''],
    ['POST', '/rotate', {}],
    ['GET', '/deliveries'],
  ];
  for (const [method, path, json] of calls) {
    const answers = await Promise.all(
      [id, nobodys].map(async (each) => {
        const response = await other.fetch(`/api/webhooks/receivers/${each}${path}`, {
          method,
          ...(json ? { body: JSON.stringify(json), headers: { 'content-type': 'application/json' } } : {}),
        });
        const { requestId: _requestId, ...problem } = (await response.json()) as { requestId: string; code: string };
        return problem;
      }),
    );
    expect(answers[0], method + path).toMatchObject({ code: 'webhook_not_found' });
    expect(answers[0]).toEqual(answers[1]);
  }
  expect((await other.call(webhookRoutes.listReceivers)).items).toEqual([]);
});
