import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Runs } from './open-runs.ts';
import { deleteRun } from './queries.ts';

/** Deletes a run, its photo and its files; bytes that another run of the organisation has as well stay. @throws Problem run_not_found */
export async function removeRun(
  { db, keeper, work }: Pick<Runs, 'db' | 'keeper' | 'work'>,
  organisationId: string,
  runId: string,
): Promise<void> {
  // The rows first: from then on nothing that the run still does is kept, and nobody can begin it again.
  const digests = await withOrganisation(db, organisationId, (tx) => deleteRun(tx, runId));
  if (digests === undefined) throw new Problem('run_not_found');
  await work.stop(runId);
  await keeper.release(organisationId, digests);
}
