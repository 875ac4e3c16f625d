import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { AbuseCategory, AbuseState, AbuseSubject } from '@proofpix/contract/community/abuse-reports';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { countedRows, type Position } from '../../http/paging.ts';

/** All of it only as system: what is reported belongs to others. */

export type ReportRow = Selectable<Tables['abuse_reports']>;

export type NewReport = {
  organisationId: string;
  reporter: string;
  kind: AbuseSubject;
  subject: string;
  publisher: string;
  pluginId: string | null;
  ratingId: string | null;
  category: AbuseCategory;
  text: string;
};

/** Those of one person that nobody decided about. Whoever counts waits for the one before. */
export async function countOpen(tx: Tx, reporter: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`abuse reports ${reporter}`}, 0))`.execute(tx);
  const { count } = await tx
    .selectFrom('abuse_reports')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('reporter', '=', reporter)
    .where('state', 'in', ['open', 'in-review'])
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Undefined where the same person has reported the same, and nobody decided about it. */
export async function insertReport(tx: Tx, report: NewReport): Promise<ReportRow | undefined> {
  return tx
    .insertInto('abuse_reports')
    .values({
      organisation_id: report.organisationId,
      reporter: report.reporter,
      kind: report.kind,
      subject: report.subject,
      publisher: report.publisher,
      plugin_id: report.pluginId,
      rating_id: report.ratingId,
      category: report.category,
      text: report.text,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** The newest first; one row more than the limit. */
export async function listMine(
  tx: Tx,
  { organisationId, userId }: { organisationId: string; userId: string },
  after: Position | null,
  limit: number,
): Promise<{ rows: ReportRow[]; counted: number }> {
  const mine = sql`reporter = ${userId}::uuid and organisation_id = ${organisationId}::uuid`;
  const { rows } = await sql<ReportRow>`
    select * from abuse_reports where ${mine}
      and (${after?.at.toISOString() ?? null}::timestamptz is null
        or (created_at, id) < (${after?.at.toISOString() ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by created_at desc, id desc limit ${limit + 1}`.execute(tx);
  const counted = await sql<{ count: number }>`select count(*)::int as count from (
    select from abuse_reports where ${mine} limit ${countedRows}) as counted`.execute(tx);
  return { rows, counted: counted.rows[0]?.count ?? 0 };
}

export type ModeratedRow = ReportRow & { others: number; rated: string | null; is_own: boolean };

/** The longest waiting first; one row more than the limit. */
export async function listReports(
  tx: Tx,
  reader: string,
  wanted: { state: AbuseState | undefined; kind: AbuseSubject | undefined; after: Position | null; limit: number },
): Promise<{ rows: ModeratedRow[]; counted: number }> {
  const { state, kind, after, limit } = wanted;
  const fits = sql`${state === undefined ? sql`a.state in ('open', 'in-review')` : sql`a.state = ${state}`}
    ${kind === undefined ? sql`` : sql`and a.kind = ${kind}`}`;
  const { rows } = await sql<ModeratedRow>`
    select a.*, ${isOwn(reader)} as is_own, (select r.text from ratings as r where r.id = a.rating_id) as rated,
      (select count(*)::integer from abuse_reports as o
        where o.subject = a.subject and o.id <> a.id and o.state in ('open', 'in-review')) as others
    from abuse_reports as a where ${fits}
      and (${after?.at.toISOString() ?? null}::timestamptz is null
        or (a.created_at, a.id) > (${after?.at.toISOString() ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by a.created_at, a.id limit ${limit + 1}`.execute(tx);
  const counted = await sql<{ count: number }>`select count(*)::int as count from (
    select from abuse_reports as a where ${fits} limit ${countedRows}) as counted`.execute(tx);
  return { rows, counted: counted.rows[0]?.count ?? 0 };
}

export async function lockReport(
  tx: Tx,
  reader: string,
  id: string,
): Promise<(ReportRow & { is_own: boolean }) | undefined> {
  const { rows } = await sql<ReportRow & { is_own: boolean }>`
    select a.*, ${isOwn(reader)} as is_own from abuse_reports as a where a.id = ${id}::uuid for update`.execute(tx);
  return rows[0];
}

export async function changeReport(
  tx: Tx,
  id: string,
  change: Pick<ReportRow, 'state' | 'reason' | 'decided_by' | 'decided_at'>,
): Promise<void> {
  await tx.updateTable('abuse_reports').set(change).where('id', '=', id).execute();
}

/** With any organisation of theirs: whoever reported, whom it is about, and who wrote the rating. */
function isOwn(reader: string): RawBuilder<boolean> {
  return sql`(a.reporter is not distinct from ${reader}::uuid or exists (
    select from memberships as m where m.user_id = ${reader}::uuid and (m.organisation_id = a.organisation_id
      or m.organisation_id = (select p.organisation_id from publishers as p where p.name = a.publisher)
      or m.organisation_id = (select r.organisation_id from ratings as r where r.id = a.rating_id))))`;
}
