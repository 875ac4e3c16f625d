import { sql } from 'kysely';
import { firstAnswerDays, type SupportContext } from '@proofpix/contract/community/support-requests';
import type { SupportState } from '@proofpix/contract/community/support-states';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';

/**
 * Whose list it is. A customer's transaction sees the organisation's own rows alone; the publisher's is one of the system's,
 * so the name stands in every query of this file.
 */
export type Side = { kind: 'customer'; organisationId: string } | { kind: 'publisher'; publisher: string };

function requests(tx: Tx, side: Side) {
  return tx
    .selectFrom('support_requests as asked')
    .leftJoin('organisations', 'organisations.id', 'asked.organisation_id')
    .select([
      'asked.id',
      'asked.organisation_id',
      'asked.publisher',
      'asked.plugin_id',
      'asked.subject',
      'asked.plugin_version',
      'asked.platform_version',
      'asked.error_code',
      'asked.state',
      'asked.state_since',
      'asked.first_answer_at',
      'asked.ended_at',
      'asked.created_at',
      'organisations.name as customer',
    ])
    .where(ofSide(side));
}

function ofSide(side: Side) {
  return side.kind === 'customer'
    ? sql<boolean>`asked.organisation_id = ${side.organisationId}::uuid`
    : sql<boolean>`asked.publisher = ${side.publisher}`;
}

export type SupportRow = NonNullable<Awaited<ReturnType<typeof findRequest>>>;

export async function findRequest(tx: Tx, side: Side, id: string) {
  return requests(tx, side).where('asked.id', '=', id).executeTakeFirst();
}

/** Held to the end of the transaction: two sides that write at once do so one after the other. */
export async function lockRequest(tx: Tx, side: Side, id: string): Promise<SupportRow | undefined> {
  await tx
    .selectFrom('support_requests as asked')
    .select('asked.id')
    .where('asked.id', '=', id)
    .where(ofSide(side))
    .forUpdate()
    .execute();
  return findRequest(tx, side, id);
}

type Wanted = { state: SupportState | undefined; after: Position | null; limit: number };

/** Newest first; one row more than the limit. */
export async function listRequests(tx: Tx, side: Side, { state, after, limit }: Wanted) {
  let listing = requests(tx, side);
  if (state !== undefined) listing = listing.where('asked.state', '=', state);
  const counting = listing.clearSelect().select('asked.id').limit(countedRows);
  if (after) listing = listing.where(sql<boolean>`(asked.created_at, asked.id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .orderBy('asked.created_at', 'desc')
    .orderBy('asked.id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

export type MessageRow = Awaited<ReturnType<typeof listMessages>>[number];

/** As system: who wrote for the other side is in no organisation of the reader's. */
export async function listMessages(tx: Tx, row: { organisation_id: string; id: string }, most: number) {
  return tx
    .selectFrom('support_messages as said')
    .leftJoin('users', 'users.id', 'said.author')
    .select(['said.id', 'said.side', 'said.text', 'said.created_at', 'users.name as author_name'])
    .where('said.organisation_id', '=', row.organisation_id)
    .where('said.request_id', '=', row.id)
    .orderBy('said.created_at')
    .orderBy('said.id')
    .limit(most)
    .execute();
}

export async function countMessages(tx: Tx, row: { organisation_id: string; id: string }): Promise<number> {
  const { count } = await tx
    .selectFrom('support_messages')
    .select((said) => said.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', row.organisation_id)
    .where('request_id', '=', row.id)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Of the organisation of this transaction: not ended, and asked within a day. One after the other, so that many at once stay below a number. */
export async function countAsked(tx: Tx, organisationId: string): Promise<{ open: number; today: number }> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`support ${organisationId}`}, 0))`.execute(tx);
  const { open, today } = await tx
    .selectFrom('support_requests')
    .select([
      sql<number>`count(*) filter (where ended_at is null)`.as('open'),
      sql<number>`count(*) filter (where created_at > clock_timestamp() - interval '24 hours')`.as('today'),
    ])
    .where('organisation_id', '=', organisationId)
    .executeTakeFirstOrThrow();
  return { open: Number(open), today: Number(today) };
}

type NewRow = {
  organisationId: string;
  userId: string;
  publisher: string;
  pluginId: string;
  subject: string;
  context: SupportContext;
};

export async function insertRequest(tx: Tx, row: NewRow): Promise<string> {
  const { id } = await tx
    .insertInto('support_requests')
    .values({
      organisation_id: row.organisationId,
      publisher: row.publisher,
      plugin_id: row.pluginId,
      subject: row.subject,
      plugin_version: row.context.pluginVersion ?? null,
      platform_version: row.context.platformVersion ?? null,
      error_code: row.context.errorCode ?? null,
      created_by: row.userId,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** What the customer says: the row is the customer's whoever says it, and this transaction may say nothing else. */
export async function insertMessage(
  tx: Tx,
  row: { organisationId: string; requestId: string; userId: string; text: string },
): Promise<void> {
  await tx
    .insertInto('support_messages')
    .values({
      organisation_id: row.organisationId,
      request_id: row.requestId,
      author: row.userId,
      text: row.text,
    })
    .execute();
}

export async function insertReply(tx: Tx, row: Parameters<typeof insertMessage>[1]): Promise<void> {
  await tx
    .insertInto('support_messages')
    .values({
      organisation_id: row.organisationId,
      request_id: row.requestId,
      author: row.userId,
      text: row.text,
      side: 'publisher',
    })
    .execute();
}

/** By the clock of the database, as everything that is measured from it. */
export async function setState(tx: Tx, id: string, state: SupportState): Promise<void> {
  const now = sql<Date>`clock_timestamp()`;
  await tx
    .updateTable('support_requests')
    .set({ state, state_since: now, ended_at: state === 'solved' || state === 'closed' ? now : null })
    .where('id', '=', id)
    .execute();
}

export async function setFirstAnswer(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('support_requests')
    .set({ first_answer_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .where('first_answer_at', 'is', null)
    .execute();
}

/**
 * Seconds to the first answer, as the median. What has none counts with the time that it has waited, or waited until the
 * customer ended it: else whoever answers the easy ones alone would be quick.
 */
export async function measureFirstAnswers(
  tx: Tx,
  publisher: string,
): Promise<{ requests: number; medianSeconds: number | null }> {
  const { rows } = await sql<{ requests: number; median: number | null }>`
    select count(*) as requests, percentile_cont(0.5) within group (
      order by extract(epoch from coalesce(first_answer_at, ended_at, clock_timestamp()) - created_at)) as median
    from support_requests
    where publisher = ${publisher} and created_at > clock_timestamp() - make_interval(days => ${firstAnswerDays})`.execute(
    tx,
  );
  const [row] = rows;
  return {
    requests: Number(row?.requests ?? 0),
    medianSeconds: row?.median == null ? null : Math.max(0, Math.round(Number(row.median))),
  };
}
