import type { ServerResponse } from 'node:http';
import { Webhook } from 'standardwebhooks';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { webhookRoutes, type WebhookDelivery } from '@proofpix/contract/api/webhooks';
import { limits } from '@proofpix/contract/limits';
import type { Json } from '@proofpix/contract/json';
import { startServer, type TestMember, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { ask, install } from '../../plugins/test/test-plugins.ts';
import { openReceiver, type FakeReceiver, type Received } from '../test/fake-receiver.ts';
import { sender } from '../test/plugins.ts';

let server: TestServer;
let receiver: FakeReceiver;
beforeAll(async () => {
  server = await startServer({ environment: { OUTGOING_ALLOW: '127.0.0.1' } });
  await install(server.owner, sender);
}, 120_000);
afterAll(() => server?.stop());

let opened: AsyncDisposableStack;
async function receive(): Promise<FakeReceiver> {
  opened = new AsyncDisposableStack();
  return (receiver = opened.use(await openReceiver()));
}
afterEach(async () => {
  const { items } = await server.call(webhookRoutes.listEndpoints);
  for (const { id } of items) await server.call(webhookRoutes.deleteEndpoint, { params: { id } });
  await opened?.disposeAsync();
});

type Sent = { id: string; endpoints: number; code?: string };
async function send(message: { type: string; data: Json; endpoint?: string }): Promise<Sent> {
  const [answer] = await ask(server.owner, 'test-sender:ask', message);
  expect(answer).toMatchObject({ ok: true });
  return answer?.result as Sent; // what the plugin gives
}

async function register(values: { name?: string; url?: string; types?: string[]; enabled?: boolean } = {}) {
  return server.call(webhookRoutes.createEndpoint, { body: { name: 'Claims', url: receiver.url, ...values } });
}

async function deliveriesOf(id: string, member: TestMember = server.owner): Promise<WebhookDelivery[]> {
  return (await member.call(webhookRoutes.listDeliveries, { params: { id } })).items;
}

async function only(id: string): Promise<WebhookDelivery> {
  const [first] = await deliveriesOf(id);
  return first ?? expect.fail('There is no delivery.');
}

const until = { timeout: 25_000, interval: 50 };
const headersOf = ({ headers }: Received) => headers as Record<string, string>; // none of those that are used comes twice

describe('a message that a plugin sends', () => {
  test('arrives signed, and an implementation that is not ours agrees', async () => {
    await receive();
    const { id: endpointId, secret } = await register();
    const data = { photo: 'Ä "quoted" \u2028 .jpg', size: 12 };
    const sent = await send({ type: 'photo.processed', data });
    expect(sent).toEqual({ id: expect.stringMatching(/^msg_[0-9a-f]{32}$/), endpoints: 1 });
    await expect.poll(() => receiver.received.length, until).toBe(1);
    const [message] = receiver.received;
    if (message === undefined) throw new Error('Nothing came.');
    expect(message.headers).toMatchObject({ 'content-type': 'application/json', 'webhook-id': sent.id });
    const payload = new Webhook(secret).verify(message.body, headersOf(message));
    expect(payload).toEqual({ type: 'photo.processed', timestamp: expect.any(String), data });
    expect(() => new Webhook(secret).verify(message.body.replace('12', '13'), headersOf(message))).toThrow();
    await expect.poll(async () => (await only(endpointId)).state, until).toBe('delivered');
    expect(await only(endpointId)).toMatchObject({
      messageId: sent.id,
      type: 'photo.processed',
      plugin: 'test-sender',
      attempts: 1,
      responseStatus: 204,
      responseExcerpt: null,
      lastError: null,
      nextAttemptAt: null,
    });
  });

  test('goes to the addresses that take its type, or to the one that is named, and to no disabled one', async () => {
    await receive();
    await register({ name: 'All', url: `${receiver.url}/all` });
    await register({ name: 'Flags', url: `${receiver.url}/flags`, types: ['photo.flagged'] });
    await register({ name: 'Off', url: `${receiver.url}/off`, enabled: false });
    expect(await send({ type: 'photo.flagged', data: 1 })).toMatchObject({ endpoints: 2 });
    expect(await send({ type: 'photo.processed', data: 2 })).toMatchObject({ endpoints: 1 });
    expect(await send({ type: 'photo.flagged', data: 3, endpoint: 'Flags' })).toMatchObject({ endpoints: 1 });
    await expect.poll(() => receiver.received.length, until).toBe(4);
    const came = receiver.received.map(({ path, body }) => `${path} ${(JSON.parse(body) as { data: number }).data}`);
    expect(came.sort()).toEqual(['/hook/all 1', '/hook/all 2', '/hook/flags 1', '/hook/flags 3']);
    // Naming an address does not get around the types that an admin chose for it.
    expect(await send({ type: 'photo.processed', data: 4, endpoint: 'Flags' })).toEqual({ code: 'webhook_not_sent' });
    expect(await send({ type: 'photo.processed', data: 4, endpoint: 'Off' })).toEqual({ code: 'webhook_not_sent' });
    expect(await send({ type: 'photo.processed', data: 4, endpoint: 'None' })).toEqual({ code: 'webhook_not_sent' });
  });

  test('is refused where nobody takes it, and to a plugin without the grant', async () => {
    expect(await send({ type: 'photo.processed', data: null })).toEqual({ code: 'webhook_not_sent' });
    const { owner } = await server.createOrganisation();
    await install(owner, { ...sender, manifest: { ...sender.manifest, permissions: [] } });
    const [refused] = await ask(owner, 'test-sender:ask', { type: 'a', data: 1 });
    expect(refused?.result).toEqual({ code: 'permission_denied' });
  });

  test('never reaches the addresses of another organisation', async () => {
    await receive();
    await register();
    const { owner } = await server.createOrganisation();
    await install(owner, sender);
    const [answer] = await ask(owner, 'test-sender:ask', { type: 'photo.processed', data: 1 });
    expect(answer?.result).toEqual({ code: 'webhook_not_sent' });
    expect(receiver.received).toEqual([]);
  });

  test('carries a signature of each secret while a rotation lasts', async () => {
    await receive();
    const { id, secret: before } = await register();
    const { secret, previousUntil } = await server.call(webhookRoutes.rotateEndpoint, { params: { id } });
    expect(secret).not.toBe(before);
    expect(Date.parse(previousUntil) - Date.now()).toBeGreaterThan(23.9 * 60 * 60_000);
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(() => receiver.received.length, until).toBe(1);
    const first = receiver.received[0] ?? expect.fail();
    expect(String(first.headers['webhook-signature']).split(' ')).toHaveLength(2);
    for (const key of [secret, before]) expect(new Webhook(key).verify(first.body, headersOf(first))).toBeTruthy();
    await asSystem(server.db, 'prune', (tx) =>
      tx.updateTable('webhook_endpoints').set({ previous_until: new Date() }).where('id', '=', id).execute(),
    );
    await send({ type: 'photo.processed', data: 2 });
    await expect.poll(() => receiver.received.length, until).toBe(2);
    const second = receiver.received[1] ?? expect.fail();
    expect(new Webhook(secret).verify(second.body, headersOf(second))).toBeTruthy();
    expect(() => new Webhook(before).verify(second.body, headersOf(second))).toThrow();
  });
});

describe('an address that does not take a message', () => {
  test('gets it again with the same webhook-id and a new time', async () => {
    await receive();
    let count = 0;
    receiver.answer(
      (response) => void response.writeHead((count += 1) === 1 ? 500 : 200).end('No\u0000 \u202etime\n\n!'),
    );
    const { id, secret } = await register();
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(1);
    expect(await only(id)).toMatchObject({
      state: 'waiting',
      responseStatus: 500,
      responseExcerpt: 'No\ufffd time !',
      lastError: 'The other side answered 500.',
    });
    const { items } = await server.call(webhookRoutes.listEndpoints);
    expect(items[0]?.failingSince).not.toBeNull();
    await expect.poll(async () => (await only(id)).state, until).toBe('delivered');
    const [first, second] = receiver.received.map(headersOf);
    expect(second?.['webhook-id']).toBe(first?.['webhook-id']);
    expect(Number(second?.['webhook-timestamp'])).toBeGreaterThan(Number(first?.['webhook-timestamp']));
    const again = receiver.received[1] ?? expect.fail();
    expect(new Webhook(secret).verify(again.body, headersOf(again))).toBeTruthy();
    expect((await server.call(webhookRoutes.listEndpoints)).items[0]?.failingSince).toBeNull();
  }, 40_000);

  test('is disabled when it answers 410, and the trail says why', async () => {
    await receive();
    receiver.answer(410);
    const { id } = await register({ name: 'Gone' });
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).state, until).toBe('failed');
    const { items } = await server.call(webhookRoutes.listEndpoints);
    expect(items[0]).toMatchObject({ enabled: false, disabledReason: expect.stringContaining('410') });
    const events = await server.call(webhookRoutes.events, { query: { limit: 5 } });
    expect(events.items[0]).toMatchObject({ type: 'endpoint:disabled', subject: id, name: 'Gone', actor: null });
    expect(await send({ type: 'photo.processed', data: 1 })).toEqual({ code: 'webhook_not_sent' });
    const redelivered = await server.owner.fetch(`/api/webhooks/deliveries/${(await only(id)).id}/redeliver`, {
      method: 'POST',
    });
    expect(redelivered.status).toBe(409);
    const body = { name: 'Gone', url: receiver.url };
    expect(await server.call(webhookRoutes.updateEndpoint, { params: { id }, body })).toMatchObject({
      enabled: true,
      disabledReason: null,
    });
  });

  test('is disabled after five days in which it took nothing', async () => {
    await receive();
    receiver.answer(503);
    const { id } = await register();
    const setBack = (days: number) =>
      asSystem(server.db, 'prune', (tx) =>
        tx
          .updateTable('webhook_endpoints')
          .set({ failing_since: new Date(Date.now() - days * 24 * 60 * 60_000) })
          .where('id', '=', id)
          .execute(),
      );
    await setBack(4.9);
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(1);
    expect(await only(id)).toMatchObject({ state: 'waiting' });
    await setBack(5.1);
    await server.call(webhookRoutes.redeliver, { params: { id: (await only(id)).id } });
    await expect.poll(async () => (await only(id)).state, until).toBe('failed');
    const { items } = await server.call(webhookRoutes.listEndpoints);
    expect(items[0]).toMatchObject({ enabled: false, disabledReason: 'It has taken nothing for 5 days.' });
  });

  test('is not followed to where it redirects', async () => {
    await receive();
    const { origin } = new URL(receiver.url);
    receiver.answer((response) => void response.writeHead(302, { location: `${origin}/elsewhere` }).end());
    const { id } = await register();
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(1);
    expect(await only(id)).toMatchObject({
      state: 'waiting',
      responseStatus: 302,
      lastError: 'The other side answered 302; redirects are not followed.',
    });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/hook']);
  });

  test('may ask for a later attempt, and not for an earlier one', async () => {
    await receive();
    const { id } = await register();
    const wait = async () => {
      const { nextAttemptAt, lastAttemptAt } = await only(id);
      return (Date.parse(nextAttemptAt ?? '') - Date.parse(lastAttemptAt ?? '')) / 1_000;
    };
    receiver.answer((response) => void response.writeHead(429, { 'retry-after': '600' }).end());
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(1);
    expect(await wait()).toBeGreaterThan(590);
    receiver.answer((response) => void response.writeHead(503, { 'retry-after': '1' }).end());
    await server.call(webhookRoutes.redeliver, { params: { id: (await only(id)).id } });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(2);
    expect(await wait()).toBeGreaterThan(290); // five minutes, as after any second attempt
  });

  test('cannot fill our memory with its answer, nor undo a 200 by it', async () => {
    await receive();
    const flood = (status: number) => (response: ServerResponse) => {
      response.writeHead(status);
      const chunk = Buffer.alloc(256 * 1024, 'x');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
        if (!response.destroyed) response.once('drain', more);
      };
      more();
    };
    receiver.answer(flood(200));
    const { id } = await register();
    await send({ type: 'photo.processed', data: 1 });
    await expect.poll(async () => (await only(id)).state, until).toBe('delivered');
    receiver.answer(flood(500));
    await send({ type: 'photo.processed', data: 2 });
    await expect.poll(async () => (await only(id)).attempts, until).toBe(1);
    expect(await only(id)).toMatchObject({ state: 'waiting', responseStatus: 500, responseExcerpt: 'x'.repeat(200) });
  });

  test('that never answers keeps nobody else waiting, and is told apart from one that refuses', async () => {
    await receive();
    receiver.answer((response, { path }) => {
      if (path !== '/hook/slow') response.writeHead(204).end();
    });
    const slow = await register({ name: 'Slow', url: `${receiver.url}/slow`, types: ['a'] });
    const quick = await register({ name: 'Quick', url: `${receiver.url}/quick`, types: ['b'] });
    await send({ type: 'a', data: 1 });
    await expect.poll(() => receiver.received.length, until).toBe(1);
    await send({ type: 'b', data: 2 });
    await expect.poll(async () => (await only(quick.id)).state, until).toBe('delivered');
    expect(await only(slow.id)).toMatchObject({ state: 'waiting', attempts: 0 });
    await expect.poll(async () => (await only(slow.id)).attempts, until).toBe(1);
    expect((await only(slow.id)).lastError).toBe('There was no answer within 15 seconds.');
  }, 60_000);
});

