import type { securityRoutes } from '@proofpix/contract/api/security';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listSecurityEvents } from './queries.ts';

/** @throws Problem invalid_request */
export async function listEvents(
  { db, flush }: { db: Database; flush: () => Promise<void> },
  organisationId: string,
  { cursor, limit = limits.pageDefault, from, to, ...filter }: RouteQuery<typeof securityRoutes.events>,
): Promise<RouteReply<typeof securityRoutes.events>> {
  const after = decodeCursor(cursor);
  const span = { from: timeOf('from', from), to: timeOf('to', to) };
  // What happened a moment ago is still in memory.
  await flush();
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) =>
    listSecurityEvents(tx, { organisationId, after, limit }, { ...filter, ...span }),
  );
  return pageOf(rows, counted, limit, {
    item: (row) => ({
      id: row.id,
      type: row.type,
      severity: row.severity,
      title: row.title,
      detail: row.detail,
      evidence: row.evidence,
      count: row.count,
      plugin: row.plugin_id,
      version: row.version,
      digest: row.digest,
      installed: row.installation_id !== null,
      at: row.created_at.toISOString(),
    }),
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** The form was checked by the row; that there is such a day was not. */
function timeOf(field: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  // The bounds are those of what databases and ISO texts of four digits can say; there is nothing beyond them.
  if (Number.isFinite(time)) return new Date(Math.min(Math.max(time, 0), Date.UTC(9_999, 0)));
  throw new Problem('invalid_request', undefined, [{ field, message: 'is not a time' }]);
}
