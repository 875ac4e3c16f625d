import { randomUUID } from 'node:crypto';
import { sql, type SelectQueryBuilder } from 'kysely';
import type { HookFile } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { DerivedFile, RunState, RunSummary, Step } from '@proofpix/contract/runs';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';

/** Waits for others who count or remove objects of the organisation; held until the transaction ends. */
export async function lockObjects(tx: Tx, organisationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`objects/${organisationId}`}, 0))`.execute(tx);
}

/** Bytes of all photos and derived files of the organisation; the same bytes count once, as they are stored once. */
export async function storedBytes(tx: Tx, organisationId: string): Promise<number> {
  const found = await sql<{ bytes: number }>`
    select coalesce(sum(size), 0)::bigint as bytes from (
      select sha256, max(size) as size from (
        select sha256, size from files where organisation_id = ${organisationId}::uuid
        union all select sha256, size from run_files where organisation_id = ${organisationId}::uuid
        union all select sha256, size from export_files where organisation_id = ${organisationId}::uuid
      ) as every_file group by sha256
    ) as every_object`.execute(tx);
  return Number(found.rows[0]?.bytes ?? 0);
}

/** Those of the digests that nothing of the organisation needs. Packages of plugins lie in the same store. */
export async function unusedObjects(tx: Tx, organisationId: string, digests: readonly string[]): Promise<string[]> {
  const found = await sql<{ sha256: string }>`
    select sha256 from jsonb_array_elements_text(${jsonText(digests)}::jsonb) as given (sha256)
    where not exists (select from files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256)
      and not exists (select from run_files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256)
      and not exists (select from export_files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256)
      and not exists (select from plugins as p where p.organisation_id = ${organisationId}::uuid and p.archive_digest = given.sha256)
  `.execute(tx);
  return found.rows.map(({ sha256 }) => sha256);
}

export type NewBatch = {
  organisationId: string;
  createdBy: string;
  photos: readonly Omit<HookFile, 'id'>[];
  plugins: readonly string[];
  options: { readonly [key: string]: Json };
  stepsTotal: number;
};

/** A batch with its files and runs, in the order of the photos. */
export async function insertBatch(tx: Tx, batch: NewBatch): Promise<{ batchId: string; runs: RunSummary[] }> {
  const owned = { organisation_id: batch.organisationId, created_by: batch.createdBy };
  const { id: batchId } = await tx.insertInto('batches').values(owned).returning('id').executeTakeFirstOrThrow();
  const fileIds = orderedIds(batch.photos.length);
  const runIds = orderedIds(batch.photos.length);
  await tx
    .insertInto('files')
    .values(
      batch.photos.map(({ name, type, size, sha256 }, index) => ({
        id: fileIds[index],
        ...owned,
        name: cleanText(name),
        type,
        size,
        sha256,
      })),
    )
    .execute();
  await tx
    .insertInto('runs')
    .values(
      fileIds.map((id, index) => ({
        id: runIds[index],
        ...owned,
        batch_id: batchId,
        file_id: id,
        plugins: jsonText(batch.plugins),
        options: jsonText(batch.options),
        steps_total: batch.stepsTotal,
      })),
    )
    .execute();
  const rows = await summaries(tx)
    .where('runs.batch_id', '=', batchId)
    .orderBy('runs.created_at')
    .orderBy('runs.id')
    .execute();
  return { batchId, runs: rows.map(toSummary) };
}

/** UUIDs (version 7) that sort as they are counted: the database's own ones tie when a statement writes many rows at once. */
function orderedIds(count: number): string[] {
  const time = Date.now().toString(16).padStart(12, '0');
  return Array.from({ length: count }, (_, index) => {
    const random = randomUUID();
    return `${time.slice(0, 8)}-${time.slice(8)}-7${index.toString(16).padStart(3, '0')}${random.slice(18)}`;
  });
}

/** The columns of a summary: the big ones of a run are not among them. */
export function summaries(tx: Tx) {
  return tx
    .selectFrom('runs')
    .innerJoin('files', (join) =>
      join.onRef('files.organisation_id', '=', 'runs.organisation_id').onRef('files.id', '=', 'runs.file_id'),
    )
    .select([
      'runs.id',
      'runs.organisation_id',
      'runs.batch_id',
      'runs.state',
      'runs.plugins',
      'runs.steps_done',
      'runs.steps_total',
      'runs.failed_steps',
      'runs.findings_strong',
      'runs.findings_possible',
      'runs.findings_note',
      'runs.error',
      'runs.created_at',
      'runs.started_at',
      'runs.finished_at',
      'files.id as file_id',
      'files.name as file_name',
      'files.type as file_type',
      'files.size as file_size',
      'files.sha256 as file_sha256',
    ]);
}
export type SummaryRow = Awaited<ReturnType<ReturnType<typeof summaries>['execute']>>[number];

export function toSummary(row: SummaryRow): RunSummary {
  return {
    id: row.id,
    batchId: row.batch_id,
    state: row.state,
    file: toFile(row),
    plugins: row.plugins,
    stepsDone: row.steps_done,
    stepsTotal: row.steps_total,
    findingCounts: { strong: row.findings_strong, possible: row.findings_possible, note: row.findings_note },
    failedSteps: row.failed_steps,
    ...(row.error === null ? {} : { error: row.error }),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}

function toFile(row: Pick<SummaryRow, 'file_id' | 'file_name' | 'file_type' | 'file_size' | 'file_sha256'>): HookFile {
  return { id: row.file_id, name: row.file_name, type: row.file_type, size: row.file_size, sha256: row.file_sha256 };
}

export async function findSummary(tx: Tx, runId: string): Promise<RunSummary | undefined> {
  const row = await summaries(tx).where('runs.id', '=', runId).executeTakeFirst();
  return row && toSummary(row);
}

export async function findSteps(tx: Tx, runId: string): Promise<Step[]> {
  const rows = await tx.selectFrom('run_steps').selectAll().where('run_id', '=', runId).orderBy('position').execute();
  return rows.map((row) => ({
    hook: row.hook,
    plugin: row.plugin_id,
    version: row.version,
    digest: row.digest,
    ok: row.ok,
    ...(row.ok ? { result: row.result } : {}),
    ...(row.error === null ? {} : { error: row.error }),
    ...(row.notes.length === 0 ? {} : { notes: row.notes }),
    files: row.files,
    usage: row.usage,
    milliseconds: row.milliseconds,
    inputDigest: row.input_digest,
    outputDigest: row.output_digest,
  }));
}

export type RunFilter = {
  state?: RunState | undefined;
  batchId?: string | undefined;
  search?: string | undefined;
  found?: 'findings' | 'nothing' | undefined;
};

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listSummaries(tx: Tx, filter: RunFilter, after: Position | null, limit: number) {
  const counted = await tx
    .selectFrom(
      filtered(tx.selectFrom('runs').innerJoin('files', 'files.id', 'runs.file_id').select('runs.id'), filter)
        .limit(countedRows)
        .as('counted'),
    )
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = filtered(summaries(tx), filter)
    .orderBy('runs.created_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(runs.created_at, runs.id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

function filtered<Row>(
  query: SelectQueryBuilder<Tables, 'runs' | 'files', Row>,
  { state, batchId, search, found }: RunFilter,
) {
  if (state !== undefined) query = query.where('runs.state', '=', state);
  if (batchId !== undefined) query = query.where('runs.batch_id', '=', batchId);
  // Only of finished runs: one that waits has found nothing yet, which is not the same.
  if (found !== undefined) query = query.where('runs.has_findings', '=', found === 'findings');
  if (found === 'nothing') query = query.where('runs.state', '=', 'done');
  if (search !== undefined && search.trim() !== '') {
    query = query.where('files.name', 'ilike', `%${cleanText(search.trim()).replaceAll(/[\\%_]/g, '\\$&')}%`);
  }
  return query;
}

/** Whether this organisation has this file: a photo by its id. */
export async function findFile(tx: Tx, fileId: string): Promise<HookFile | undefined> {
  return tx
    .selectFrom('files')
    .select(['id', 'name', 'type', 'size', 'sha256'])
    .where('id', '=', fileId)
    .executeTakeFirst();
}

/** Keeps a run from being deleted until the transaction ends. False where there is none. */
export async function lockRun(tx: Tx, runId: string): Promise<boolean> {
  const found = await tx.selectFrom('runs').select('id').where('id', '=', runId).forUpdate().executeTakeFirst();
  return found !== undefined;
}

/** Deletes a run with everything that hangs on it. Gives the digests that it referred to, or undefined where there was none. */
export async function deleteRun(tx: Tx, runId: string): Promise<string[] | undefined> {
  // Whoever adds a file holds this lock too: no file can appear between the look at the digests and the delete.
  if (!(await lockRun(tx, runId))) return undefined;
  const digests = await sql<{ sha256: string }>`
    select f.sha256 from runs as r join files as f on f.organisation_id = r.organisation_id and f.id = r.file_id where r.id = ${runId}::uuid
    union select sha256 from run_files where run_id = ${runId}::uuid
    union select x.sha256 from exports as e join export_files as x on x.organisation_id = e.organisation_id and x.export_id = e.id
      where e.run_id = ${runId}::uuid`.execute(tx);
  const gone = await tx
    .deleteFrom('runs')
    .where('id', '=', runId)
    .returning(['file_id', 'batch_id'])
    .executeTakeFirstOrThrow();
  await tx
    .deleteFrom('files')
    .where('id', '=', gone.file_id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('runs.id').where('file_id', '=', gone.file_id))),
    )
    .execute();
  await tx
    .deleteFrom('batches')
    .where('id', '=', gone.batch_id)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('runs').select('runs.id').where('batch_id', '=', gone.batch_id))),
    )
    .execute();
  return digests.rows.map(({ sha256 }) => sha256);
}

export type StoredFile = { name: string; sha256: string; size: number; type: string };

/** A derived file of a run: the first of that name, or that of the plugin. */
export async function findRunFile(
  tx: Tx,
  runId: string,
  name: string,
  plugin?: string,
): Promise<StoredFile | undefined> {
  let query = tx
    .selectFrom('run_files')
    .select(['name', 'sha256', 'size', 'type'])
    .where('run_id', '=', runId)
    .where('name', '=', name);
  if (plugin !== undefined) query = query.where('plugin_id', '=', plugin);
  return query.orderBy('created_at').orderBy('id').executeTakeFirst();
}

export type ExportFileOf = { runId: string; exportId: string; name: string; plugin?: string | undefined };

export async function findExportFile(
  tx: Tx,
  { runId, exportId, name, plugin }: ExportFileOf,
): Promise<StoredFile | undefined> {
  let query = tx
    .selectFrom('export_files')
    .innerJoin('exports', (join) =>
      join
        .onRef('exports.organisation_id', '=', 'export_files.organisation_id')
        .onRef('exports.id', '=', 'export_files.export_id'),
    )
    .select(['name', 'sha256', 'size', 'type'])
    .where('exports.run_id', '=', runId)
    .where('exports.id', '=', exportId)
    .where('name', '=', name);
  if (plugin !== undefined) query = query.where('plugin_id', '=', plugin);
  return query.orderBy('export_files.created_at').orderBy('export_files.id').executeTakeFirst();
}

export type NewExport = {
  organisationId: string;
  runId: string;
  format: string;
  createdBy: string;
  files: readonly (DerivedFile & { plugin: string })[];
};

/** The id of the stored export. */
export async function insertExport(tx: Tx, made: NewExport): Promise<string> {
  const owned = { organisation_id: made.organisationId };
  const { id } = await tx
    .insertInto('exports')
    .values({ ...owned, run_id: made.runId, format: cleanText(made.format), created_by: made.createdBy })
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
