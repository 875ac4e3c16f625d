import type { CaseDetail } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { withOrganisation, type Tx } from '../../db/tenancy.ts';
import { addExhibits, lockOpenCase } from './add-exhibits.ts';
import { deleteExhibit, touchCase, updateCaption } from './queries.ts';
import { showCase } from './show-case.ts';
import { recordAct, type Act, type Actor } from '../audit/record-act.ts';

type CaseOf = { organisationId: string; actor: Actor; caseId: string };
type ExhibitOf = CaseOf & { number: number };

/** @throws Problem case_not_found, case_closed, case_full, run_not_found, run_in_case */
export async function addRuns(
  db: Database,
  { organisationId, actor, caseId }: CaseOf,
  runIds: readonly string[],
): Promise<CaseDetail> {
  return withOrganisation(db, organisationId, async (tx) => {
    await addExhibits(tx, { organisationId, caseId, runIds });
    await recordChange(tx, { organisationId, actor, caseId }, { added: [...runIds] });
    return showCase(tx, caseId);
  });
}

/** @throws Problem case_not_found, case_closed, exhibit_not_found */
export async function captionExhibit(
  db: Database,
  { organisationId, actor, caseId, number }: ExhibitOf,
  caption: string,
): Promise<CaseDetail> {
  return withOrganisation(db, organisationId, async (tx) => {
    const locked = await lockOpenCase(tx, caseId);
    if (!(await updateCaption(tx, { caseId, number }, caption))) throw new Problem('exhibit_not_found');
    await touchCase(tx, locked);
    await recordChange(tx, { organisationId, actor, caseId }, { captioned: number });
    return showCase(tx, caseId);
  });
}

/** Its number is not given again; the run stays. @throws Problem case_not_found, case_closed, exhibit_not_found */
export async function takeOutExhibit(
  db: Database,
  { organisationId, actor, caseId, number }: ExhibitOf,
): Promise<void> {
  await withOrganisation(db, organisationId, async (tx) => {
    const locked = await lockOpenCase(tx, caseId);
    if (!(await deleteExhibit(tx, { caseId, number }))) throw new Problem('exhibit_not_found');
    await touchCase(tx, locked);
    await recordChange(tx, { organisationId, actor, caseId }, { takenOut: number });
  });
}

async function recordChange(tx: Tx, { organisationId, actor, caseId }: CaseOf, after: Act['after']): Promise<void> {
  await recordAct(tx, {
    organisationId,
    actor,
    act: 'case.change-exhibits',
    subject: { kind: 'case', id: caseId },
    ...(after === undefined ? {} : { after }),
  });
}
