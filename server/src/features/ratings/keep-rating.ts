import type { NewRating, OwnRating } from '@proofpix/contract/api/ratings';
import { ratingObstacles, ratingUse, type HoldReason } from '@proofpix/contract/community/ratings';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { holdOf } from './hold-rating.ts';
import { plainText } from './plain-text.ts';
import {
  addPeople,
  changeRating,
  findOwnRating,
  lockRating,
  lockRatings,
  saveRating,
  type Named,
  type RatingRow,
} from './queries.ts';
import { readOffered, readStanding, type Rater, type Standing } from './read-standing.ts';
import { showOwnRating } from './show-rating.ts';

type By = Rater & { actor: Actor };

/** @throws Problem release_not_found */
export async function readOwnRating(db: Database, rater: Rater, named: Named): Promise<OwnRating> {
  return asSystem(db, 'ratings', async (tx) => {
    await readOffered(tx, named);
    const own = await findOwnRating(tx, rater.organisationId, named);
    return showOwnRating(own, await readStanding(tx, rater, named, own));
  });
}

/**
 * One rating of an organisation, for good: taken back and given again it is the same row, with what was decided about it.
 * @throws Problem release_not_found, rating_not_allowed, invalid_request
 */
export async function setRating(db: Database, by: By, named: Named, wanted: NewRating): Promise<OwnRating> {
  const text = plainText('/text', wanted.text ?? '');
  return asSystem(db, 'ratings', async (tx) => {
    await readOffered(tx, named);
    await lockRatings(tx, named);
    const { organisationId, userId: author, actor } = by;
    const own = await findOwnRating(tx, organisationId, named);
    const standing = await readStanding(tx, by, named, own);
    if (standing.obstacle !== null) throw refusal(standing);
    const version = standing.use.version ?? own?.version;
    if (version === undefined) throw new Error('Who used it used a version.');
    const now = new Date();
    const { stars, named: isNamed = false } = wanted;
    const counts = own === undefined || own.withdrawn_at !== null || own.stars !== stars;
    const changed = counts || own.text !== text;
    const held = await holdAfter(own, changed, () => (counts ? holdOf(tx, organisationId, named) : null));
    const id = await saveRating(
      tx,
      { organisationId, ...named },
      {
        stars,
        text,
        named: isNamed,
        version,
        author,
        state: held === null ? 'visible' : 'held',
        held,
        rated_at: counts ? now : own.rated_at,
        ...(own === undefined || !changed ? {} : { edited_at: now }),
        // What comes to be decided anew may be objected to anew.
        ...(held === 'changed' ? { appeal: null, appealed_at: null, appeal_decided_at: null } : {}),
      },
    );
    await addPeople(tx, { organisationId, ratingId: id, people: standing.people });
    const after = { publisher: named.publisher, plugin: named.pluginId, stars, held };
    const before = own === undefined ? {} : { before: { stars: own.stars } };
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'rating.set',
      subject: { kind: 'rating', id },
      ...before,
      after,
    });
    const saved = await findOwnRating(tx, organisationId, named);
    return showOwnRating(saved, await readStanding(tx, by, named, saved));
  });
}

/** What waits goes on waiting, and what a moderator let pass is looked at again once it says something else. */
async function holdAfter(
  own: RatingRow | undefined,
  changed: boolean,
  burst: () => Promise<HoldReason | null> | null,
): Promise<HoldReason | null> {
  if (own?.state === 'held') return own.held ?? 'changed';
  if (own !== undefined && own.decided_at !== null && changed) return 'changed';
  return burst();
}

/** It says nothing any more, nor does what the publisher replied. @throws Problem release_not_found */
export async function removeRating(db: Database, { organisationId, actor }: By, named: Named): Promise<void> {
  await asSystem(db, 'ratings', async (tx) => {
    await readOffered(tx, named);
    await lockRatings(tx, named);
    const own = await findOwnRating(tx, organisationId, named);
    if (own === undefined || own.withdrawn_at !== null) return;
    const { id } = own;
    const nothing = { text: '', reply: null, replied_at: null, replied_by: null };
    await changeRating(tx, id, { ...nothing, withdrawn_at: new Date() });
    const before = { publisher: named.publisher, plugin: named.pluginId, stars: own.stars };
    await recordAct(tx, { organisationId, actor, act: 'rating.remove', subject: { kind: 'rating', id }, before });
  });
}

/** Once, against a rejection. @throws Problem rating_not_found, rating_state, invalid_request */
export async function appealRating(
  db: Database,
  { organisationId, actor }: By,
  { id, text }: { id: string; text: string },
): Promise<void> {
  const appeal = plainText('/text', text, 1);
  await asSystem(db, 'ratings', async (tx) => {
    const row = await lockRating(tx, id);
    if (row?.organisation_id !== organisationId) throw new Problem('rating_not_found');
    if (row.state !== 'rejected' || row.appealed_at !== null) throw new Problem('rating_state');
    await changeRating(tx, id, { appeal, appealed_at: new Date() });
    await recordAct(tx, { organisationId, actor, act: 'rating.appeal', subject: { kind: 'rating', id } });
  });
}

function refusal({ obstacle, use }: Standing): Problem {
  if (obstacle === null) throw new Error('Nothing is in the way.');
  const { photos, days, hours, withinDays } = ratingUse;
  const more =
    obstacle === 'not-enough-use'
      ? ` It takes ${photos} different photos on ${days} days within ${withinDays} days, the first of them ${hours} hours ago: there are ${use.photos} photos on ${use.days} days.`
      : '';
  return new Problem('rating_not_allowed', `${ratingObstacles[obstacle]}.${more}`);
}
