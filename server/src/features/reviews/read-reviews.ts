import type { QueuedSubmission, ReviewTimes } from '@proofpix/contract/api/reviews';
import type { SourceFile, SourceList, Submission } from '@proofpix/contract/api/submissions';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { approvalsNeeded } from '@proofpix/contract/publishing';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import type { SubmissionParts } from '../submissions/open-submissions.ts';
import { findPrevious } from '../submissions/keep-submissions.ts';
import { findSubmission, type SubmissionRow } from '../submissions/queries.ts';
import { aroundSubmission, showSubmission, showSummary } from '../submissions/show-submission.ts';
import { listSource, readSource } from '../submissions/source-files.ts';
import { listQueue, measureReviews, type QueuedRow } from './queries.ts';

type Parts = Pick<SubmissionParts, 'db' | 'objects'>;
export type Reviewing = { id: string; userId: string };

export async function readQueue(
  { db }: Pick<Parts, 'db'>,
  userId: string,
  query: { cursor?: string | undefined; limit?: number | undefined },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const found = await asSystem(db, 'reviews', (tx) => listQueue(tx, userId, after, size));
  return pageOf<QueuedRow, QueuedSubmission>(found.rows, found.counted, size, {
    item: (row) => showQueued(row, userId),
    cursor: (row) => encodeCursor({ at: row.sent_at ?? row.created_at, id: row.id }),
  });
}

function showQueued(row: QueuedRow, userId: string): QueuedSubmission {
  return {
    ...showSummary(row),
    waitingMilliseconds: Math.max(0, Date.now() - (row.sent_at ?? row.created_at).getTime()),
    approvals: { given: row.approvals, needed: approvalsNeeded(row.manifest?.permissions ?? []) },
    claimed: row.claimed_at === null ? null : { since: row.claimed_at.toISOString(), byYou: row.claimed_by === userId },
    obstacle: obstacleOf(row, userId),
  };
}

/** Why somebody may not review it: a second pair of eyes is that of somebody else. */
export function obstacleOf(row: QueuedRow, userId: string): QueuedSubmission['obstacle'] {
  if (row.is_own) return 'own';
  if (row.approved_by_reader) return 'approved-already';
  if (row.rejected_by_reader) return 'rejected-before';
  if (row.claimed_at !== null && row.claimed_by !== userId) return 'claimed';
  return null;
}

/** @throws Problem submission_not_found */
export async function readReview({ db }: Pick<Parts, 'db'>, reviewing: Reviewing): Promise<Submission> {
  return asSystem(db, 'reviews', async (tx) =>
    showReview(tx, await sentSubmission(tx, reviewing.id), reviewing.userId),
  );
}

export async function showReview(tx: Tx, row: SubmissionRow, userId: string): Promise<Submission> {
  return showSubmission(tx, row, await aroundSubmission(tx, row), { kind: 'marketplace', userId });
}

/** What was never sent to review is its publisher's alone. @throws Problem submission_not_found */
export async function sentSubmission(tx: Tx, id: string): Promise<SubmissionRow> {
  const row = await findSubmission(tx, id);
  if (row?.sent_at == null) throw new Problem('submission_not_found');
  return row;
}

export async function readReviewFiles(parts: Parts, { id }: Reviewing): Promise<SourceList> {
  const { row, previous } = await withPrevious(parts, id);
  return listSource(parts.objects, row, previous);
}

export async function readReviewFile(parts: Parts, { id }: Reviewing, path: string): Promise<SourceFile> {
  const { row, previous } = await withPrevious(parts, id);
  return readSource(parts.objects, row, previous, path);
}

function withPrevious({ db }: Pick<Parts, 'db'>, id: string) {
  return asSystem(db, 'reviews', async (tx) => {
    const row = await sentSubmission(tx, id);
    return { row, previous: await findPrevious(tx, row) };
  });
}

export async function readTimes({ db }: Pick<Parts, 'db'>): Promise<ReviewTimes> {
  const row = await asSystem(db, 'reviews', measureReviews);
  return {
    waiting: row.waiting,
    oldestMilliseconds: row.oldest,
    decided: row.decided,
    medianMilliseconds: row.median,
    p90Milliseconds: row.p90,
    automatic: row.automatic,
  };
}
