import { randomUUID } from 'node:crypto';
import { expressionBuilder, sql, type Expression, type SqlBool } from 'kysely';
import type { HookFile } from '@proofpix/contract/hooks';
import type { Json } from '@proofpix/contract/json';
import type { RunState, RunSummary, Step } from '@proofpix/contract/runs';
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
        select sha256, size from files where organisation_id = ${organisationId}::uuid and deleted_at is null
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
    where not exists (select from files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256 and f.deleted_at is null)
      and not exists (select from run_files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256)
      and not exists (select from export_files as f where f.organisation_id = ${organisationId}::uuid and f.sha256 = given.sha256)
      and not exists (select from plugins as p where p.organisation_id = ${organisationId}::uuid and p.archive_digest = given.sha256)
      and not exists (select from plugin_restore_points as p where p.organisation_id = ${organisationId}::uuid and p.archive_digest = given.sha256)
      and not exists (select from submissions as s where s.organisation_id = ${organisationId}::uuid and s.archive_digest = given.sha256)
  `.execute(tx);
  return found.rows.map(({ sha256 }) => sha256);
}

export type NewBatch = {
  organisationId: string;
  createdBy: string;
  photos: readonly Omit<HookFile, 'id'>[];
  plugins: readonly string[];
  options: { readonly [key: string]: Json };
  /** As the organisation says, when left out. */
  deletePhoto?: boolean | undefined;
  stepsTotal: number;
};

/** A batch with its files and runs, in the order of the photos. */
export async function insertBatch(tx: Tx, batch: NewBatch): Promise<{ batchId: string; runIds: string[] }> {
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
        delete_photo:
          batch.deletePhoto ??
          sql<boolean>`coalesce((select delete_photos from privacy_settings where organisation_id = ${batch.organisationId}::uuid), false)`,
      })),
    )
    .execute();
  return { batchId, runIds };
}

/** In the order of its photos. */
export async function summariesOfBatch(tx: Tx, batchId: string): Promise<RunSummary[]> {
  const rows = await summaries(tx)
    .where('runs.batch_id', '=', batchId)
    .orderBy('runs.created_at')
    .orderBy('runs.id')
    .execute();
  return rows.map(toSummary);
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
    .leftJoin('exhibits', (join) =>
      join.onRef('exhibits.organisation_id', '=', 'runs.organisation_id').onRef('exhibits.run_id', '=', 'runs.id'),
    )
    .leftJoin('cases', (join) =>
      join.onRef('cases.organisation_id', '=', 'exhibits.organisation_id').onRef('cases.id', '=', 'exhibits.case_id'),
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
      'files.deleted_at as photo_deleted_at',
      'cases.id as case_id',
      'cases.title as case_title',
      'exhibits.number as exhibit_number',
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
    case: caseOf(row),
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    ...(row.photo_deleted_at === null ? {} : { photoDeletedAt: row.photo_deleted_at.toISOString() }),
  };
}

function caseOf({ case_id: id, case_title: title, exhibit_number: exhibit }: SummaryRow): RunSummary['case'] {
  return id === null || title === null || exhibit === null ? null : { id, title, exhibit };
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
  found?: 'findings' | 'nothing' | 'strong' | 'possible' | undefined;
  caseId?: string | undefined;
  plugin?: string | undefined;
  /** Received at this time or later, and before that one. */
  since?: Date | undefined;
  before?: Date | undefined;
};

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listSummaries(tx: Tx, filter: RunFilter, after: Position | null, limit: number) {
  const meant = conditionOf(filter);
  const counted = await tx
    .selectFrom(
      tx
        .selectFrom('runs')
        .innerJoin('files', (join) =>
          join.onRef('files.organisation_id', '=', 'runs.organisation_id').onRef('files.id', '=', 'runs.file_id'),
        )
        .select('runs.id')
        .where(meant)
        .limit(countedRows)
        .as('counted'),
    )
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  let page = summaries(tx)
    .where(meant)
    .orderBy('runs.created_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(limit + 1);
  if (after) page = page.where(sql<boolean>`(runs.created_at, runs.id) < (${after.at}, ${after.id}::uuid)`);
  return { rows: await page.execute(), counted: Number(counted.count) };
}

function conditionOf({ state, batchId, search, found, caseId, plugin, since, before }: RunFilter): Expression<SqlBool> {
  const { eb, and, exists, selectFrom } = expressionBuilder<Tables, 'runs' | 'files'>();
  const all: Expression<SqlBool>[] = [];
  if (state !== undefined) all.push(eb('runs.state', '=', state));
  if (batchId !== undefined) all.push(eb('runs.batch_id', '=', batchId));
  // Only of finished runs: one that waits has found nothing yet, which is not the same.
  if (found === 'nothing') all.push(eb('runs.has_findings', '=', false), eb('runs.state', '=', 'done'));
  if (found === 'findings') all.push(eb('runs.has_findings', '=', true));
  if (found === 'strong') all.push(eb('runs.findings_strong', '>', 0));
  if (found === 'possible') all.push(eb('runs.findings_possible', '>', 0), eb('runs.findings_strong', '=', 0));
  if (caseId !== undefined)
    all.push(eb('runs.id', 'in', selectFrom('exhibits').select('exhibits.run_id').where('case_id', '=', caseId)));
  if (plugin !== undefined)
    all.push(
      exists(
        selectFrom('run_steps')
          .select('run_steps.id')
          .whereRef('run_steps.organisation_id', '=', 'runs.organisation_id')
          .whereRef('run_steps.run_id', '=', 'runs.id')
          .where('plugin_id', '=', plugin),
      ),
    );
  if (since !== undefined) all.push(eb('runs.created_at', '>=', since));
  if (before !== undefined) all.push(eb('runs.created_at', '<', before));
  if (search !== undefined && search.trim() !== '') all.push(eb('files.name', 'ilike', containing(search)));
  return and(all);
}

/** A pattern that finds the text anywhere, taken as it stands. */
export function containing(text: string): string {
  return `%${cleanText(text.trim()).replaceAll(/[\\%_]/g, '\\$&')}%`;
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

/** Marks the bytes of a run that is over as gone, where that was asked for. Gives their digests; null where it was not. */
export async function markPhotoDeleted(
  tx: Tx,
  runId: string,
): Promise<{ file: string; sha256: string; digests: string[] } | null> {
  const { rows } = await sql<{ id: string; sha256: string }>`update files set deleted_at = clock_timestamp()
    from runs where runs.id = ${runId}::uuid and runs.delete_photo and files.organisation_id = runs.organisation_id
      and files.id = runs.file_id and files.deleted_at is null
    returning files.id, files.sha256`.execute(tx);
  const [file] = rows;
  if (file === undefined) return null;
  const derived = await tx.deleteFrom('run_files').where('run_id', '=', runId).returning('sha256').execute();
  return { file: file.id, sha256: file.sha256, digests: [file.sha256, ...derived.map(({ sha256 }) => sha256)] };
}

/** Deleted lately: a crash may have come between the rows and the bytes. Of all organisations: only as system. */
export async function findDeletedLately(tx: Tx): Promise<{ organisation_id: string; sha256: string }[]> {
  return tx
    .selectFrom('files')
    .select(['organisation_id', 'sha256'])
    .where('deleted_at', '>', sql<Date>`clock_timestamp() - interval '7 days'`)
    .execute();
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