describe('registering an address', () => {
  test.each([
    'http://hooks.example.com/',
    'ftp://hooks.example.com/',
    'https://hooks.example.com:8443/',
    'https://user:secret@hooks.example.com/',
    'https://10.0.0.1/',
    'https://93.184.215.14/',
    'https://0x7f.1/',
    'https://2130706433/',
    'https://[::1]/',
    'https://[2606:2800:21f:cb07::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://localhost/',
    'https://metadata.google.internal/',
    'https://intranet/',
    'https://hooks.example.com\\@10.0.0.1/',
    'javascript:alert(1)',
    'not an address',
  ])('refuses %s', async (url) => {
    const response = await server.owner.fetch('/api/webhooks/endpoints', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ name: 'Bad', url }),
    });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      422,
      'webhook_address_refused',
    ]);
  });

  test('takes each name once, and no more addresses than the limit', async () => {
    const url = 'https://hooks.example.com/';
    const register = (name: string) =>
      server.owner.fetch('/api/webhooks/endpoints', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ name, url }),
      });
    const twice = await Promise.all([register('Same'), register('Same')]);
    expect(twice.map(({ status }) => status).sort()).toEqual([201, 400]);
    const many = await Promise.all(Array.from({ length: 22 }, (_, index) => register(`Number ${index}`)));
    expect(many.filter(({ status }) => status === 201)).toHaveLength(limits.webhooksPerOrganisation - 1);
  });

  test('shows the secret once, and keeps it sealed', async () => {
    const created = await register({ url: 'https://hooks.example.com/' });
    expect(created.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const shown = await (await server.owner.fetch('/api/webhooks/endpoints')).text();
    expect(shown).not.toContain('whsec_');
    const row = await asSystem(server.db, 'prune', (tx) =>
      tx.selectFrom('webhook_endpoints').select('secret').where('id', '=', created.id).executeTakeFirstOrThrow(),
    );
    const key = Buffer.from(created.secret.slice('whsec_'.length), 'base64');
    expect(Buffer.from(row.secret).includes(key)).toBe(false);
    expect(Buffer.from(row.secret).toString('latin1')).not.toContain(created.secret);
  });
});

