import type { jobRoutes } from '@proofpix/contract/api/jobs';
import { Problem } from '@proofpix/contract/errors';
import type { RouteReply } from '@proofpix/contract/route';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findJob } from './queries.ts';

export type Job = RouteReply<typeof jobRoutes.get>;

export async function readJob(
  { db, intake }: Pick<PluginParts, 'db' | 'intake'>,
  { organisationId, id }: { organisationId: string; id: string },
): Promise<Job> {
  const job = await withOrganisation(db, organisationId, (tx) => findJob(tx, id));
  if (!job) throw new Problem('job_not_found');
  return {
    id: job.id,
    kind: job.kind,
    state: job.state,
    result: job.result,
    error: job.error,
    progress: job.state === 'running' ? intake.progressOf(id) : null,
    createdAt: job.created_at.toISOString(),
    finishedAt: job.finished_at?.toISOString() ?? null,
  };
}
