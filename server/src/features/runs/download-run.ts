import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { findExportFile } from './exports/queries.ts';
import { findRunFile, findSummary, type StoredFile } from './queries.ts';

/** @throws Problem run_not_found, photo_deleted */
export async function findPhoto(db: Database, organisationId: string, runId: string): Promise<StoredFile> {
  const summary = await withOrganisation(db, organisationId, (tx) => findSummary(tx, runId));
  if (summary === undefined) throw new Problem('run_not_found');
  if (summary.photoDeletedAt !== undefined) throw new Problem('photo_deleted');
  return summary.file;
}

export type FileAsked = { runId: string; name: string; plugin?: string | undefined; exportId?: string | undefined };

/** A derived file of a run, or a file of an export of it. @throws Problem run_not_found, file_not_found */
export async function findDerived(db: Database, organisationId: string, asked: FileAsked): Promise<StoredFile> {
  const { runId, name, plugin, exportId } = asked;
  return withOrganisation(db, organisationId, async (tx) => {
    if ((await findSummary(tx, runId)) === undefined) throw new Problem('run_not_found');
    const file =
      exportId === undefined
        ? await findRunFile(tx, runId, name, plugin)
        : await findExportFile(tx, { subject: { runId }, exportId, name, plugin });
    if (file === undefined) throw new Problem('file_not_found');
    return file;
  });
}
