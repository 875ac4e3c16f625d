import { Problem } from '@proofpix/contract/errors';
import { runDocument } from '@proofpix/contract/run-document';
import type { Report, Run, RunSummary } from '@proofpix/contract/runs';
import { Merged } from '@proofpix/host/merge';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Database } from '../../db/database.ts';
import { findSteps, findSummary } from './queries.ts';

/** A run and its report. The report is put together from the stored steps by the rules that the host has while it runs. */
export async function findReport(
  db: Database,
  organisationId: string,
  runId: string,
): Promise<{ summary: RunSummary; report: Report }> {
  const found = await withOrganisation(db, organisationId, async (tx) => {
    const summary = await findSummary(tx, runId);
    return summary && { summary, steps: await findSteps(tx, runId) };
  });
  if (found === undefined) throw new Problem('run_not_found');
  const merged = new Merged();
  for (const step of found.steps) merged.add(step);
  return { summary: found.summary, report: merged.report() };
}

/** @throws Problem run_not_found */
export async function getRun(db: Database, organisationId: string, runId: string): Promise<Run> {
  const { summary, report } = await findReport(db, organisationId, runId);
  return runDocument(summary, report);
}