test('what belongs to another organisation answers like what does not exist', async () => {
  await receive();
  const { id } = await register();
  const delivery = await server.call(webhookRoutes.testEndpoint, { params: { id } });
  const { owner: other } = await server.createOrganisation();
  const nobodys = '00000000-0000-4000-8000-000000000000';
  const put = { name: 'Mine', url: 'https://hooks.example.com/' };
  const calls: [method: string, path: (id: string) => string, id: string, body?: object][] = [
    ['PUT', (each) => `endpoints/${each}`, id, put],
    ['DELETE', (each) => `endpoints/${each}`, id],
    ['POST', (each) => `endpoints/${each}/rotate`, id],
    ['POST', (each) => `endpoints/${each}/test`, id],
    ['GET', (each) => `endpoints/${each}/deliveries`, id],
    ['POST', (each) => `deliveries/${each}/redeliver`, delivery.id],
  ];
  for (const [method, path, mine, body] of calls) {
    const answers = await Promise.all(
      [mine, nobodys].map(async (each) => {
        const response = await other.fetch(`/api/webhooks/${path(each)}`, {
          method,
          ...(body ? { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } } : {}),
        });
        const { requestId: _requestId, ...problem } = (await response.json()) as { requestId: string; code: string };
        return problem;
      }),
    );
    expect(answers[0], path(mine)).toMatchObject({ code: 'webhook_not_found' });
    expect(answers[0]).toEqual(answers[1]);
  }
  expect((await other.call(webhookRoutes.listEndpoints)).items).toEqual([]);
  expect((await other.call(webhookRoutes.events)).items).toEqual([]);
  expect((await server.call(webhookRoutes.listEndpoints)).items).toHaveLength(1);
});
