import { randomUUID } from 'node:crypto';
import { runDocument } from '@proofpix/contract/run-document';
import type { Run, RunSummary } from '@proofpix/contract/runs';
import type { DerivedFiles, Photo } from '@proofpix/host/capabilities';
import type { Host } from '@proofpix/host/host';
import { planRun, runPhoto } from '@proofpix/host/run-photo';
import { summarise } from '@proofpix/host/summarise';

/** One photo through the plugins of an organisation, as `GET /api/runs/:id` answers it. @throws the signal's reason */
export async function runOne(options: {
  host: Host;
  organisationId: string;
  photo: Photo;
  derivedFiles: (pluginId: string) => DerivedFiles;
  say: (line: string) => void;
  signal?: AbortSignal;
}): Promise<Run> {
  const { host, organisationId, photo, derivedFiles, say, signal } = options;
  const createdAt = new Date().toISOString();
  const id = randomUUID();
  const plan = planRun(host, { organisationId });
  const startedAt = new Date().toISOString();
  const report = await runPhoto(host, {
    runId: id,
    organisationId,
    photo,
    derivedFiles,
    onStepStarted: ({ hook, plugin }) => say(`${plugin} ${hook}`),
    ...(signal === undefined ? {} : { signal }),
  });
  const summary: RunSummary = {
    id,
    batchId: randomUUID(),
    state: 'done',
    file: photo.file,
    plugins: [...new Set(plan.map(({ plugin }) => plugin))],
    ...summarise(report, plan.length),
    case: null,
    createdAt,
    startedAt,
    finishedAt: new Date().toISOString(),
  };
  return runDocument(summary, report);
}
