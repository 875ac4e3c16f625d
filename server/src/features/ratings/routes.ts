import { ratingRoutes } from '@proofpix/contract/api/ratings';
import type { Database } from '../../db/database.ts';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { actorOf } from '../audit/record-act.ts';
import { replyToRating, voteOnRating } from './answer-rating.ts';
import { appealRating, readOwnRating, removeRating, setRating } from './keep-rating.ts';
import { listRatings } from './list-ratings.ts';
import { decideRating, readRatingQueue } from './moderate-ratings.ts';

/** Binds the table `ratings`. */
export function bindRatingRoutes(app: App, { db }: { db: Database }): void {
  const by = (caller: Caller) => ({
    organisationId: caller.organisationId,
    userId: caller.userId,
    actor: actorOf(caller),
  });
  const of = ({ publisher, plugin }: { publisher: string; plugin: string }) => ({ publisher, pluginId: plugin });
  bind(app, ratingRoutes.list, async ({ params, query, caller }) => ({
    status: 200,
    body: await listRatings(db, caller.organisationId, of(params), query),
  }));
  bind(app, ratingRoutes.own, async ({ params, caller }) => ({
    status: 200,
    body: await readOwnRating(db, by(caller), of(params)),
  }));
  bind(app, ratingRoutes.set, async ({ params, body, caller }) => ({
    status: 200,
    body: await setRating(db, by(caller), of(params), body),
  }));
  bind(app, ratingRoutes.remove, async ({ params, caller }) => {
    await removeRating(db, by(caller), of(params));
    return { status: 204 };
  });
  bind(app, ratingRoutes.appeal, async ({ params: { id }, body: { text }, caller }) => {
    await appealRating(db, by(caller), { id, text });
    return { status: 204 };
  });
  bind(app, ratingRoutes.helpful, async ({ params: { id }, body: { helpful }, caller }) => {
    await voteOnRating(db, by(caller), { id, helpful });
    return { status: 204 };
  });
  bind(app, ratingRoutes.reply, async ({ params: { id }, body: { text }, caller }) => {
    await replyToRating(db, by(caller), { id, text });
    return { status: 204 };
  });
  bind(app, ratingRoutes.queue, async ({ query, caller }) => ({
    status: 200,
    body: await readRatingQueue(db, caller.userId, query),
  }));
  bind(app, ratingRoutes.decide, async ({ params: { id }, body, caller }) => {
    await decideRating(db, by(caller), { id, ...body });
    return { status: 204 };
  });
}
