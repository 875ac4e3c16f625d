import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import { Problem, type FieldError } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { withOrganisation } from '../../db/tenancy.ts';
import { installPlugin } from './install-plugin.ts';
import { installJob, type Installed, type InstallRequest } from './install-request.ts';
import { announceJob, finishJob, type JobError } from './jobs/queries.ts';
import { readJob, type Job } from './jobs/read-job.ts';
import type { PluginParts } from './parts.ts';

/** How long a caller waits for an install before it becomes a job to be asked for. */
const patience = 2_000;

/** Installs; what takes longer than two seconds goes on as a job. */
export async function installInTime(
  parts: PluginParts,
  request: Omit<InstallRequest, 'jobId'>,
  afterwards: (installed: Installed) => Promise<void>,
): Promise<{ installed: Installed } | { job: Job }> {
  const id = randomUUID();
  const { organisationId, actor } = request;
  const work = installPlugin(parts, { ...request, jobId: id }).then(async (installed) => {
    await afterwards(installed).catch((error: unknown) =>
      parts.log.error({ err: error }, 'an install could not be counted'),
    );
    return installed;
  });
  const waited = new AbortController();
  const early = await Promise.race([
    work.finally(() => waited.abort()),
    setTimeout(patience, null, { signal: waited.signal }).catch(() => null),
  ]);
  if (early !== null) return { installed: early };
  // The timer may have been stopped by the work's own end, in either way.
  if (waited.signal.aborted) return { installed: await work };
  await withOrganisation(parts.db, organisationId, (tx) =>
    announceJob(tx, { id, organisationId, kind: installJob, actor }),
  );
  const job = await readJob(parts, { organisationId, id });
  void work
    .then(
      ({ plugin }) => ({ result: plugin as Json }), // a plugin is JSON
      (error: unknown) => ({ error: jobError(error, parts) }),
    )
    .then((end) => withOrganisation(parts.db, organisationId, (tx) => finishJob(tx, id, end)))
    .catch((error: unknown) => parts.log.error({ err: error }, 'the end of a job could not be written'));
  return { job };
}

function jobError(error: unknown, { log }: Pick<PluginParts, 'log'>): JobError {
  if (error instanceof Problem) {
    const fields: readonly FieldError[] = error.fields;
    return { code: error.code, message: error.message, ...(fields.length > 0 ? { errors: [...fields] } : {}) };
  }
  log.error({ err: error }, 'an install failed');
  const { code, message } = new Problem('internal');
  return { code, message };
}
