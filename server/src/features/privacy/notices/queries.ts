import { sql } from 'kysely';
import type { EraseEvent, ToldPlugin } from '@proofpix/contract/erase-event';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';

export async function insertNotice(
  tx: Tx,
  row: { id: string; organisationId: string; event: EraseEvent },
): Promise<void> {
  await tx
    .insertInto('erase_notices')
    .values({ id: row.id, organisation_id: row.organisationId, event: jsonText(row.event) })
    .execute();
}

export async function findNotice(tx: Tx, id: string) {
  return tx.selectFrom('erase_notices').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function writeTold(
  tx: Tx,
  id: string,
  { told, finished }: { told: readonly ToldPlugin[]; finished: boolean },
): Promise<void> {
  await tx
    .updateTable('erase_notices')
    .set({ told: jsonText(told), attempts: sql`attempts + 1`, finished_at: finished ? new Date() : null })
    .where('id', '=', id)
    .execute();
}

/** Newest first; one row more than the limit. */
export async function listNotices(tx: Tx, after: Position | null, limit: number) {
  const counted = await tx
    .selectFrom(tx.selectFrom('erase_notices').select('id').limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = tx
    .selectFrom('erase_notices')
    .selectAll()
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}
