import type { accessReviewRoutes, ReviewedMember } from '@proofpix/contract/api/controls';
import { tokenAccess } from '@proofpix/contract/api/tokens';
import { limits } from '@proofpix/contract/limits';
import type { RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { findActorNames, listActs } from '../audit/queries.ts';
import { listReviewedMembers, listReviewedTokens, type ReviewedMemberRow, type ReviewedTokenRow } from './queries.ts';

const dayMilliseconds = 24 * 3_600_000;

/** Everybody and every token that the next review decides about, and what became of the last one. */
export async function readOpenReview(
  db: Database,
  organisationId: string,
): Promise<RouteReply<typeof accessReviewRoutes.open>> {
  const { members, tokens } = await asSystem(db, 'manage-members', async (tx) => ({
    members: await listReviewedMembers(tx, organisationId),
    tokens: await listReviewedTokens(tx, organisationId),
  }));
  const now = new Date();
  return {
    members: members.map((row) => showReviewedMember(row, now)),
    tokens: tokens.map(showReviewedToken),
    last: await findLastReview(db, organisationId),
  };
}

/** @param at the moment for which somebody is dormant or not */
export function showReviewedMember(row: ReviewedMemberRow, at: Date): ReviewedMember {
  const since = new Date(at.getTime() - limits.dormantDays * dayMilliseconds);
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    operator: row.is_operator,
    secondFactor: row.has_second_factor,
    singleSignOn: row.is_connected,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
    // Somebody new has not had the time.
    dormant: row.created_at < since && (row.last_seen_at === null || row.last_seen_at < since),
  };
}

export function showReviewedToken(row: ReviewedTokenRow) {
  return {
    id: row.id,
    name: row.name,
    access: tokenAccess.filter((name) => row.access.includes(name)),
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
    lastUsedFrom: row.last_used_from,
    member: { id: row.user_id, name: row.member_name, email: row.member_email },
  };
}

/** Reviews have no table of their own: the trail, which nobody changes, is where they are. */
async function findLastReview(db: Database, organisationId: string) {
  return withOrganisation(db, organisationId, async (tx) => {
    const { rows } = await listActs(
      tx,
      { trail: organisationId, after: null, limit: 1 },
      { act: 'access-review.finish', result: 'done' },
    );
    const [act] = rows;
    if (act === undefined) return null;
    const names = await findActorNames(tx, [act.actor_id]);
    const { kept, removed } = act.after ?? {};
    return {
      at: act.created_at.toISOString(),
      by: names.get(act.actor_id) ?? null,
      kept: Number(kept ?? 0),
      removed: Number(removed ?? 0),
    };
  });
}
