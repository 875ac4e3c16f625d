import { sql } from 'kysely';
import type { Tx } from '../../../../db/tenancy.ts';

/** A delivery whose turn it is, with everything that an attempt needs. */
export type DueDelivery = NonNullable<Awaited<ReturnType<typeof findDue>>>;

/**
 * Undefined when it does not wait any more, or not yet: whoever set a later time has sent a job for it. The database's
 * clock decides, as it did when the job was begun.
 */
export async function findDue(tx: Tx, id: string) {
  return tx
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhook_messages as message', (join) =>
      join
        .onRef('message.organisation_id', '=', 'delivery.organisation_id')
        .onRef('message.id', '=', 'delivery.message_id'),
    )
    .innerJoin('webhook_endpoints as endpoint', (join) =>
      join
        .onRef('endpoint.organisation_id', '=', 'delivery.organisation_id')
        .onRef('endpoint.id', '=', 'delivery.endpoint_id'),
    )
    .select([
      'delivery.id',
      'delivery.attempts',
      'delivery.message_id',
      'delivery.endpoint_id',
      'message.payload',
      'endpoint.url',
      'endpoint.enabled',
      'endpoint.secret',
      'endpoint.previous_secret',
      'endpoint.previous_until',
    ])
    .where('delivery.id', '=', id)
    .where('delivery.state', '=', 'waiting')
    .where(sql<boolean>`delivery.next_attempt_at <= clock_timestamp() + interval '1 second'`)
    .executeTakeFirst();
}

export type Attempted = {
  state: 'waiting' | 'delivered' | 'failed';
  nextAttemptAt: Date | null;
  responseStatus: number | null;
  responseExcerpt: string | null;
  lastError: string | null;
};

/** False when somebody else was at it meanwhile: it was deleted, or sent by another job. */
export async function recordAttempt(
  tx: Tx,
  { id, attempts }: Pick<DueDelivery, 'id' | 'attempts'>,
  attempted: Attempted,
): Promise<boolean> {
  const recorded = await tx
    .updateTable('webhook_deliveries')
    .set({
      state: attempted.state,
      attempts: attempts + 1,
      next_attempt_at: attempted.nextAttemptAt,
      response_status: attempted.responseStatus,
      response_excerpt: attempted.responseExcerpt,
      last_error: attempted.lastError,
      last_attempt_at: new Date(),
    })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .where('attempts', '=', attempts)
    .returning('id')
    .executeTakeFirst();
  return recorded !== undefined;
}

/** Given up without another attempt. */
export async function giveUp(tx: Tx, id: string, reason: string): Promise<void> {
  await tx
    .updateTable('webhook_deliveries')
    .set({ state: 'failed', next_attempt_at: null, last_error: reason })
    .where('id', '=', id)
    .where('state', '=', 'waiting')
    .execute();
}

export async function markWorking(tx: Tx, endpointId: string): Promise<void> {
  await tx
    .updateTable('webhook_endpoints')
    .set({ failing_since: null })
    .where('id', '=', endpointId)
    .where('failing_since', 'is not', null)
    .execute();
}

/** Gives since when it has been failing without a success in between. */
export async function markFailing(tx: Tx, endpointId: string): Promise<Date | null> {
  const marked = await tx
    .updateTable('webhook_endpoints')
    .set({ failing_since: sql<Date>`coalesce(failing_since, clock_timestamp())` })
    .where('id', '=', endpointId)
    .returning('failing_since')
    .executeTakeFirst();
  return marked?.failing_since ?? null;
}

/** Makes a finished delivery wait again, now. Undefined when there is none. */
export async function reopen(tx: Tx, id: string): Promise<{ endpoint_id: string } | undefined> {
  return tx
    .updateTable('webhook_deliveries')
    .set({ state: 'waiting', next_attempt_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .returning('endpoint_id')
    .executeTakeFirst();
}

/** Waiting deliveries whose time is long past: their job was lost. Of all organisations: only as system. */
export async function findForgotten(tx: Tx): Promise<{ id: string; organisationId: string }[]> {
  const rows = await tx
    .selectFrom('webhook_deliveries')
    .select(['id', 'organisation_id'])
    .where('state', '=', 'waiting')
    .where(sql<boolean>`next_attempt_at < clock_timestamp() - interval '1 hour'`)
    .orderBy('next_attempt_at')
    .limit(1_000)
    .execute();
  return rows.map((row) => ({ id: row.id, organisationId: row.organisation_id }));
}

/** Nobody waits for it any more. */
const done = sql`not exists (
  select from webhook_deliveries as delivery
  where delivery.organisation_id = message.organisation_id and delivery.message_id = message.id
    and delivery.state = 'waiting')`;

/** The same for those beyond the newest of an organisation: ids are in the order of time. */
export async function pruneSurplusMessages(tx: Tx, newest: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from webhook_messages where id in (
    select message.id from organisations cross join lateral (
      select id, organisation_id from webhook_messages where organisation_id = organisations.id
      order by id desc offset ${newest}
    ) as message where ${done} limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
