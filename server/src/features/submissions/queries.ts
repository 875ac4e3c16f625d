import { sql, type Selectable } from 'kysely';
import type { NewSubmissionComment } from '@proofpix/contract/api/submissions';
import type { ComponentList } from '@proofpix/contract/dependencies';
import { cleanText } from '@proofpix/host/clean-text';
import type { Manifest } from '@proofpix/contract/manifest';
import type { SubmissionState } from '@proofpix/contract/publishing';
import type { ScanResult } from '@proofpix/contract/scan';
import type { SubmissionProblem } from '../../db/publishing-tables.ts';
import type { Tables } from '../../db/tables.ts';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';

export type SubmissionRow = Selectable<Tables['submissions']>;
export type StepRow = Selectable<Tables['submission_steps']>;
export type Side = StepRow['side'];

const ended: SubmissionState[] = ['released', 'rejected', 'withdrawn'];

export async function findSubmission(tx: Tx, id: string): Promise<SubmissionRow | undefined> {
  return tx.selectFrom('submissions').selectAll().where('id', '=', id).executeTakeFirst();
}

/** The same, and nobody else changes it before this transaction is done. */
export async function lockSubmission(tx: Tx, id: string): Promise<SubmissionRow | undefined> {
  return tx.selectFrom('submissions').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** Newest first; one row more than the limit. */
export async function listSubmissions(
  tx: Tx,
  { state }: { state?: SubmissionState | undefined },
  after: Position | null,
  limit: number,
): Promise<{ rows: SubmissionRow[]; counted: number }> {
  let counting = tx.selectFrom('submissions').select('id');
  let listing = tx.selectFrom('submissions').selectAll();
  if (state !== undefined) {
    counting = counting.where('state', '=', state);
    listing = listing.where('state', '=', state);
  }
  if (after) listing = listing.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(counting.limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  const rows = await listing
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  return { rows, counted: Number(counted.count) };
}

/** One organisation's are made one after the other: many at once must not go over their number. */
export async function countOpen(tx: Tx, organisationId: string): Promise<number> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`submissions ${organisationId}`}, 0))`.execute(tx);
  const { count } = await tx
    .selectFrom('submissions')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('organisation_id', '=', organisationId)
    .where('state', 'not in', ended)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export type Sent = {
  archiveDigest: string;
  archiveSize: number;
  fileName: string;
  signatureFile: string | null;
};

export async function insertSubmission(
  tx: Tx,
  given: Sent & {
    organisationId: string;
    publisher: string;
    channel: 'stable' | 'beta';
    by: string | null;
  },
): Promise<string> {
  const { id } = await tx
    .insertInto('submissions')
    .values({
      organisation_id: given.organisationId,
      publisher: given.publisher,
      channel: given.channel,
      state: 'received',
      created_by: given.by,
      ...columnsOf(given),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function columnsOf(sent: Sent) {
  return {
    archive_digest: sent.archiveDigest,
    archive_size: sent.archiveSize,
    file_name: cleanText(sent.fileName),
    signature_file: sent.signatureFile,
  };
}

/** What was read of the package before is forgotten: the new one may be another plugin in another version. */
const unread = {
  plugin_id: null,
  version: null,
  digest: null,
  manifest: null,
  readme: null,
  changelog: null,
  scan: null,
  components: null,
  problem: null,
};

export async function replacePackage(tx: Tx, id: string, sent: Sent): Promise<void> {
  await tx
    .updateTable('submissions')
    .set((row) => ({ ...columnsOf(sent), ...unread, attempt: row('attempt', '+', 1) }))
    .where('id', '=', id)
    .execute();
}

export type Read = {
  archiveDigest: string;
  archiveSize: number;
  pluginId: string;
  version: string;
  digest: string;
  manifest: Manifest;
  readme: string | null;
  changelog: string | null;
  scan: ScanResult;
  components: ComponentList;
};

export async function saveRead(tx: Tx, id: string, read: Read): Promise<void> {
  await tx
    .updateTable('submissions')
    .set({
      archive_digest: read.archiveDigest,
      archive_size: read.archiveSize,
      plugin_id: read.pluginId,
      version: read.version,
      digest: read.digest,
      manifest: jsonText(read.manifest),
      readme: read.readme,
      changelog: read.changelog,
      scan: jsonText(read.scan),
      components: jsonText(read.components),
    })
    .where('id', '=', id)
    .execute();
}

export async function saveProblem(tx: Tx, id: string, problem: SubmissionProblem): Promise<void> {
  await tx
    .updateTable('submissions')
    .set({ problem: jsonText(problem) })
    .where('id', '=', id)
    .execute();
}

/** Another submission of the same version that is under way or was released. */
export async function findSameVersion(
  tx: Tx,
  { publisher, pluginId, version, id }: { publisher: string; pluginId: string; version: string; id: string },
): Promise<SubmissionState | null> {
  const row = await tx
    .selectFrom('submissions')
    .select('state')
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .where('version', '=', version)
    .where('state', 'not in', ['withdrawn', 'rejected'])
    .where('id', '<>', id)
    .executeTakeFirst();
  return row?.state ?? null;
}

export type Step = { state: SubmissionState; side: Side; actor: string | null; reason: string | null };

/** The change and its line in the history. */
export async function setState(
  tx: Tx,
  { id, organisation_id }: Pick<SubmissionRow, 'id' | 'organisation_id'>,
  step: Step,
): Promise<void> {
  const now = new Date();
  await tx
    .updateTable('submissions')
    .set({
      state: step.state,
      state_since: now,
      ...(step.state === 'in-review'
        ? { claimed_by: step.actor, claimed_at: now }
        : { claimed_by: null, claimed_at: null }),
    })
    .where('id', '=', id)
    .execute();
  await tx
    .insertInto('submission_steps')
    .values({
      organisation_id,
      submission_id: id,
      state: step.state,
      side: step.side,
      actor: step.actor,
      reason: step.reason === null ? null : cleanText(step.reason),
    })
    .execute();
}

export async function setSent(tx: Tx, id: string): Promise<void> {
  await tx.updateTable('submissions').set({ sent_at: new Date() }).where('id', '=', id).execute();
}

export async function listSteps(tx: Tx, submissionId: string): Promise<StepRow[]> {
  return tx
    .selectFrom('submission_steps')
    .selectAll()
    .where('submission_id', '=', submissionId)
    .orderBy('created_at')
    .orderBy('id')
    .limit(1_000)
    .execute();
}

export type CommentRow = Selectable<Tables['submission_comments']> & { author_name: string | null };

export async function listComments(tx: Tx, submissionId: string, limit: number): Promise<CommentRow[]> {
  return tx
    .selectFrom('submission_comments as said')
    .leftJoin('users as author', 'author.id', 'said.author')
    .selectAll('said')
    .select('author.name as author_name')
    .where('said.submission_id', '=', submissionId)
    .orderBy('said.created_at')
    .orderBy('said.id')
    .limit(limit)
    .execute();
}

export async function countComments(tx: Tx, submissionId: string): Promise<number> {
  const { count } = await tx
    .selectFrom('submission_comments')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('submission_id', '=', submissionId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

export async function insertComment(
  tx: Tx,
  { id, organisation_id, attempt }: SubmissionRow,
  said: NewSubmissionComment & { side: 'publisher' | 'marketplace'; author: string },
): Promise<string> {
  const row = await tx
    .insertInto('submission_comments')
    .values({
      organisation_id,
      submission_id: id,
      attempt,
      side: said.side,
      author: said.author,
      text: cleanText(said.text),
      file: said.file === undefined ? null : cleanText(said.file),
      line: said.line ?? null,
      rule: said.rule === undefined ? null : cleanText(said.rule),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return row.id;
}

export async function countApprovals(tx: Tx, { id, attempt }: Pick<SubmissionRow, 'id' | 'attempt'>): Promise<number> {
  const { count } = await tx
    .selectFrom('submission_approvals')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('submission_id', '=', id)
    .where('attempt', '=', attempt)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** As system: over the submissions of all organisations, by when they were sent. */
export async function findQueuePlace(tx: Tx, id: string): Promise<{ position: number; of: number } | null> {
  const { rows } = await sql<{ position: number; of: number }>`
    select position::int, of::int from (
      select id, row_number() over (order by sent_at, id) as position, count(*) over () as of
      from submissions where state in ('waiting', 'in-review')
    ) as queue where id = ${id}::uuid`.execute(tx);
  return rows[0] ?? null;
}
