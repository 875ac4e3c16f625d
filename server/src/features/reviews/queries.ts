import { sql } from 'kysely';
import type { ReviewCheck } from '@proofpix/contract/publishing';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';
import type { SubmissionRow } from '../submissions/queries.ts';

export type QueuedRow = SubmissionRow & {
  approvals: number;
  /** The reader is a member of the organisation that sent it. */
  is_own: boolean;
  approved_by_reader: boolean;
  rejected_by_reader: boolean;
};

/** Only as system: what all organisations sent, the longest waiting first; one row more than the limit. */
export async function listQueue(
  tx: Tx,
  reader: string,
  after: Position | null,
  limit: number,
): Promise<{ rows: QueuedRow[]; counted: number }> {
  const { rows } = await sql<QueuedRow>`
    select s.*, ${standing(reader)}
    from submissions as s
    where s.state in ('waiting', 'in-review')
      and (${after?.at.toISOString() ?? null}::timestamptz is null
        or (s.sent_at, s.id) > (${after?.at.toISOString() ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by s.sent_at, s.id limit ${limit + 1}`.execute(tx);
  const counted = await sql<{ count: number }>`select count(*)::int as count from (
    select from submissions where state in ('waiting', 'in-review') limit ${countedRows}) as counted`.execute(tx);
  return { rows, counted: counted.rows[0]?.count ?? 0 };
}

/** How one reviewer stands to one submission. */
export async function findStanding(tx: Tx, id: string, reader: string): Promise<QueuedRow | undefined> {
  const { rows } = await sql<QueuedRow>`
    select s.*, ${standing(reader)} from submissions as s where s.id = ${id}::uuid`.execute(tx);
  return rows[0];
}

function standing(reader: string) {
  return sql`
    (select count(*)::int from submission_approvals a where a.submission_id = s.id and a.attempt = s.attempt) as approvals,
    (s.created_by = ${reader}::uuid or exists (
      select from memberships m where m.organisation_id = s.organisation_id and m.user_id = ${reader}::uuid)) is true as is_own,
    exists (select from submission_approvals a where a.submission_id = s.id and a.attempt = s.attempt
      and a.reviewer = ${reader}::uuid) as approved_by_reader,
    exists (select from submission_steps t where t.submission_id = s.id and t.state = 'rejected'
      and t.actor = ${reader}::uuid) as rejected_by_reader`;
}

export async function insertApproval(
  tx: Tx,
  { id, organisation_id, attempt }: SubmissionRow,
  { reviewer, checklist }: { reviewer: string; checklist: readonly ReviewCheck[] },
): Promise<void> {
  await tx
    .insertInto('submission_approvals')
    .values({ submission_id: id, organisation_id, attempt, reviewer, checklist: [...checklist] })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** What reviewers asked about this package and nobody settled. */
export async function countUnsettled(tx: Tx, { id, attempt }: SubmissionRow): Promise<number> {
  const { count } = await tx
    .selectFrom('submission_comments')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('submission_id', '=', id)
    .where('attempt', '=', attempt)
    .where('side', '=', 'marketplace')
    .where('settled_at', 'is', null)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** False where the submission has no such comment. */
export async function settleComment(tx: Tx, submissionId: string, id: string): Promise<boolean> {
  const settled = await tx
    .updateTable('submission_comments')
    .set({ settled_at: new Date() })
    .where('submission_id', '=', submissionId)
    .where('id', '=', id)
    .returning('id')
    .executeTakeFirst();
  return settled !== undefined;
}

export type TimesRow = {
  waiting: number;
  oldest: number | null;
  decided: number;
  median: number | null;
  p90: number | null;
  automatic: number;
};

/** Milliseconds. A decision is measured from when the publisher sent it the last time before. */
export async function measureReviews(tx: Tx): Promise<TimesRow> {
  const { rows } = await sql<TimesRow>`
    with decided as (
      select extract(epoch from d.created_at - (
        select max(w.created_at) from submission_steps w
        where w.submission_id = d.submission_id and w.state = 'waiting' and w.side = 'publisher' and w.created_at <= d.created_at
      )) * 1000 as took
      from submission_steps d
      where d.side = 'marketplace' and d.state in ('changes-requested', 'rejected', 'released')
        and d.created_at > clock_timestamp() - interval '90 days'
    ), queue as (
      select count(*)::int as waiting, extract(epoch from clock_timestamp() - min(sent_at)) * 1000 as oldest
      from submissions where state in ('waiting', 'in-review')
    )
    select queue.waiting, round(queue.oldest)::float8 as oldest,
      (select count(*)::int from decided) as decided,
      (select round(percentile_cont(0.5) within group (order by took))::float8 from decided) as median,
      (select round(percentile_cont(0.9) within group (order by took))::float8 from decided) as p90,
      (select count(*)::int from releases
        where approved_by = 'rules' and released_at > clock_timestamp() - interval '90 days') as automatic
    from queue`.execute(tx);
  if (rows[0] === undefined) throw new Error('A query without a row.');
  return rows[0];
}

export async function listReviewers(tx: Tx): Promise<{ id: string; name: string; email: string }[]> {
  return tx
    .selectFrom('users')
    .select(['id', 'name', 'email'])
    .where('is_reviewer', '=', true)
    .orderBy('email')
    .execute();
}

/** The id; undefined where nobody has an account with the address. */
export async function setReviewer(tx: Tx, email: string, reviews: boolean): Promise<string | undefined> {
  const row = await tx
    .updateTable('users')
    .set({ is_reviewer: reviews })
    .where('email', '=', email.toLowerCase())
    // Somebody whose provider manages them answers to that organisation.
    .where('managed_by', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}
