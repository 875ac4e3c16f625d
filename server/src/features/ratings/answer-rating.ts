import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { findPublisher } from '../publishers/queries.ts';
import { plainText } from './plain-text.ts';
import { changeRating, deleteVote, findTies, findVisible, saveVote, type RatingRow } from './queries.ts';
import type { Rater } from './read-standing.ts';

/**
 * What the publisher says to a rating. That there is a rating of somebody else's plugin is no secret, but nobody's to answer.
 * @throws Problem rating_not_found, invalid_request
 */
export async function replyToRating(
  db: Database,
  { organisationId, userId, actor }: Rater & { actor: Actor },
  { id, text }: { id: string; text: string | null },
): Promise<void> {
  const reply = text === null ? null : plainText('/text', text, 1);
  await asSystem(db, 'ratings', async (tx) => {
    const row = await visible(tx, id);
    const publisher = await findPublisher(tx, row.publisher);
    if (publisher?.organisation_id !== organisationId) throw new Problem('rating_not_found');
    const said =
      reply === null ? { replied_at: null, replied_by: null } : { replied_at: new Date(), replied_by: userId };
    await changeRating(tx, id, { reply, ...said });
    const after = { publisher: row.publisher, plugin: row.plugin_id, replied: reply !== null };
    await recordAct(tx, { organisationId, actor, act: 'rating.reply', subject: { kind: 'rating', id }, after });
  });
}

/**
 * One voice of each organisation, and one of each person in all of theirs. Author and publisher have none.
 * @throws Problem rating_not_found, vote_not_allowed
 */
export async function voteOnRating(
  db: Database,
  { organisationId, userId }: Rater,
  { id, helpful }: { id: string; helpful: boolean },
): Promise<void> {
  await asSystem(db, 'ratings', async (tx) => {
    const row = await visible(tx, id);
    if (!helpful) return deleteVote(tx, id, organisationId);
    const named = { publisher: row.publisher, pluginId: row.plugin_id };
    const ties = await findTies(tx, { organisationId, people: [userId] }, named);
    const isOwn = row.organisation_id === organisationId || ties.owns || ties.shares;
    if (isOwn || !(await saveVote(tx, { ratingId: id, organisationId, userId }))) throw new Problem('vote_not_allowed');
  });
}

async function visible(tx: Tx, id: string): Promise<RatingRow> {
  const row = await findVisible(tx, id);
  if (row === undefined) throw new Problem('rating_not_found');
  return row;
}
