import type { caseRoutes } from '@proofpix/contract/api/cases';
import type { CaseDetail } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';
import type { RouteBody } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Runs } from '../runs/open-runs.ts';
import { addExhibits } from './add-exhibits.ts';
import { deleteCase, findCase, insertCase, updateCase } from './queries.ts';
import { showCase } from './show-case.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';

type Who = { organisationId: string; userId: string; actor: Actor };
type CaseOf = { organisationId: string; actor: Actor; caseId: string };

/** @throws Problem run_not_found, run_in_case */
export async function createCase(
  db: Database,
  { organisationId, userId, actor }: Who,
  { runIds, ...values }: RouteBody<typeof caseRoutes.create>,
): Promise<CaseDetail> {
  return withOrganisation(db, organisationId, async (tx) => {
    const caseId = await insertCase(tx, { ...values, organisationId, createdBy: userId });
    if (runIds !== undefined) await addExhibits(tx, { organisationId, caseId, runIds });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'case.create',
      subject: { kind: 'case', id: caseId },
      after: { runs: [...(runIds ?? [])] },
    });
    return showCase(tx, caseId);
  });
}

/** @throws Problem case_not_found */
export async function changeCase(
  db: Database,
  { organisationId, actor, caseId }: CaseOf,
  values: RouteBody<typeof caseRoutes.update>,
): Promise<CaseDetail> {
  return withOrganisation(db, organisationId, async (tx) => {
    const before = await findCase(tx, caseId);
    if (before === undefined || !(await updateCase(tx, caseId, values))) throw new Problem('case_not_found');
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'case.change',
      subject: { kind: 'case', id: caseId },
      // What the words are stays in the case: they may be about anybody.
      before: { state: before.state },
      after: { state: values.state ?? before.state, changed: Object.keys(values) },
    });
    return showCase(tx, caseId);
  });
}

/** Deletes a case with its notes and reports; the runs stay. @throws Problem case_not_found */
export async function removeCase(
  { db, keeper }: Pick<Runs, 'db' | 'keeper'>,
  { organisationId, actor, caseId }: CaseOf,
): Promise<void> {
  const digests = await withOrganisation(db, organisationId, async (tx) => {
    const deleted = await deleteCase(tx, caseId);
    if (deleted !== undefined)
      await recordAct(tx, { organisationId, actor, act: 'case.delete', subject: { kind: 'case', id: caseId } });
    return deleted;
  });
  if (digests === undefined) throw new Problem('case_not_found');
  await keeper.release(organisationId, digests);
}
