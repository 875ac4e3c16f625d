import type { caseRoutes } from '@proofpix/contract/api/cases';
import type { CaseDetail } from '@proofpix/contract/cases';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { listCaseRows } from './queries.ts';
import { showCase, toCase } from './show-case.ts';

/** @throws Problem invalid_request */
export async function listCases(
  db: Database,
  organisationId: string,
  { cursor, limit = limits.pageDefault, ...filter }: RouteQuery<typeof caseRoutes.list>,
): Promise<RouteReply<typeof caseRoutes.list>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await withOrganisation(db, organisationId, (tx) => listCaseRows(tx, filter, after, limit));
  return pageOf(rows, counted, limit, {
    item: toCase,
    cursor: (row) => encodeCursor({ at: row.updated_at, id: row.id }),
  });
}

/** @throws Problem case_not_found */
export async function getCase(db: Database, organisationId: string, caseId: string): Promise<CaseDetail> {
  return withOrganisation(db, organisationId, (tx) => showCase(tx, caseId));
}
