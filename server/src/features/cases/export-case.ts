import type { Static } from 'typebox';
import { caseRoutes, type CaseExportReply } from '@proofpix/contract/api/cases';
import { routeUrl } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteBody, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { findExportFile, listExports, type WrittenFile } from '../runs/exports/queries.ts';
import { writeExport } from '../runs/exports/write-export.ts';
import { openFile } from '../runs/open-photo.ts';
import type { Runs } from '../runs/open-runs.ts';
import type { StoredFile } from '../runs/queries.ts';
import { composeReport, type ComposedReport } from './compose-report.ts';
import { jsonBytes } from './fit-exhibit.ts';
import { findCase, lockCase } from './queries.ts';
import type { Actor } from '../audit/record-act.ts';

export type CaseExportRequest = RouteBody<typeof caseRoutes.export> & {
  organisationId: string;
  userId: string;
  actor: Actor;
  caseId: string;
};

/**
 * Lets the plugins write one report of all exhibits of a case.
 * @throws Problem case_not_found, case_empty, run_not_finished, case_too_large, export_failed, storage_full
 */
export async function exportCase(
  runs: Runs,
  { caseId, ...request }: CaseExportRequest,
  signal: AbortSignal,
): Promise<Static<typeof CaseExportReply>> {
  const { db, objects } = runs;
  const { organisationId, userId, format, options } = request;
  // A missing case is missing whether or not there is a plugin for the format.
  await findOrThrow(db, organisationId, caseId);
  let files: ComposedReport['files'] = new Map();
  const made = await writeExport(runs, {
    ...request,
    subject: { caseId },
    report: async () => {
      const composed = await composeReport(
        db,
        { organisationId, userId, caseId },
        jsonBytes({ report: null, format, options }),
      );
      files = composed.files;
      return composed.report;
    },
    reportFiles: (sha256) => {
      const file = files.get(sha256);
      return file && openFile(objects, organisationId, file);
    },
    deadline: limits.caseExportMilliseconds,
    lockSubject: async (tx) => {
      if ((await lockCase(tx, caseId)) === undefined) throw new Problem('case_not_found');
    },
    signal,
  });
  return { id: made.id, caseId, format, files: withUrls(caseId, made.id, made.files) };
}

/** @throws Problem case_not_found */
export async function listCaseExports(
  db: Database,
  organisationId: string,
  caseId: string,
): Promise<RouteReply<typeof caseRoutes.exports>> {
  await findOrThrow(db, organisationId, caseId);
  const exports = await withOrganisation(db, organisationId, (tx) => listExports(tx, { caseId }, limits.exportsListed));
  return {
    items: exports.map(({ id, format, createdAt, files }) => ({
      id,
      caseId,
      format,
      createdAt: createdAt.toISOString(),
      files: withUrls(caseId, id, files),
    })),
  };
}

export type CaseFileAsked = { caseId: string; name: string; plugin: string; exportId: string };

/** @throws Problem case_not_found, file_not_found */
export async function findCaseFile(
  db: Database,
  organisationId: string,
  { caseId, ...asked }: CaseFileAsked,
): Promise<StoredFile> {
  await findOrThrow(db, organisationId, caseId);
  const file = await withOrganisation(db, organisationId, (tx) =>
    findExportFile(tx, { ...asked, subject: { caseId } }),
  );
  if (file === undefined) throw new Problem('file_not_found');
  return file;
}

async function findOrThrow(db: Database, organisationId: string, caseId: string): Promise<void> {
  const found = await withOrganisation(db, organisationId, (tx) => findCase(tx, caseId));
  if (found === undefined) throw new Problem('case_not_found');
}

function withUrls(caseId: string, exportId: string, files: readonly WrittenFile[]) {
  return files.map((file) => ({
    ...file,
    url: routeUrl(caseRoutes.file, { id: caseId, name: file.name }, { plugin: file.plugin, exportId }),
  }));
}
