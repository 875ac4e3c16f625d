import { ratingUse, type RatingObstacle } from '@proofpix/contract/community/ratings';
import { Problem } from '@proofpix/contract/errors';
import type { Tx } from '../../db/tenancy.ts';
import { newestOffered } from '../releases/newest-offered.ts';
import { listReleases } from '../releases/queries.ts';
import { findTies, listLeaders, readUse, type Named, type RatingRow, type Use } from './queries.ts';

export type Rater = { organisationId: string; userId: string };

/** How an organisation stands to a plugin that it would rate. */
export type Standing = { use: Use; people: string[]; obstacle: RatingObstacle | null };

const hour = 3_600_000;

export async function readStanding(
  tx: Tx,
  { organisationId, userId }: Rater,
  named: Named,
  own: RatingRow | undefined,
): Promise<Standing> {
  const people = await listLeaders(tx, organisationId, userId);
  const ties = await findTies(tx, { organisationId, people }, named);
  const use = await readUse(tx, organisationId, named);
  const standing = own !== undefined && own.withdrawn_at === null;
  const obstacle: RatingObstacle | null = ties.owns
    ? 'own-plugin'
    : ties.shares
      ? 'shared-person'
      : ties.elsewhere
        ? 'rated-elsewhere'
        : own?.state === 'rejected'
          ? 'rejected'
          : // Who has rated may go on changing it, also when that was long ago.
            standing || isEnough(use)
            ? null
            : 'not-enough-use';
  return { use, people, obstacle };
}

function isEnough({ photos, days, since }: Use): boolean {
  return (
    photos >= ratingUse.photos &&
    days >= ratingUse.days &&
    since !== null &&
    Date.now() - since.getTime() >= ratingUse.hours * hour
  );
}

/** The version that is offered now; null where none is. @throws Problem release_not_found */
export async function readOffered(tx: Tx, named: Named): Promise<string | null> {
  const releases = await listReleases(tx, named);
  if (releases.length === 0) throw new Problem('release_not_found');
  return newestOffered(releases)?.version ?? null;
}
