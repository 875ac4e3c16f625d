import { Problem } from '@proofpix/contract/errors';
import { submissionSteps } from '@proofpix/contract/publishing';
import type { Tx } from '../../db/tenancy.ts';
import { ownsPublisher } from '../publishers/queries.ts';
import { lockSubmission, setState, type Step, type SubmissionRow } from './queries.ts';

/** The only way from one state to another: what the table of the contract does not name is refused. @throws Problem submission_state */
export async function changeState(tx: Tx, row: SubmissionRow, step: Step): Promise<void> {
  if (!submissionSteps[row.state].includes(step.state)) throw new Problem('submission_state', `It is ${row.state}.`);
  await setState(tx, row, step);
}

/**
 * One of the caller's organisation, locked until the transaction ends, whose publisher is still theirs.
 * @throws Problem submission_not_found
 */
export async function ownSubmission(tx: Tx, id: string): Promise<SubmissionRow> {
  const row = await lockSubmission(tx, id);
  if (row === undefined || !(await ownsPublisher(tx, row.publisher))) throw new Problem('submission_not_found');
  return row;
}
