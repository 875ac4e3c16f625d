import { connect } from 'node:net';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { webhookRoutes } from '@proofpix/contract/api/webhooks';
import { limits } from '@proofpix/contract/limits';
import { startServer, type TestMember, type TestServer } from '../../../test/start-server.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { ask, install } from '../plugins/test/test-plugins.ts';
import { sender } from './test/plugins.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startServer();
}, 120_000);
afterAll(() => server?.stop());

/** Sends the same message again and again, and counts what became of it. */
const flooder = {
  manifest: { id: 'test-flooder', permissions: ['webhooks'] },
  exports: `hooks: { 'test-flooder:ask': async ({ times }, ctx) => {
    const codes = {};
    for (let time = 0; time < times; time += 1) {
      try { await ctx.webhooks.send('a', time); }
      catch ({ code }) { codes[code] = (codes[code] ?? 0) + 1; }
    }
    return codes;
  } }`,
};

async function someone(): Promise<TestMember> {
  return (await server.createOrganisation()).owner;
}

function post(path: string, secret: string, id: string): Promise<Response> {
  const [at, body] = [new Date(), '{}'];
  const headers = {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': new Webhook(secret).sign(id, at, body),
  };
  return fetch(server.url + path, { method: 'POST', headers, body });
}

test('the plugins of an organisation send so many messages a minute, and those of another are not concerned', async () => {
  const [loud, quiet] = [await someone(), await someone()];
  await install(loud, flooder);
  await install(quiet, sender);
  const times = limits.webhookMessagesPerMinute + 5;
  const [flooded] = await ask(loud, 'test-flooder:ask', { times });
  expect(flooded?.result).toEqual({ webhook_not_sent: limits.webhookMessagesPerMinute, host_call_limit: 5 });
  const [answer] = await ask(quiet, 'test-sender:ask', { type: 'a', data: 1 });
  expect(answer?.result).toEqual({ code: 'webhook_not_sent' });
}, 60_000);

test('no more messages are taken than may wait', async () => {
  const owner = await someone();
  await install(owner, sender);
  const body = { name: 'Claims', url: 'https://hooks.example.com/' };
  const { id } = await owner.call(webhookRoutes.createEndpoint, { body });
  await withOrganisation(server.db, owner.organisationId, async (tx) => {
    await sql`with message as (
      insert into webhook_messages (organisation_id, type, payload)
      select ${owner.organisationId}::uuid, 'a', '{}' from generate_series(1, ${limits.webhookDeliveriesWaiting}) returning id
    ) insert into webhook_deliveries (organisation_id, endpoint_id, message_id, next_attempt_at)
      select ${owner.organisationId}::uuid, ${id}::uuid, id, '2100-01-01' from message`.execute(tx);
  });
  const [answer] = await ask(owner, 'test-sender:ask', { type: 'a', data: 1 });
  expect(answer?.result).toEqual({ code: 'host_call_limit' });
  const page = await owner.call(webhookRoutes.listDeliveries, { params: { id }, query: { limit: 1 } });
  expect(page).toMatchObject({ total: limits.exactTotal, totalIsLowerBound: true });
}, 60_000);

test('no more messages come in than may wait to be handed on', async () => {
  const owner = await someone();
  const { id, path, secret } = await owner.call(webhookRoutes.createReceiver, { body: { name: 'Invoices' } });
  await withOrganisation(server.db, owner.organisationId, (tx) =>
    sql`insert into webhook_received (organisation_id, receiver_id, message_id, content_type, size, body, sent_at)
      select ${owner.organisationId}::uuid, ${id}::uuid, 'old_' || number, 'text/plain', 0, '', clock_timestamp()
      from generate_series(1, ${limits.webhookReceivedWaiting}) as number`.execute(tx),
  );
  const full = await post(path, secret, 'msg_1');
  expect([full.status, full.headers.get('retry-after')]).toEqual([429, '60']);
  await withOrganisation(server.db, owner.organisationId, (tx) =>
    sql`update webhook_received set state = 'done', body = null, finished_at = clock_timestamp()`.execute(tx),
  );
  expect((await post(path, secret, 'msg_1')).status).toBe(202);
}, 60_000);

test('a message that is cut off on its way is not kept, and its id is not used up', async () => {
  const owner = await someone();
  const { id, path, secret } = await owner.call(webhookRoutes.createReceiver, { body: { name: 'Invoices' } });
  const { hostname, port } = new URL(server.url);
  const at = new Date();
  const socket = connect(Number(port), hostname);
  await new Promise((resolve) => socket.once('connect', resolve));
  const head = [
    `POST ${path} HTTP/1.1`,
    `Host: ${hostname}:${port}`,
    'Content-Type: application/json',
    'Content-Length: 100',
    'webhook-id: msg_1',
    `webhook-timestamp: ${Math.floor(at.getTime() / 1_000)}`,
    `webhook-signature: ${new Webhook(secret).sign('msg_1', at, '{}')}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n{}`);
  await new Promise((resolve) => socket.resume().once('close', resolve));
  expect((await owner.call(webhookRoutes.listReceived, { params: { id } })).items).toEqual([]);
  expect((await post(path, secret, 'msg_1')).status).toBe(202);
});
