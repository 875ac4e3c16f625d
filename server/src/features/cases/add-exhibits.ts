import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { Tx } from '../../db/tenancy.ts';
import {
  casesOfRuns,
  countExhibits,
  insertExhibits,
  keepRuns,
  lockCase,
  touchCase,
  type LockedCase,
} from './queries.ts';

/** Locks a case whose exhibits are to change. @throws Problem case_not_found, case_closed */
export async function lockOpenCase(tx: Tx, caseId: string): Promise<LockedCase> {
  const locked = await lockCase(tx, caseId);
  if (locked === undefined) throw new Problem('case_not_found');
  if (locked.state === 'closed') throw new Problem('case_closed');
  return locked;
}

/**
 * Makes runs exhibits of a case, numbered in the order given. Numbers go on from the last one that was ever given, under
 * the lock of the case: two that add at the same time get different ones, and one that was taken out is not given again.
 * @throws Problem case_not_found, case_closed, case_full, run_not_found, run_in_case
 */
export async function addExhibits(
  tx: Tx,
  { organisationId, caseId, runIds }: { organisationId: string; caseId: string; runIds: readonly string[] },
): Promise<void> {
  const { lastNumber } = await lockOpenCase(tx, caseId);
  const ids = runIds.map((id) => id.toLowerCase());
  const known = await keepRuns(tx, ids);
  if (ids.some((id) => !known.has(id))) throw new Problem('run_not_found');
  const inCases = await casesOfRuns(tx, ids);
  if (ids.some((id) => (inCases.get(id) ?? caseId.toLowerCase()) !== caseId.toLowerCase()))
    throw new Problem('run_in_case');
  const added = [...new Set(ids)].filter((id) => !inCases.has(id));
  if (added.length === 0) return;
  if ((await countExhibits(tx, caseId)) + added.length > limits.exhibitsPerCase) throw new Problem('case_full');
  const exhibits = added.map((runId, index) => ({ runId, number: lastNumber + index + 1 }));
  // The look above cannot see what another transaction has not committed yet; the unique index can.
  if ((await insertExhibits(tx, { organisationId, caseId, exhibits })) < added.length) throw new Problem('run_in_case');
  await touchCase(tx, { id: caseId, lastNumber: lastNumber + added.length });
}
