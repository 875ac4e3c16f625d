import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../../http/paging.ts';
import { listEvents } from './queries.ts';

export async function readEvents(
  { db }: { db: Database },
  organisationId: string,
  query: { cursor?: string | undefined; limit?: number | undefined },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) =>
    listEvents(tx, organisationId, after, size),
  );
  return pageOf(rows, counted, size, {
    item: ({ id, type, subject, name, detail, actor, created_at: at }) => ({
      id,
      type,
      subject,
      name,
      detail,
      actor,
      at: at.toISOString(),
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}
