import type { Static } from 'typebox';
import { runRoutes, type ExportReply } from '@proofpix/contract/api/runs';
import { routeUrl } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import type { RouteBody } from '@proofpix/contract/route';
import { runDocument } from '@proofpix/contract/run-document';
import { findReport } from '../get-run.ts';
import { openFile, openPhoto } from '../open-photo.ts';
import type { OpenParts } from '../parts.ts';
import { lockRun } from '../queries.ts';
import type { WrittenFile } from './queries.ts';
import { writeExport } from './write-export.ts';
import type { Actor } from '../../audit/record-act.ts';

export type ExportRequest = RouteBody<typeof runRoutes.export> & {
  organisationId: string;
  userId: string;
  actor: Actor;
  runId: string;
};

/**
 * Lets the plugins write a report of a finished run.
 * @throws Problem run_not_found, run_not_finished, export_failed, storage_full
 */
export async function exportRun(
  parts: OpenParts,
  { runId, ...request }: ExportRequest,
  signal: AbortSignal,
): Promise<Static<typeof ExportReply>> {
  const { db, objects } = parts;
  const { organisationId } = request;
  const { summary, report } = await findReport(db, organisationId, runId);
  if (summary.state !== 'done') throw new Problem('run_not_finished');
  const gone = summary.photoDeletedAt !== undefined;
  const { id, format, files } = await writeExport(parts, {
    ...request,
    subject: { runId },
    report: async () => runDocument(summary, report),
    // What was deleted is not there for a report either; the plugin is told so by the host.
    ...(gone ? {} : { photo: openPhoto(objects, organisationId, summary.file) }),
    reportFiles: (sha256) => {
      const file = gone ? undefined : report.files.find((derived) => derived.sha256 === sha256);
      return file && openFile(objects, organisationId, file);
    },
    lockSubject: async (tx) => {
      if (!(await lockRun(tx, runId))) throw new Problem('run_not_found');
    },
    signal,
  });
  return { id, runId, format, files: withUrls(runId, id, files) };
}

export function withUrls(runId: string, exportId: string, files: readonly WrittenFile[]) {
  return files.map((file) => ({
    ...file,
    url: routeUrl(runRoutes.file, { id: runId, name: file.name }, { plugin: file.plugin, exportId }),
  }));
}
