import type { ReviewDecision } from '@proofpix/contract/api/reviews';
import type { NewSubmissionComment, Submission, SubmissionComment } from '@proofpix/contract/api/submissions';
import { Problem } from '@proofpix/contract/errors';
import { approvalsNeeded, reviewChecks } from '@proofpix/contract/publishing';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { prepareRelease, publishRelease, type Prepared } from '../releases/publish-release.ts';
import { changeState } from '../submissions/change-state.ts';
import { addComment } from '../submissions/keep-submissions.ts';
import type { SubmissionParts } from '../submissions/open-submissions.ts';
import { countApprovals, lockSubmission, type SubmissionRow } from '../submissions/queries.ts';
import { countUnsettled, findStanding, insertApproval, settleComment } from './queries.ts';
import { obstacleOf, sentSubmission, showReview, type Reviewing } from './read-reviews.ts';

type Parts = SubmissionParts;
type By = Reviewing & { actor: Actor };

/** @throws Problem submission_not_found, submission_state, review_not_yours */
export async function claimReview({ db }: Pick<Parts, 'db'>, by: By): Promise<Submission> {
  return asSystem(db, 'reviews', async (tx) => {
    const row = await locked(tx, by.id);
    const standing = await findStanding(tx, by.id, by.userId);
    if (standing === undefined) throw new Problem('submission_not_found');
    const obstacle = obstacleOf(standing, by.userId);
    if (obstacle !== null) throw new Problem('review_not_yours', `Reason: ${obstacle}.`);
    // Claimed by this reviewer already: nothing is to be done.
    if (row.state !== 'in-review') {
      await changeState(tx, row, { state: 'in-review', side: 'marketplace', actor: by.userId, reason: null });
      await record(tx, row, by, 'submission.claim');
    }
    return show(tx, by);
  });
}

/** @throws Problem submission_not_found, submission_state, review_not_yours */
export async function unclaimReview({ db }: Pick<Parts, 'db'>, by: By): Promise<Submission> {
  return asSystem(db, 'reviews', async (tx) => {
    const row = await claimed(tx, by);
    await changeState(tx, row, { state: 'waiting', side: 'marketplace', actor: by.userId, reason: null });
    await record(tx, row, by, 'submission.unclaim');
    return show(tx, by);
  });
}

/**
 * The decision of whoever claimed it. With the last approval that is needed, the release is made in the same transaction.
 * @throws Problem submission_not_found, submission_state, review_not_yours, review_incomplete, package_killed, release_exists
 */
export async function decideReview(parts: Parts, by: By, decision: ReviewDecision): Promise<Submission> {
  const { db, objects } = parts;
  if (decision.decision !== 'approve') return refuse(parts, by, decision);
  if (!reviewChecks.every((check) => decision.checklist.includes(check)))
    throw new Problem('review_incomplete', 'Every point of the checklist has to be confirmed.');
  // Read before the transaction: nobody waits for a disk in it.
  const known = await asSystem(db, 'reviews', (tx) => claimed(tx, by));
  const prepared = await prepareRelease(objects, known);
  return asSystem(db, 'reviews', async (tx) => {
    const row = await claimed(tx, by);
    if (row.attempt !== known.attempt) throw new Problem('submission_state');
    const unsettled = await countUnsettled(tx, row);
    if (unsettled > 0) throw new Problem('review_incomplete', `${unsettled} comments are not settled.`);
    await insertApproval(tx, row, { reviewer: by.userId, checklist: decision.checklist });
    await record(tx, row, by, 'submission.approve');
    await approve(tx, parts, row, prepared, by);
    return show(tx, by);
  });
}

async function approve(tx: Tx, parts: Parts, row: SubmissionRow, prepared: Prepared, by: By): Promise<void> {
  const [given, needed] = [await countApprovals(tx, row), approvalsNeeded(prepared.manifest.permissions ?? [])];
  const step = { side: 'marketplace', actor: by.userId } as const;
  if (given < needed) {
    const reason = `Approved by ${given} of ${needed} reviewers.`;
    return changeState(tx, row, { ...step, state: 'waiting', reason });
  }
  await changeState(tx, row, { ...step, state: 'released', reason: null });
  await publishRelease(tx, parts, row, prepared, { approvedBy: 'people', actor: by.actor });
}

async function refuse(
  { db }: Pick<Parts, 'db'>,
  by: By,
  { decision, reason }: Extract<ReviewDecision, { reason: string }>,
): Promise<Submission> {
  return asSystem(db, 'reviews', async (tx) => {
    const row = await claimed(tx, by);
    const state = decision === 'reject' ? 'rejected' : 'changes-requested';
    await changeState(tx, row, { state, side: 'marketplace', actor: by.userId, reason });
    await record(tx, row, by, decision === 'reject' ? 'submission.reject' : 'submission.ask-for-changes', reason);
    return show(tx, by);
  });
}

/** @throws Problem submission_not_found, too_many_comments */
export async function commentAsReviewer(
  { db }: Pick<Parts, 'db'>,
  { id, userId }: Reviewing,
  said: NewSubmissionComment,
): Promise<SubmissionComment> {
  return asSystem(db, 'reviews', async (tx) =>
    addComment(tx, await sentSubmission(tx, id), said, { kind: 'marketplace', userId }),
  );
}

/** @throws Problem submission_not_found, comment_not_found */
export async function settle({ db }: Pick<Parts, 'db'>, id: string, comment: string): Promise<void> {
  await asSystem(db, 'reviews', async (tx) => {
    const row = await sentSubmission(tx, id);
    if (!(await settleComment(tx, row.id, comment))) throw new Problem('comment_not_found');
  });
}

async function locked(tx: Tx, id: string): Promise<SubmissionRow> {
  const row = await lockSubmission(tx, id);
  if (row?.sent_at == null) throw new Problem('submission_not_found');
  return row;
}

async function claimed(tx: Tx, { id, userId }: Reviewing): Promise<SubmissionRow> {
  const row = await locked(tx, id);
  if (row.state !== 'in-review') throw new Problem('submission_state', `It is ${row.state}.`);
  if (row.claimed_by !== userId) throw new Problem('review_not_yours');
  return row;
}

async function show(tx: Tx, { id, userId }: Reviewing): Promise<Submission> {
  return showReview(tx, await sentSubmission(tx, id), userId);
}

/** In the trail of the server: reviewers answer for the marketplace, not for the organisation that they belong to. */
async function record(
  tx: Tx,
  row: SubmissionRow,
  { actor }: By,
  act:
    | 'submission.claim'
    | 'submission.unclaim'
    | 'submission.approve'
    | 'submission.ask-for-changes'
    | 'submission.reject',
  reason?: string,
): Promise<void> {
  await recordAct(tx, {
    organisationId: null,
    actor,
    act,
    subject: { kind: 'submission', id: row.id },
    ...(reason === undefined ? {} : { reason }),
    after: { publisher: row.publisher, plugin: row.plugin_id, version: row.version, attempt: row.attempt },
  });
}
