import type { Case, CaseDetail, Exhibit } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';
import type { Tx } from '../../db/tenancy.ts';
import { findCase, findExhibits, type CaseRow } from './queries.ts';

export function toCase(row: CaseRow): Case {
  return {
    id: row.id,
    title: row.title,
    reference: row.reference,
    description: row.description,
    state: row.state,
    exhibitCount: row.exhibit_count,
    findingCounts: { strong: row.strong, possible: row.possible, note: row.note },
    createdAt: row.created_at.toISOString(),
    createdBy: { name: row.created_by_name },
    updatedAt: row.updated_at.toISOString(),
  };
}

/** @throws Problem case_not_found */
export async function showCase(tx: Tx, caseId: string): Promise<CaseDetail> {
  const row = await findCase(tx, caseId);
  if (row === undefined) throw new Problem('case_not_found');
  const exhibits: Exhibit[] = await findExhibits(tx, caseId);
  return { ...toCase(row), exhibits };
}
