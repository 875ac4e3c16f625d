import type { takedownRoutes } from '@proofpix/contract/api/takedowns';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listNotices } from './queries.ts';

export async function listTakedowns(
  db: Database,
  organisationId: string,
  { cursor, limit = limits.pageDefault }: RouteQuery<typeof takedownRoutes.list>,
): Promise<RouteReply<typeof takedownRoutes.list>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) => listNotices(tx, after, limit));
  return pageOf(rows, counted, limit, {
    item: (row) => ({
      id: row.id,
      act: row.act,
      side: row.side,
      publisher: row.publisher,
      plugin: row.plugin_id,
      version: row.version,
      reason: row.reason,
      at: row.created_at.toISOString(),
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}
