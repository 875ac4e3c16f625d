import type { runRoutes } from '@proofpix/contract/api/runs';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listSummaries, toSummary } from './queries.ts';

/** @throws Problem invalid_request */
export async function listRuns(
  db: Database,
  organisationId: string,
  { cursor, limit = limits.pageDefault, ...filter }: RouteQuery<typeof runRoutes.list>,
): Promise<RouteReply<typeof runRoutes.list>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) => listSummaries(tx, filter, after, limit));
  return pageOf(rows, counted, limit, {
    item: toSummary,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}
