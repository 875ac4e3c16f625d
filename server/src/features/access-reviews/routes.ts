import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { finishReview } from './finish-review.ts';
import { readOpenReview } from './read-open-review.ts';

/** Binds the table `accessReviews`. */
export function bindAccessReviewRoutes(app: App, { db }: { db: Database }): void {
  bind(app, routes.accessReviews.open, async ({ caller }) => ({
    status: 200,
    body: await readOpenReview(db, caller.organisationId),
  }));
  bind(app, routes.accessReviews.finish, async ({ caller, body }) => ({
    status: 201,
    body: await finishReview(db, caller, body),
  }));
}
