import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Runs } from './open-runs.ts';
import { deleteRun, findSummary } from './queries.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';

/** Deletes a run, its photo and its files; bytes that another run of the organisation has as well stay. @throws Problem run_not_found */
export async function removeRun(
  { db, keeper, work, noteErasure }: Pick<Runs, 'db' | 'keeper' | 'work' | 'noteErasure'>,
  { organisationId, actor }: { organisationId: string; actor: Actor },
  runId: string,
): Promise<void> {
  // The rows first: from then on nothing that the run still does is kept, and nobody can begin it again.
  const digests = await withOrganisation(db, organisationId, async (tx) => {
    const file = (await findSummary(tx, runId))?.file;
    const deleted = await deleteRun(tx, runId);
    if (deleted !== undefined && file !== undefined)
      await noteErasure(tx, organisationId, {
        kind: 'run',
        runs: [runId],
        photos: [{ id: file.id, sha256: file.sha256 }],
      });
    if (deleted !== undefined)
      await recordAct(tx, {
        organisationId,
        actor,
        act: 'run.delete',
        subject: { kind: 'run', id: runId },
        before: { files: deleted.length },
      });
    return deleted;
  });
  if (digests === undefined) throw new Problem('run_not_found');
  await work.stop(runId);
  await keeper.release(organisationId, digests);
}
