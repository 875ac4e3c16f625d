import type { CaseReport, Note } from '@proofpix/contract/cases';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { runDocument } from '@proofpix/contract/run-document';
import type { DerivedFile } from '@proofpix/contract/runs';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { findNotes } from '../notes/queries.ts';
import { findReport } from '../runs/get-run.ts';
import { findCase, findExhibits, findOrganisationName } from './queries.ts';
import { fitExhibit, jsonBytes } from './fit-exhibit.ts';

export type ComposedReport = {
  report: CaseReport;
  /** The photos and derived files of the exhibits, by SHA-256: what a plugin may read. */
  files: ReadonlyMap<string, Pick<DerivedFile, 'sha256' | 'size'>>;
};
type CaseOf = { organisationId: string; userId: string; caseId: string };

/**
 * The report of a case as plugins get it. What goes to a plugin in one call is bounded, so each exhibit has its share:
 * what the ones before left of theirs is there for those behind. One run at a time is in memory beside it.
 * @param spare - bytes that something else in the same call needs
 * @throws Problem case_not_found, case_empty, run_not_finished, case_too_large
 */
export async function composeReport(
  db: Database,
  { organisationId, userId, caseId }: CaseOf,
  spare: number,
): Promise<ComposedReport> {
  const read = <T>(work: Parameters<typeof withOrganisation<T>>[2]) => withOrganisation(db, organisationId, work);
  const found = await read(async (tx) => {
    const row = await findCase(tx, caseId);
    if (row === undefined) throw new Problem('case_not_found');
    return {
      row,
      organisation: { name: await findOrganisationName(tx, organisationId) },
      notes: (await findNotes(tx, { caseId }, userId)).map(toReportNote),
      exhibits: await findExhibits(tx, caseId),
    };
  });
  checkExhibits(found.exhibits);
  const { title, reference, description, state, created_at } = found.row;
  const report: CaseReport = {
    title,
    reference,
    description,
    state,
    organisation: found.organisation,
    createdAt: created_at.toISOString(),
    generatedAt: new Date().toISOString(),
    notes: found.notes,
    exhibits: [],
  };
  const files = new Map<string, Pick<DerivedFile, 'sha256' | 'size'>>();
  // As callHook counts it: the frame without what the configuration may need.
  let left = limits.frameJsonBytes - 2 * limits.configBytes - spare - jsonBytes(report);
  for (const [index, { number, caption, run }] of found.exhibits.entries()) {
    const whole = await findReport(db, organisationId, run.id);
    const notes = (await read((tx) => findNotes(tx, { runId: run.id }, userId))).map(toReportNote);
    const { exhibit, bytes } = fitExhibit(
      { number, caption, notes, ...runDocument(whole.summary, whole.report) },
      left / (found.exhibits.length - index),
    );
    left -= bytes;
    report.exhibits.push(exhibit);
    for (const file of run.photoDeletedAt === undefined ? [run.file, ...whole.report.files] : [])
      files.set(file.sha256, { sha256: file.sha256, size: file.size });
  }
  return { report, files };
}

/** Exhibits whose plugins are still at work would be judged by half of what is found. @throws Problem case_empty, run_not_finished */
export function checkExhibits(exhibits: readonly { number: number; run: { state: string } }[]): void {
  if (exhibits.length === 0) throw new Problem('case_empty');
  const unfinished = exhibits.filter(({ run }) => run.state === 'waiting' || run.state === 'running');
  const [first] = unfinished;
  if (first !== undefined)
    throw new Problem(
      'run_not_finished',
      `Exhibits under way: ${unfinished.length}, the first is number ${first.number}.`,
    );
}

function toReportNote({ text, createdAt, createdBy, updatedAt }: Note): CaseReport['notes'][number] {
  return { text, createdAt, createdBy, updatedAt };
}
