import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { sql } from 'kysely';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGuardedClient } from '@proofpix/host/http/guarded-client';
import { makeTestStorage, type TestStorage } from '../../../test/test-database.ts';
import { openDatabase, type Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { openKeys, type Keys } from '../../keys.ts';
import { createLog } from '../../log.ts';
import { openQueue, type Queue } from '../../queue.ts';
import { handOnMessage } from './incoming/hand-on-message.ts';
import { findReceiver, insertReceived, insertReceiver } from './incoming/queries.ts';
import { deleteOlderRows } from '../privacy/retention/run-retention.ts';
import { tidyUp } from './open-webhooks.ts';
import { deliverMessage } from './outgoing/attempts/deliver-message.ts';
import { createEndpoint } from './outgoing/manage-endpoints.ts';
import { findDelivery, type DeliveryRow } from './outgoing/queries.ts';
import { createWebhookSender, keepMessage } from './outgoing/send-message.ts';
import { openReceiver, type FakeReceiver } from './test/fake-receiver.ts';
import { openWebhooks } from './open-webhooks.ts';
import type { Host } from '@proofpix/host/host';
import { systemActor } from '../audit/record-act.ts';

const log = createLog('silent');
const never = new AbortController().signal;
const until = { timeout: 25_000, interval: 50 };
/** No plugin is loaded. */
const noHost = { implementers: () => [] } as unknown as Host;

let storage: TestStorage;
let receiver: FakeReceiver;
let opened: AsyncDisposableStack;
let organisationId: string;
const actor = systemActor('test');
beforeEach(async () => {
  opened = new AsyncDisposableStack();
  storage = opened.use(await makeTestStorage());
  receiver = opened.use(await openReceiver());
  await using database = await openDatabase(storage);
  organisationId = await asSystem(database, 'first-start', async (tx) => {
    const { id } = await tx
      .insertInto('organisations')
      .values({ name: 'One' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  });
});
afterEach(() => opened.disposeAsync());

type Opened = AsyncDisposable & { db: Database; keys: Keys; queue: Queue };

/** What a server opens; by itself nobody works on its queues. */
async function open({ working = false } = {}): Promise<Opened> {
  await using stack = new AsyncDisposableStack();
  const db = stack.use(await openDatabase(storage));
  const keys = await openKeys({ keyFile: join(storage.dataDir, 'keys', 'master.key') });
  const queue = stack.use(await openQueue(db, log));
  if (working) stack.use(await work({ db, keys, queue }));
  const owned = stack.move();
  return { db, keys, queue, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

const client = createGuardedClient({ outgoingAllow: ['127.0.0.1'] });

async function work(server: Omit<Opened, keyof AsyncDisposable>): Promise<AsyncDisposable> {
  return openWebhooks({ ...server, log, client, host: noHost, sender: createWebhookSender(server) });
}

async function keep(server: Opened): Promise<{ secret: string; deliveryId: string; endpointId: string }> {
  const values = { name: 'Claims', url: receiver.url, types: null, enabled: true };
  const { id, secret } = await createEndpoint({ ...server, client }, { organisationId, actor }, values);
  const { deliveryIds } = await withOrganisation(server.db, organisationId, (tx) =>
    keepMessage(tx, server.queue, {
      organisationId,
      pluginId: null,
      type: 'photo.processed',
      data: 1,
      endpointIds: [id],
    }),
  );
  return { secret, deliveryId: deliveryIds[0] ?? '', endpointId: id };
}

async function rowOf({ db }: Opened, id: string): Promise<DeliveryRow> {
  return (await withOrganisation(db, organisationId, (tx) => findDelivery(tx, id))) ?? expect.fail();
}

test('a message that was written just before the server ended is sent by the next one', async () => {
  let kept;
  {
    await using server = await open();
    kept = await keep(server);
  }
  await using server = await open({ working: true });
  await expect.poll(async () => (await rowOf(server, kept.deliveryId)).state, until).toBe('delivered');
  expect(receiver.received).toHaveLength(1);
  const [message] = receiver.received;
  if (message === undefined) throw new Error('Nothing came.');
  expect(new Webhook(kept.secret).verify(message.body, message.headers as Record<string, string>)).toBeTruthy();
}, 60_000);

test('an attempt that the end of the server cut off is made again with the same id, and not counted', async () => {
  receiver.answer(() => {});
  let kept;
  {
    await using server = await open({ working: true });
    kept = await keep(server);
    await expect.poll(() => receiver.received.length, until).toBe(1);
    receiver.answer(204);
  }
  {
    await using server = await open();
    expect((await rowOf(server, kept.deliveryId)).attempts).toBe(0);
  }
  await using server = await open({ working: true });
  await expect.poll(async () => (await rowOf(server, kept.deliveryId)).state, until).toBe('delivered');
  expect(await rowOf(server, kept.deliveryId)).toMatchObject({ attempts: 1 });
  const ids = receiver.received.map(({ headers }) => headers['webhook-id']);
  expect(ids.length).toBeGreaterThan(1);
  expect(new Set(ids).size).toBe(1);
}, 60_000);

test('a message that is rolled back is not sent', async () => {
  await using server = await open({ working: true });
  const { endpointId } = await keep(server);
  await expect.poll(() => receiver.received.length, until).toBe(1);
  const message = { organisationId, pluginId: null, type: 'a', data: 2, endpointIds: [endpointId] };
  const failing = withOrganisation(server.db, organisationId, async (tx) => {
    await keepMessage(tx, server.queue, message);
    throw new Error('Something else failed.');
  });
  await expect(failing).rejects.toThrow('Something else failed.');
  await withOrganisation(server.db, organisationId, (tx) => keepMessage(tx, server.queue, { ...message, data: 3 }));
  await expect.poll(() => receiver.received.length, until).toBe(2);
  expect(receiver.received.map(({ body }) => (JSON.parse(body) as { data: number }).data)).toEqual([1, 3]);
}, 60_000);

test('two jobs of one delivery count as one attempt', async () => {
  await using server = await open();
  const { deliveryId: id } = await keep(server);
  receiver.answer(500);
  await Promise.all([1, 2].map(() => deliverMessage({ ...server, client }, { organisationId, id }, never)));
  expect(await rowOf(server, id)).toMatchObject({ state: 'waiting', attempts: 1 });
  // The next one is not due.
  await deliverMessage({ ...server, client }, { organisationId, id }, never);
  expect(await rowOf(server, id)).toMatchObject({ attempts: 1 });
}, 60_000);

test('a name that leads to a private address is refused at each attempt, without naming the address', async () => {
  await using server = await open();
  const { deliveryId: id, endpointId } = await keep(server);
  for (const address of ['10.0.0.7', '169.254.169.254', '::1', '::ffff:192.168.0.1']) {
    let connected = false;
    const guarded = createGuardedClient({
      resolve: async () => [
        { address: '93.184.215.14', family: 4 },
        { address, family: address.includes(':') ? 6 : 4 },
      ],
      dial: async () => {
        connected = true;
        throw new Error('It must not get here.');
      },
    });
    await asSystem(server.db, 'prune', async (tx) => {
      await tx
        .updateTable('webhook_endpoints')
        .set({ url: 'https://rebinding.example.com/hook' })
        .where('id', '=', endpointId)
        .execute();
      await tx
        .updateTable('webhook_deliveries')
        .set({ next_attempt_at: new Date(), state: 'waiting' })
        .where('id', '=', id)
        .execute();
    });
    await deliverMessage({ ...server, client: guarded }, { organisationId, id }, never);
    const row = await rowOf(server, id);
    expect(row.last_error).toBe('The address may not be reached. It must be public, and use https on port 443.');
    expect(JSON.stringify(row)).not.toContain(address);
    expect(connected).toBe(false);
  }
}, 60_000);

test('a message that came in just before the server ended is handed on by the next one', async () => {
  const receiverId = randomUUID();
  let id: string | undefined;
  {
    await using server = await open();
    id = await withOrganisation(server.db, organisationId, async (tx) => {
      const row = { id: receiverId, organisationId, name: 'In', plugin: null, enabled: true, actor };
      await insertReceiver(tx, { ...row, token: 'x'.repeat(32), secret: Uint8Array.of(1) });
      const message = { type: null, contentType: 'text/plain', body: Buffer.from('hello'), sentAt: new Date() };
      const made = await insertReceived(tx, { organisationId, receiverId, messageId: 'msg_1', ...message });
      await server.queue.send(tx, 'webhook-received', { organisationId, id: made ?? '' });
      return made;
    });
  }
  await using server = await open({ working: true });
  const stateOf = () =>
    asSystem(server.db, 'prune', (tx) =>
      tx
        .selectFrom('webhook_received')
        .select('state')
        .where('id', '=', id ?? '')
        .executeTakeFirst(),
    );
  await expect.poll(async () => (await stateOf())?.state, until).toBe('done');
  // Once more, as after a crash between the last plugin and the end of the job.
  await handOnMessage({ ...server, host: noHost }, { organisationId, id: id ?? '' }, never);
  expect(await withOrganisation(server.db, organisationId, (tx) => findReceiver(tx, receiverId))).toBeDefined();
}, 60_000);

test('a sender that never rests and a member who sends again all day fill neither the disk nor the history', async () => {
  await using server = await open();
  const { endpointId } = await keep(server);
  const [receiverId, other] = [randomUUID(), randomUUID()];
  const left = () =>
    withOrganisation(server.db, organisationId, async (tx) => ({
      received: (await tx.selectFrom('webhook_received').select('message_id').orderBy('message_id').execute()).map(
        ({ message_id }) => message_id,
      ),
      events: (await tx.selectFrom('webhook_events').select('type').orderBy('created_at').execute()).map(
        ({ type }) => type,
      ),
      messages: (await tx.selectFrom('webhook_messages').select('type').orderBy('id').execute()).map(
        ({ type }) => type,
      ),
    }));
  await withOrganisation(server.db, organisationId, async (tx) => {
    const values = { plugin: null, enabled: true, organisationId, secret: new Uint8Array(), actor };
    await insertReceiver(tx, { ...values, id: receiverId, name: 'Busy', token: randomUUID() });
    await insertReceiver(tx, { ...values, id: other, name: 'Calm', token: randomUUID() });
    await sql`insert into webhook_received (organisation_id, receiver_id, message_id, content_type, size, sent_at,
        created_at, state, body, finished_at)
      select ${organisationId}::uuid, receiver, name, 'text/plain', 0, now(), now() - age, state,
        case state when 'waiting' then ''::bytea end, case state when 'waiting' then null else now() end
      from (values
        (${receiverId}::uuid, 'a-new', 'done', interval '1 minute'),
        (${receiverId}::uuid, 'b-new', 'done', interval '2 minutes'),
        (${receiverId}::uuid, 'c-could-be-copied', 'done', interval '20 minutes'),
        (${receiverId}::uuid, 'd-waits', 'waiting', interval '2 hours'),
        (${receiverId}::uuid, 'e-old', 'done', interval '3 hours'),
        (${receiverId}::uuid, 'f-old', 'failed', interval '4 hours'),
        (${other}::uuid, 'g-of-another', 'done', interval '5 hours')
      ) as given (receiver, name, state, age)`.execute(tx);
    for (let time = 0; time < 5; time += 1) {
      await sql`insert into webhook_events (organisation_id, type, subject, name)
        values (${organisationId}::uuid, 'delivery:redelivered', ${endpointId}::uuid, 'Claims')`.execute(tx);
      await sql`insert into webhook_messages (organisation_id, type, payload)
        values (${organisationId}::uuid, ${`sent-${time}`}, '{}')`.execute(tx);
    }
  });
  await tidyUp(server, 2);
  expect(await left()).toEqual({
    received: ['a-new', 'b-new', 'c-could-be-copied', 'd-waits', 'g-of-another'],
    events: ['endpoint:created', 'delivery:redelivered', 'delivery:redelivered'],
    // The first one still waits for its address.
    messages: ['photo.processed', 'sent-3', 'sent-4'],
  });
}, 60_000);

test('what is old goes, what waits stays, and a lost job is sent anew', async () => {
  await using server = await open();
  const old = await keep(server);
  const waiting = await withOrganisation(server.db, organisationId, (tx) =>
    keepMessage(tx, server.queue, {
      organisationId,
      pluginId: null,
      type: 'a',
      data: 2,
      endpointIds: [old.endpointId],
    }),
  );
  await asSystem(server.db, 'prune', async (tx) => {
    const longAgo = '2020-01-01T00:00:00Z';
    await tx
      .updateTable('webhook_deliveries')
      .set({ state: 'failed', next_attempt_at: null })
      .where('id', '=', old.deliveryId)
      .execute();
    await tx
      .updateTable('webhook_deliveries')
      .set({ next_attempt_at: longAgo })
      .where('state', '=', 'waiting')
      .execute();
    const { rows } = await sql<{ count: number }>`with aged as (
      update webhook_messages set created_at = ${longAgo} returning 1) select count(*) as count from aged`.execute(tx);
    expect(Number(rows[0]?.count)).toBe(2);
  });
  await sql`delete from pgboss.job where name = 'webhook-delivery'`.execute(server.db.owner);
  await deleteOlderRows(server.db, {
    organisationId,
    kind: 'webhooks',
    before: new Date(Date.now() - 30 * 86_400_000),
  });
  await tidyUp(server);
  const left = await asSystem(server.db, 'prune', (tx) => tx.selectFrom('webhook_deliveries').select('id').execute());
  expect(left.map(({ id }) => id)).toEqual(waiting.deliveryIds);
  await using stack = new AsyncDisposableStack();
  stack.use(await work(server));
  await expect
    .poll(() => receiver.received.map(({ body }) => (JSON.parse(body) as { data: number }).data), until)
    .toEqual([2]);
}, 60_000);
