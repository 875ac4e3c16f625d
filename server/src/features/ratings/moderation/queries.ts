import { sql, type RawBuilder } from 'kysely';
import type { moderationQueues } from '@proofpix/contract/api/ratings';
import type { Tx } from '../../../db/tenancy.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import type { RatingRow } from '../queries.ts';

/** Only as system: moderators see what all organisations wrote, without their names. */

export type ModeratedRow = RatingRow & {
  organisation_since: Date;
  reports: number;
  /** The reader is a member of the organisation that wrote it, or that publishes the plugin. */
  is_own: boolean;
};

const queues: Record<(typeof moderationQueues)[number], RawBuilder<boolean>> = {
  held: sql`r.state = 'held'`,
  appealed: sql`r.state = 'rejected' and r.appealed_at is not null and r.appeal_decided_at is null`,
  rejected: sql`r.state = 'rejected'`,
  reported: sql`r.state = 'visible' and r.id in (
    select rating_id from abuse_reports where kind = 'rating' and state in ('open', 'in-review'))`,
};

/** The longest waiting first; one row more than the limit. */
export async function listQueue(
  tx: Tx,
  reader: string,
  { queue, after, limit }: { queue: keyof typeof queues; after: Position | null; limit: number },
): Promise<{ rows: ModeratedRow[]; counted: number }> {
  const waiting = sql`${queues[queue]} and r.withdrawn_at is null`;
  const { rows } = await sql<ModeratedRow>`
    select r.*, o.created_at as organisation_since, ${isOwn(reader)} as is_own,
      (select count(*)::integer from abuse_reports as a where a.subject = r.id::text and a.state in ('open', 'in-review')) as reports
    from ratings as r join organisations as o on o.id = r.organisation_id
    where ${waiting}
      and (${after?.at.toISOString() ?? null}::timestamptz is null
        or (r.rated_at, r.id) > (${after?.at.toISOString() ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by r.rated_at, r.id limit ${limit + 1}`.execute(tx);
  const counted = await sql<{ count: number }>`select count(*)::int as count from (
    select from ratings as r where ${waiting} limit ${countedRows}) as counted`.execute(tx);
  return { rows, counted: counted.rows[0]?.count ?? 0 };
}

/** Whether somebody has a stake in a rating: they wrote it, or publish what it is about, with any of their organisations. */
export async function hasStake(tx: Tx, reader: string, id: string): Promise<boolean> {
  const { rows } = await sql<{ own: boolean }>`
    select ${isOwn(reader)} as own from ratings as r where r.id = ${id}::uuid`.execute(tx);
  return rows[0]?.own ?? false;
}

function isOwn(reader: string): RawBuilder<boolean> {
  return sql`(r.author is not distinct from ${reader}::uuid or exists (
    select from memberships as m where m.user_id = ${reader}::uuid and (m.organisation_id = r.organisation_id
      or m.organisation_id = (select p.organisation_id from publishers as p where p.name = r.publisher))))`;
}
