import type { DerivedFile } from '@proofpix/contract/runs';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../../db/tenancy.ts';
import type { StoredFile } from '../queries.ts';

/** What a report is about. */
export type Subject = { runId: string } | { caseId: string };

const columnOf = (subject: Subject) => ('runId' in subject ? 'exports.run_id' : 'exports.case_id');
const idOf = (subject: Subject) => ('runId' in subject ? subject.runId : subject.caseId);

export type ExportFileOf = { subject: Subject; exportId: string; name: string; plugin?: string | undefined };

export async function findExportFile(
  tx: Tx,
  { subject, exportId, name, plugin }: ExportFileOf,
): Promise<StoredFile | undefined> {
  let query = filesOf(tx, subject)
    .select(['export_files.name', 'export_files.sha256', 'export_files.size', 'export_files.type'])
    .where('exports.id', '=', exportId)
    .where('export_files.name', '=', name);
  if (plugin !== undefined) query = query.where('export_files.plugin_id', '=', plugin);
  return query.orderBy('export_files.created_at').orderBy('export_files.id').executeTakeFirst();
}

function filesOf(tx: Tx, subject: Subject) {
  return tx
    .selectFrom('export_files')
    .innerJoin('exports', (join) =>
      join
        .onRef('exports.organisation_id', '=', 'export_files.organisation_id')
        .onRef('exports.id', '=', 'export_files.export_id'),
    )
    .where(columnOf(subject), '=', idOf(subject));
}

export type NewExport = {
  organisationId: string;
  subject: Subject;
  format: string;
  createdBy: string;
  files: readonly WrittenFile[];
};
export type WrittenFile = DerivedFile & { plugin: string };

/** The id of the stored export. */
export async function insertExport(tx: Tx, made: NewExport): Promise<string> {
  const owned = { organisation_id: made.organisationId };
  const about = 'runId' in made.subject ? { run_id: made.subject.runId } : { case_id: made.subject.caseId };
  const { id } = await tx
    .insertInto('exports')
    .values({ ...owned, ...about, format: cleanText(made.format), created_by: made.createdBy })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('export_files')
    .values(
      made.files.map(({ plugin, name, sha256, size, type }) => ({
        ...owned,
        export_id: id,
        plugin_id: plugin,
        name,
        sha256,
        size,
        type,
      })),
    )
    .execute();
  return id;
}

export type StoredExport = { id: string; format: string; createdAt: Date; files: WrittenFile[] };

/** The newest ones, newest first, each with its files in the order in which they were written. */
export async function listExports(tx: Tx, subject: Subject, limit: number): Promise<StoredExport[]> {
  const exports = await tx
    .selectFrom('exports')
    .select(['id', 'format', 'created_at'])
    .where(columnOf(subject), '=', idOf(subject))
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  if (exports.length === 0) return [];
  const files = await filesOf(tx, subject)
    .select((row) => [row.ref('export_files.export_id').as('export_id'), 'export_files.plugin_id as plugin'])
    .select(['export_files.name', 'export_files.sha256', 'export_files.size', 'export_files.type'])
    .where(
      'exports.id',
      'in',
      exports.map(({ id }) => id),
    )
    .orderBy('export_files.created_at')
    .orderBy('export_files.id')
    .execute();
  const byExport = Map.groupBy(files, ({ export_id }) => export_id);
  return exports.map(({ id, format, created_at }) => ({
    id,
    format,
    createdAt: created_at,
    files: (byExport.get(id) ?? []).map(({ plugin, name, sha256, size, type }) => ({
      plugin,
      name,
      sha256,
      size,
      type,
    })),
  }));
}
