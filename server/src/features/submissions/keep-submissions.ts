import type {
  NewSubmissionComment,
  SourceFile,
  SourceList,
  Submission,
  SubmissionComment,
  SubmissionSummary,
} from '@proofpix/contract/api/submissions';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { SubmissionState } from '@proofpix/contract/publishing';
import { asSystem, withOrganisation, type Tx } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { recordAct, userOf, type Actor } from '../audit/record-act.ts';
import { listReleases, type ReleaseRow } from '../releases/queries.ts';
import { prepareRelease, publishRelease } from '../releases/publish-release.ts';
import { changeState, ownSubmission } from './change-state.ts';
import { previousOf } from './compare-release.ts';
import type { SubmissionParts } from './parts.ts';
import {
  countComments,
  findSubmission,
  insertComment,
  listComments,
  listSubmissions,
  lockSubmission,
  setSent,
  type SubmissionRow,
} from './queries.ts';
import { aroundSubmission, showComment, showSubmission, showSummary } from './show-submission.ts';
import { listSource, readSource } from './source-files.ts';

type Own = { organisationId: string; actor: Actor; userId: string; id: string };
type Parts = SubmissionParts;

export async function readSubmissions(
  { db }: Pick<Parts, 'db'>,
  organisationId: string,
  query: { cursor?: string | undefined; limit?: number | undefined; state?: SubmissionState | undefined },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const found = await withOrganisation(db, organisationId, (tx) => listSubmissions(tx, query, after, size));
  return pageOf<SubmissionRow, SubmissionSummary>(found.rows, found.counted, size, {
    item: showSummary,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

/** @throws Problem submission_not_found */
export async function readSubmission(
  { db }: Pick<Parts, 'db'>,
  { organisationId, userId, id }: Omit<Own, 'actor'>,
): Promise<Submission> {
  const row = await withOrganisation(db, organisationId, (tx) => findSubmission(tx, id));
  if (row === undefined) throw new Problem('submission_not_found');
  const around = await asSystem(db, 'reviews', (tx) => aroundSubmission(tx, row));
  return withOrganisation(db, organisationId, (tx) => showSubmission(tx, row, around, { kind: 'publisher', userId }));
}

/**
 * To review; of what was rejected, an appeal. What the stated rules approve is released at once.
 * @throws Problem submission_not_found, submission_state, release_exists, package_killed
 */
export async function sendSubmission(parts: Parts, own: Own, note: string | undefined): Promise<Submission> {
  const { db, objects } = parts;
  const { organisationId, id, actor } = own;
  const known = await withOrganisation(db, organisationId, (tx) => ownSubmission(tx, id));
  const { automatic } = await asSystem(db, 'reviews', (tx) => aroundSubmission(tx, known));
  if (known.state === 'draft' && automatic?.approves === true) {
    const prepared = await prepareRelease(objects, known);
    await asSystem(db, 'reviews', async (tx) => {
      const row = await lockSubmission(tx, id);
      if (row?.attempt !== known.attempt) throw new Problem('submission_state');
      await setSent(tx, id);
      const reason = 'Approved by the stated rules.';
      await changeState(tx, row, { state: 'released', side: 'server', actor: null, reason });
      await record(tx, own, 'submission.send', note);
      await publishRelease(tx, parts, row, prepared, { approvedBy: 'rules', actor });
    });
    return readSubmission(parts, own);
  }
  await withOrganisation(db, organisationId, async (tx) => {
    const row = await ownSubmission(tx, id);
    await changeState(tx, row, { state: 'waiting', side: 'publisher', actor: userOf(actor), reason: note ?? null });
    await setSent(tx, id);
    await record(tx, own, 'submission.send', note);
  });
  return readSubmission(parts, own);
}

/** @throws Problem submission_not_found, submission_state */
export async function withdrawSubmission(parts: Parts, own: Own): Promise<Submission> {
  await withOrganisation(parts.db, own.organisationId, async (tx) => {
    const row = await ownSubmission(tx, own.id);
    await changeState(tx, row, { state: 'withdrawn', side: 'publisher', actor: userOf(own.actor), reason: null });
    await record(tx, own, 'submission.withdraw');
  });
  return readSubmission(parts, own);
}

/** Of one that could not be scanned. @throws Problem submission_not_found, submission_state */
export async function scanAgain({ queue, ...parts }: Parts, own: Own): Promise<Submission> {
  await withOrganisation(parts.db, own.organisationId, async (tx) => {
    const row = await ownSubmission(tx, own.id);
    if (row.state !== 'not-scanned') throw new Problem('submission_state', `It is ${row.state}.`);
    await changeState(tx, row, { state: 'received', side: 'publisher', actor: userOf(own.actor), reason: null });
    await queue.send(tx, 'submission-scan', { organisationId: own.organisationId, id: own.id });
  });
  return readSubmission(parts, own);
}

/** @throws Problem submission_not_found, too_many_comments */
export async function commentAsPublisher(
  { db }: Pick<Parts, 'db'>,
  { organisationId, userId, id }: Omit<Own, 'actor'>,
  said: NewSubmissionComment,
): Promise<SubmissionComment> {
  return withOrganisation(db, organisationId, async (tx) => {
    const row = await ownSubmission(tx, id);
    return addComment(tx, row, said, { kind: 'publisher', userId });
  });
}

/** @throws Problem too_many_comments */
export async function addComment(
  tx: Tx,
  row: SubmissionRow,
  said: NewSubmissionComment,
  reader: { kind: 'publisher' | 'marketplace'; userId: string },
): Promise<SubmissionComment> {
  if ((await countComments(tx, row.id)) >= limits.commentsOfSubmission) throw new Problem('too_many_comments');
  const id = await insertComment(tx, row, { ...said, side: reader.kind, author: reader.userId });
  const written = (await listComments(tx, row.id, limits.commentsOfSubmission)).find((each) => each.id === id);
  if (written === undefined) throw new Error('A comment that was just written is not there.');
  return showComment(written, reader);
}

/** @throws Problem submission_not_found, file_not_found */
export async function readFiles(parts: Parts, own: Omit<Own, 'actor'>): Promise<SourceList> {
  const { row, previous } = await findWithPrevious(parts, own);
  return listSource(parts.objects, row, previous);
}

/** @throws Problem submission_not_found, file_not_found */
export async function readFile(parts: Parts, own: Omit<Own, 'actor'>, path: string): Promise<SourceFile> {
  const { row, previous } = await findWithPrevious(parts, own);
  return readSource(parts.objects, row, previous, path);
}

async function findWithPrevious({ db }: Parts, { organisationId, id }: Omit<Own, 'actor'>) {
  const row = await withOrganisation(db, organisationId, (tx) => findSubmission(tx, id));
  if (row === undefined) throw new Problem('submission_not_found');
  return { row, previous: await asSystem(db, 'reviews', (tx) => findPrevious(tx, row)) };
}

export async function findPrevious(tx: Tx, row: SubmissionRow): Promise<ReleaseRow | undefined> {
  const { publisher, plugin_id: pluginId, version } = row;
  if (pluginId === null || version === null) return undefined;
  return previousOf(await listReleases(tx, { publisher, pluginId }), version);
}

async function record(
  tx: Tx,
  { organisationId, actor, id }: Own,
  act: 'submission.send' | 'submission.withdraw',
  reason?: string,
): Promise<void> {
  const subject = { kind: 'submission', id };
  await recordAct(tx, { organisationId, actor, act, subject, ...(reason === undefined ? {} : { reason }) });
}
