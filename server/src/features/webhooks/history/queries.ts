import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

type Event = {
  organisationId: string;
  type:
    | `${'endpoint' | 'receiver'}:${'created' | 'changed' | 'deleted' | 'rotated' | 'disabled'}`
    | 'delivery:redelivered';
  subject: string;
  name: string;
  detail?: string;
  actor: Actor;
};

/** What happened to an address, written in the transaction that does it. */
export async function insertEvent(tx: Tx, event: Event): Promise<void> {
  const { organisationId, detail = null, actor, ...rest } = event;
  await tx
    .insertInto('webhook_events')
    .values({ organisation_id: organisationId, detail, actor: userOf(actor), ...rest })
    .execute();
}

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listEvents(tx: Tx, organisationId: string, after: Position | null, limit: number) {
  const own = tx.selectFrom('webhook_events').where('organisation_id', '=', organisationId);
  const counted = await tx
    .selectFrom(own.select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = own
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

/**
 * Those beyond the newest of an organisation and a type: whoever changes an address and then sends a thousand messages
 * again must not push the change out. Of all organisations: only as system.
 */
export async function pruneEvents(tx: Tx, newest: number, most: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from webhook_events where id in (
    select id from (
      select id, row_number() over (partition by organisation_id, type order by created_at desc, id desc) as place
      from webhook_events
    ) as placed where place > ${newest} limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
