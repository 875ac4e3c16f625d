import type { ModeratedRating, RatingDecision, ratingRoutes } from '@proofpix/contract/api/ratings';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../http/paging.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { tellPublisher, tellWriter } from '../takedowns/note-takedown.ts';
import { hasStake, listQueue, type ModeratedRow } from './moderation/queries.ts';
import { plainText } from './plain-text.ts';
import { changeRating, lockRating, type RatingRow } from './queries.ts';

export async function readRatingQueue(
  db: Database,
  reader: string,
  { queue = 'held', cursor, limit = limits.pageDefault }: RouteQuery<typeof ratingRoutes.queue>,
): Promise<RouteReply<typeof ratingRoutes.queue>> {
  const after = decodeCursor(cursor);
  const { rows, counted } = await asSystem(db, 'ratings', (tx) => listQueue(tx, reader, { queue, after, limit }));
  return pageOf(rows, counted, limit, {
    item: (row) => showModerated(row, reader),
    cursor: (row) => encodeCursor({ at: row.rated_at, id: row.id }),
  });
}

type Decided = RatingDecision & { id: string };

/**
 * What a moderator decides, in the trail of the server. After an objection somebody else does, and that is the end of it: who
 * was heard and found right is not rejected again for the same words.
 * @throws Problem rating_not_found, rating_state, moderation_not_yours
 */
export async function decideRating(
  db: Database,
  { userId, actor }: { userId: string; actor: Actor },
  { id, decision, reason: given }: Decided,
): Promise<void> {
  const reason = plainText('/reason', given, 1);
  await asSystem(db, 'ratings', async (tx) => {
    const row = await lockRating(tx, id);
    if (row === undefined) throw new Problem('rating_not_found');
    if (await hasStake(tx, userId, id)) throw new Problem('moderation_not_yours');
    if (decision === 'remove-reply') await removeReply(tx, row, reason);
    else await judge(tx, row, { decision, reason, userId });
    await recordAct(tx, {
      organisationId: null,
      actor,
      act: `rating.${decision}`,
      subject: { kind: 'rating', id },
      reason,
      before: { state: row.state },
      after: { publisher: row.publisher, plugin: row.plugin_id },
    });
  });
}

async function judge(
  tx: Tx,
  row: RatingRow,
  { decision, reason, userId }: { decision: 'release' | 'reject'; reason: string; userId: string },
): Promise<void> {
  const appealed = isAppealed(row);
  if (appealed && row.decided_by === userId) throw new Problem('moderation_not_yours');
  const heard = row.appeal_decided_at !== null;
  const open = row.state === 'held' || appealed || (decision === 'reject' && row.state === 'visible' && !heard);
  if (!open) throw new Problem('rating_state', `It is ${row.state}.`);
  const now = new Date();
  await changeRating(tx, row.id, {
    state: decision === 'release' ? 'visible' : 'rejected',
    held: null,
    decided_by: userId,
    decided_at: now,
    decision_reason: reason,
    ...(appealed ? { appeal_decided_at: now } : {}),
  });
  if (decision === 'reject') await tellWriter(tx, row, { reason, at: now });
}

async function removeReply(tx: Tx, row: RatingRow, reason: string): Promise<void> {
  if (row.reply === null) throw new Problem('rating_state', 'It has no reply.');
  await changeRating(tx, row.id, { reply: null, replied_at: null, replied_by: null });
  await tellPublisher(tx, row, { reason, at: new Date() });
}

function isAppealed(row: RatingRow): boolean {
  return row.state === 'rejected' && row.appealed_at !== null && row.appeal_decided_at === null;
}

function showModerated(row: ModeratedRow, reader: string): ModeratedRating {
  return {
    id: row.id,
    publisher: row.publisher,
    plugin: row.plugin_id,
    stars: row.stars,
    text: row.text,
    reply: row.reply,
    version: row.version,
    organisationSince: row.organisation_since.toISOString(),
    at: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    state: row.state,
    held: row.held,
    reason: row.decision_reason,
    appeal: row.appeal,
    reports: row.reports,
    obstacle: row.is_own ? 'own' : isAppealed(row) && row.decided_by === reader ? 'decided-before' : null,
  };
}
