import type { runRoutes } from '@proofpix/contract/api/runs';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listSummaries, toSummary } from './queries.ts';

const day = 24 * 60 * 60 * 1_000;

/** @throws Problem invalid_request */
export async function listRuns(
  db: Database,
  organisationId: string,
  { cursor, limit = limits.pageDefault, from, to, ...rest }: RouteQuery<typeof runRoutes.list>,
): Promise<RouteReply<typeof runRoutes.list>> {
  const after = decodeCursor(cursor);
  const filter = {
    ...rest,
    ...(from === undefined ? {} : { since: beginOf(from) }),
    ...(to === undefined ? {} : { before: new Date(beginOf(to).getTime() + day) }),
  };
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) => listSummaries(tx, filter, after, limit));
  return pageOf(rows, counted, limit, {
    item: toSummary,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** The first moment of a day (UTC), kept within the years that every database takes. */
function beginOf(date: string): Date {
  return new Date(Math.min(Math.max(Date.parse(`${date}T00:00:00Z`), 0), Date.UTC(9_998, 0)));
}
