import { limits } from '@proofpix/contract/limits';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import type { OauthParts } from './parts.ts';
import { listEvents } from './queries.ts';

export async function readEvents(
  { db }: Pick<OauthParts, 'db'>,
  organisationId: string,
  query: { cursor?: string; limit?: number },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) => listEvents(tx, after, size));
  return pageOf(rows, counted, size, {
    item: ({ created_at: at, ...event }) => ({ ...event, at: at.toISOString() }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}
