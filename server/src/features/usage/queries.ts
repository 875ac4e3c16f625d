import { sql } from 'kysely';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';

export type MonthRow = {
  organisationId: string;
  /** Its first day, UTC. */
  month: string;
  requests: number;
};

/**
 * Adds to the months of organisations that are still there, and gives what stands now: other servers add to the same rows.
 * The rows are held in one order, so that two servers which write the same rows wait for each other instead of for ever.
 */
export async function addRequests(tx: Tx, rows: readonly MonthRow[]): Promise<MonthRow[]> {
  const given = sql`
    jsonb_to_recordset(${jsonText(rows)}::jsonb) as v ("organisationId" uuid, month date, requests bigint)`;
  await sql`
    insert into usage_months (organisation_id, month, requests)
    select o.id, v.month, 0
    from ${given}
    join organisations o on o.id = v."organisationId"
    order by o.id, v.month
    on conflict (organisation_id, month) do update set requests = usage_months.requests`.execute(tx);
  // More may have been taken back than was counted since the last time.
  const { rows: written } = await sql<MonthRow>`
    update usage_months m set requests = greatest(0, m.requests + v.requests)
    from ${given}
    where m.organisation_id = v."organisationId" and m.month = v.month
    returning m.organisation_id as "organisationId", m.month, m.requests`.execute(tx);
  return written;
}

export async function listMonths(
  tx: Tx,
  organisationId: string,
  most: number,
): Promise<{ month: string; requests: number }[]> {
  return tx
    .selectFrom('usage_months')
    .select(['month', 'requests'])
    .where('organisation_id', '=', organisationId)
    .orderBy('month', 'desc')
    .limit(most)
    .execute();
}

export async function findRequests(tx: Tx, organisationId: string, month: string): Promise<number> {
  const row = await tx
    .selectFrom('usage_months')
    .select('requests')
    .where('organisation_id', '=', organisationId)
    .where('month', '=', month)
    .executeTakeFirst();
  return row?.requests ?? 0;
}
