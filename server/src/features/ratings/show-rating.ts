import type { OwnRating, Rating, RatingSummary } from '@proofpix/contract/api/ratings';
import { ratingUse } from '@proofpix/contract/community/ratings';
import type { ListedRating, RatingRow, Totals } from './queries.ts';
import type { Standing } from './read-standing.ts';

export function showOwnRating(row: RatingRow | undefined, { obstacle, use }: Standing): OwnRating {
  const { photos, days, hours } = ratingUse;
  return {
    obstacle,
    use: { photos: use.photos, days: use.days, since: use.since?.toISOString() ?? null },
    needed: { photos, days, hours },
    rating:
      row === undefined || row.withdrawn_at !== null
        ? null
        : {
            id: row.id,
            stars: row.stars,
            text: row.text,
            named: row.named,
            version: row.version,
            at: row.created_at.toISOString(),
            editedAt: row.edited_at?.toISOString() ?? null,
            state: row.state,
            held: row.held,
            reason: row.decision_reason,
            appeal:
              row.appeal === null || row.appealed_at === null
                ? null
                : {
                    text: row.appeal,
                    at: row.appealed_at.toISOString(),
                    decidedAt: row.appeal_decided_at?.toISOString() ?? null,
                  },
          },
  };
}

export function showRating(row: ListedRating, reader: string, offered: string | null): Rating {
  return {
    id: row.id,
    stars: row.stars,
    text: row.text,
    organisation: row.organisation,
    version: row.version,
    outdated: offered !== null && offered !== row.version,
    at: row.created_at.toISOString(),
    editedAt: row.edited_at?.toISOString() ?? null,
    reply: row.reply === null || row.replied_at === null ? null : { text: row.reply, at: row.replied_at.toISOString() },
    helpful: row.helpful,
    yours: row.organisation_id === reader,
    helpfulToYou: row.voted,
  };
}

export function showSummary(totals: Totals): RatingSummary {
  const count = totals.reduce((sum, each) => sum + each, 0);
  const sum = totals.reduce((all, each, index) => all + each * (index + 1), 0);
  return {
    count,
    mean: count === 0 ? null : Math.round((sum * 10) / count) / 10,
    distribution: [...totals],
  };
}
