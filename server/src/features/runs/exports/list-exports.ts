import type { runRoutes } from '@proofpix/contract/api/runs';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../../db/database.ts';
import { withOrganisation } from '../../../db/tenancy.ts';
import { findSummary } from '../queries.ts';
import { withUrls } from './export-run.ts';
import { listExports } from './queries.ts';

/** @throws Problem run_not_found */
export async function listRunExports(
  db: Database,
  organisationId: string,
  runId: string,
): Promise<RouteReply<typeof runRoutes.exports>> {
  const exports = await withOrganisation(db, organisationId, async (tx) => {
    if ((await findSummary(tx, runId)) === undefined) throw new Problem('run_not_found');
    return listExports(tx, { runId }, limits.exportsListed);
  });
  return {
    items: exports.map(({ id, format, createdAt, files }) => ({
      id,
      runId,
      format,
      createdAt: createdAt.toISOString(),
      files: withUrls(runId, id, files),
    })),
  };
}
