import type { ratingRoutes } from '@proofpix/contract/api/ratings';
import { ratingStars } from '@proofpix/contract/community/ratings';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { pageOf } from '../../http/paging.ts';
import { listVisible, readTotals, type Named } from './queries.ts';
import { readOffered } from './read-standing.ts';
import { showRating, showSummary } from './show-rating.ts';

type Query = RouteQuery<typeof ratingRoutes.list>;
type Reply = RouteReply<typeof ratingRoutes.list>;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** @throws Problem release_not_found, invalid_request */
export async function listRatings(
  db: Database,
  organisationId: string,
  named: Named,
  { sort = 'newest', stars: given, cursor, limit = limits.pageDefault }: Query,
): Promise<Reply> {
  const after = decode(cursor);
  const stars = ratingStars.find((each) => each === given);
  return asSystem(db, 'ratings', async (tx) => {
    const offered = await readOffered(tx, named);
    const totals = await readTotals(tx, named);
    const summary = showSummary(totals);
    const rows = await listVisible(tx, named, { organisationId, sort, stars, after, limit });
    const counted = stars === undefined ? summary.count : (totals[stars - 1] ?? 0);
    const page = pageOf(rows, counted, limit, {
      item: (row) => showRating(row, organisationId, offered),
      cursor: ({ key, id }) => Buffer.from(JSON.stringify([Number(key), id])).toString('base64url'),
    });
    return { ...page, summary };
  });
}

/** @throws Problem invalid_request */
function decode(cursor: string | undefined): { key: number; id: string } | null {
  if (cursor === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value)) {
      const [key, id] = value as unknown[]; // JSON of a list
      if (typeof key === 'number' && Number.isSafeInteger(key) && typeof id === 'string' && uuid.test(id))
        return { key, id };
    }
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw new Problem('invalid_request', undefined, [{ field: 'cursor', message: 'is not a cursor of this list' }]);
}
