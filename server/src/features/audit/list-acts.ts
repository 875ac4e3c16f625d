import type { auditRoutes } from '@proofpix/contract/api/audit';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { inTrail } from './open-trail.ts';
import { findActorNames, listActs, type Trail } from './queries.ts';
import { readFilter } from './read-filter.ts';
import { showAct } from './show-act.ts';

/** @throws Problem invalid_request */
export async function listTrail(
  { db }: { db: Database },
  trail: Trail,
  { cursor, limit = limits.pageDefault, ...query }: RouteQuery<typeof auditRoutes.list>,
): Promise<RouteReply<typeof auditRoutes.list>> {
  const [after, filter] = [decodeCursor(cursor), readFilter(query)];
  const { rows, counted, names } = await inTrail(db, trail, async (tx) => {
    const found = await listActs(tx, { trail, after, limit }, filter);
    const members = found.rows.filter(({ actor_kind }) => actor_kind === 'member').map(({ actor_id }) => actor_id);
    return { ...found, names: await findActorNames(tx, [...new Set(members)]) };
  });
  return pageOf(rows, counted, limit, {
    item: (row) => ({ ...showAct(row), actorName: names.get(row.actor_id) ?? null }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}
