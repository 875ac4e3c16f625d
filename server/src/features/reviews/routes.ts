import { reviewRoutes } from '@proofpix/contract/api/reviews';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import type { SubmissionParts } from '../submissions/open-submissions.ts';
import { claimReview, commentAsReviewer, decideReview, settle, unclaimReview } from './decide-review.ts';
import { markReviewer, readReviewers } from './keep-reviewers.ts';
import { readQueue, readReview, readReviewFile, readReviewFiles, readTimes } from './read-reviews.ts';

/** Binds the table `reviews`. */
export function bindReviewRoutes(app: App, parts: SubmissionParts): void {
  const by = (caller: Caller, { id }: { id: string }) => ({ id, userId: caller.userId, actor: actorOf(caller) });
  bind(app, reviewRoutes.times, async () => ({ status: 200, body: await readTimes(parts) }));
  bind(app, reviewRoutes.list, async ({ query, caller }) => ({
    status: 200,
    body: await readQueue(parts, caller.userId, query),
  }));
  bind(app, reviewRoutes.get, async ({ params, caller }) => ({
    status: 200,
    body: await readReview(parts, by(caller, params)),
  }));
  bind(app, reviewRoutes.claim, async ({ params, caller }) => ({
    status: 200,
    body: await claimReview(parts, by(caller, params)),
  }));
  bind(app, reviewRoutes.unclaim, async ({ params, caller }) => ({
    status: 200,
    body: await unclaimReview(parts, by(caller, params)),
  }));
  bind(app, reviewRoutes.decide, async ({ params, body, caller }) => ({
    status: 200,
    body: await decideReview(parts, by(caller, params), body),
  }));
  bind(app, reviewRoutes.comment, async ({ params, body, caller }) => ({
    status: 201,
    body: await commentAsReviewer(parts, by(caller, params), body),
  }));
  bind(app, reviewRoutes.settle, async ({ params: { id, comment } }) => {
    await settle(parts, id, comment);
    return { status: 204 };
  });
  bind(app, reviewRoutes.files, async ({ params, caller }) => ({
    status: 200,
    body: await readReviewFiles(parts, by(caller, params)),
  }));
  bind(app, reviewRoutes.file, async ({ params, query, caller }) => ({
    status: 200,
    body: await readReviewFile(parts, by(caller, params), query.path),
  }));
  bind(app, reviewRoutes.reviewers, async () => ({ status: 200, body: { items: await readReviewers(parts.db) } }));
  bind(app, reviewRoutes.setReviewer, async ({ body, caller }) => {
    await markReviewer(parts.db, { ...body, actor: actorOf(caller) });
    return { status: 204 };
  });
}
