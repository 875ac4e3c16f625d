import { sql } from 'kysely';
import type { WebhookHandling } from '@proofpix/contract/api/webhooks';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

export type ReceiverRow = NonNullable<Awaited<ReturnType<typeof findReceiver>>>;

function receivers(tx: Tx) {
  return tx.selectFrom('webhook_receivers').selectAll();
}

export async function listReceivers(tx: Tx, organisationId: string): Promise<ReceiverRow[]> {
  return receivers(tx).where('organisation_id', '=', organisationId).orderBy('created_at').orderBy('id').execute();
}

export async function findReceiver(tx: Tx, id: string) {
  return receivers(tx).where('id', '=', id).executeTakeFirst();
}

/** Of any organisation: only as system. */
export async function findByToken(tx: Tx, token: string): Promise<ReceiverRow | undefined> {
  return receivers(tx).where('token', '=', token).where('enabled', '=', true).executeTakeFirst();
}

export type ReceiverValues = { name: string; plugin: string | null; enabled: boolean };
type NewReceiver = ReceiverValues & {
  id: string;
  organisationId: string;
  token: string;
  secret: Uint8Array;
  actor: Actor;
};

export async function insertReceiver(tx: Tx, row: NewReceiver): Promise<ReceiverRow> {
  const { id, organisationId, token, secret, actor, plugin, ...values } = row;
  return tx
    .insertInto('webhook_receivers')
    .values({
      id,
      organisation_id: organisationId,
      token,
      secret,
      created_by: userOf(actor),
      plugin_id: plugin,
      ...values,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function updateReceiver(
  tx: Tx,
  id: string,
  { plugin, ...values }: ReceiverValues,
): Promise<ReceiverRow | undefined> {
  return tx
    .updateTable('webhook_receivers')
    .set({ ...values, plugin_id: plugin })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

export async function deleteReceiver(tx: Tx, id: string): Promise<{ name: string } | undefined> {
  return tx.deleteFrom('webhook_receivers').where('id', '=', id).returning('name').executeTakeFirst();
}

export async function rotateReceiver(
  tx: Tx,
  id: string,
  { secret, previousUntil }: { secret: Uint8Array; previousUntil: Date },
): Promise<{ name: string } | undefined> {
  return tx
    .updateTable('webhook_receivers')
    .set(({ ref }) => ({ previous_secret: ref('secret'), previous_until: previousUntil, secret }))
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst();
}

/** What lies on the disk and is not handed on yet. */
export async function sumWaiting(tx: Tx, organisationId: string): Promise<{ count: number; bytes: number }> {
  const { rows } = await sql<{ count: number; bytes: number }>`
    select count(*) as count, coalesce(sum(size), 0)::bigint as bytes from webhook_received
    where organisation_id = ${organisationId}::uuid and state = 'waiting'`.execute(tx);
  return rows[0] ?? { count: 0, bytes: 0 };
}

type NewReceived = {
  organisationId: string;
  receiverId: string;
  messageId: string;
  type: string | null;
  contentType: string;
  body: Uint8Array;
  sentAt: Date;
};

/** Undefined when a message of this id is there already. The unique index decides, so two copies at once are one. */
export async function insertReceived(tx: Tx, row: NewReceived): Promise<string | undefined> {
  const inserted = await tx
    .insertInto('webhook_received')
    .values({
      organisation_id: row.organisationId,
      receiver_id: row.receiverId,
      message_id: row.messageId,
      type: row.type,
      content_type: row.contentType,
      size: row.body.length,
      body: row.body,
      sent_at: row.sentAt,
    })
    .onConflict((conflict) => conflict.constraint('webhook_received_once').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted?.id;
}

export type WaitingMessage = NonNullable<Awaited<ReturnType<typeof findWaitingMessage>>>;

export async function findWaitingMessage(tx: Tx, id: string) {
  return tx
    .selectFrom('webhook_received as received')
    .innerJoin('webhook_receivers as receiver', (join) =>
      join
        .onRef('receiver.organisation_id', '=', 'received.organisation_id')
        .onRef('receiver.id', '=', 'received.receiver_id'),
    )
    .select([
      'received.id',
      'received.message_id',
      'received.type',
      'received.content_type',
      'received.body',
      'received.sent_at',
      'received.attempts',
      'received.results',
      'receiver.name',
      'receiver.plugin_id',
    ])
    .where('received.id', '=', id)
    .where('received.state', '=', 'waiting')
    .executeTakeFirst();
}

export async function saveResults(tx: Tx, id: string, results: readonly WebhookHandling[]): Promise<void> {
  await tx
    .updateTable('webhook_received')
    .set({ results: jsonText(results) })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

export async function countAttempt(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('webhook_received')
    .set(({ eb }) => ({ attempts: eb('attempts', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

/** The body goes: every plugin that was to have it has had it. */
export async function finishReceived(tx: Tx, id: string, state: 'done' | 'failed'): Promise<void> {
  await tx
    .updateTable('webhook_received')
    .set({ state, body: null, finished_at: new Date() })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

export type ReceivedRow = Awaited<ReturnType<typeof listReceived>>['rows'][number];
type ReceivedPage = { organisationId: string; receiverId: string; after: Position | null; limit: number };

/** Newest first, without bodies; one row more than the limit, to see whether there is another page. */
export async function listReceived(tx: Tx, { organisationId, receiverId, after, limit }: ReceivedPage) {
  const own = tx
    .selectFrom('webhook_received')
    .where('organisation_id', '=', organisationId)
    .where('receiver_id', '=', receiverId);
  const counted = await tx
    .selectFrom(own.select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = own
    .select(['id', 'receiver_id', 'message_id', 'type', 'content_type', 'size', 'state', 'attempts', 'results'])
    .select(['sent_at', 'created_at', 'finished_at'])
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

/** Whether the organisation has a plugin of this id, loaded or not. */
export async function hasPlugin(tx: Tx, pluginId: string): Promise<boolean> {
  const found = await tx.selectFrom('plugins').select('id').where('plugin_id', '=', pluginId).executeTakeFirst();
  return found !== undefined;
}

/**
 * Those beyond the newest of a receiver that do not wait: a sender may send two messages a second for a month. Not those
 * of the last hour, whatever their number: by their ids a copy is known, as long as its time is taken at all. Of all
 * organisations: only as system.
 */
export async function pruneSurplusReceived(tx: Tx, newest: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from webhook_received where id in (
    select surplus.id from webhook_receivers as receiver cross join lateral (
      select id, state, created_at from webhook_received
      where organisation_id = receiver.organisation_id and receiver_id = receiver.id
      order by created_at desc, id desc offset ${newest}
    ) as surplus
    where state <> 'waiting' and surplus.created_at < clock_timestamp() - interval '1 hour' limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}

/** Messages that wait for so long that their job must be lost. Of all organisations: only as system. */
export async function findForgottenReceived(tx: Tx): Promise<{ id: string; organisationId: string }[]> {
  const rows = await tx
    .selectFrom('webhook_received')
    .select(['id', 'organisation_id'])
    .where('state', '=', 'waiting')
    .where(sql<boolean>`created_at < clock_timestamp() - interval '1 hour'`)
    .orderBy('created_at')
    .limit(1_000)
    .execute();
  return rows.map((row) => ({ id: row.id, organisationId: row.organisation_id }));
}
