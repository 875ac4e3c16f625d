import { randomUUID } from 'node:crypto';
import type { accessReviewRoutes } from '@proofpix/contract/api/controls';
import { Problem } from '@proofpix/contract/errors';
import type { RouteBody, RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { lockOwners } from '../accounts/queries.ts';
import { removeMemberIn } from '../accounts/remove-member.ts';
import { endTokenIn } from '../accounts/tokens/end-token.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { listReviewedMembers, listReviewedTokens, type ReviewedMemberRow, type ReviewedTokenRow } from './queries.ts';

type Review = RouteBody<typeof accessReviewRoutes.finish>;

/**
 * Removes who and what is not kept, and records the whole list, in one transaction. The list must be what is there: a
 * review that left somebody out, or saw another role, would be evidence of something that nobody looked at.
 * @throws Problem access_review_outdated, last_owner, access_denied, session_required, invalid_request
 */
export async function finishReview(
  db: Database,
  caller: Caller,
  review: Review,
): Promise<RouteReply<typeof accessReviewRoutes.finish>> {
  // A person looks at the list: a token that leaked neither confirms itself nor removes those who could end it.
  if (caller.credential === 'api_token')
    throw new Problem('session_required', 'A person reviews access, no API token.');
  const { organisationId } = caller;
  const id = randomUUID();
  return asSystem(db, 'manage-members', async (tx) => {
    // Two reviews at once: the second finds what the first left.
    await lockOwners(tx, organisationId);
    const members = await listReviewedMembers(tx, organisationId);
    const tokens = await listReviewedTokens(tx, organisationId);
    const keepMember = decisionsOf(review.members);
    const keepToken = decisionsOf(review.tokens);
    const roles = new Map(review.members.map((member) => [member.id, member.role]));
    const isComplete =
      keepMember.size === members.length &&
      members.every((member) => roles.get(member.id) === member.role) &&
      keepToken.size === tokens.length &&
      tokens.every((token) => keepToken.has(token.id));
    if (!isComplete) throw new Problem('access_review_outdated');
    if (keepMember.get(caller.userId) === false) {
      throw new Problem('invalid_request', undefined, [
        { field: 'members', message: 'has you among those who are removed: somebody else decides about you' },
      ]);
    }
    const stays = (token: ReviewedTokenRow) =>
      keepToken.get(token.id) === true && keepMember.get(token.user_id) === true;
    for (const token of tokens) if (!stays(token)) await endTokenIn(tx, caller, { id: token.id });
    for (const member of members) if (keepMember.get(member.id) !== true) await removeMemberIn(tx, caller, member.id);
    const decisions = [...members.map(({ id: member }) => keepMember.get(member) === true), ...tokens.map(stays)];
    const kept = decisions.filter(Boolean).length;
    const removed = decisions.length - kept;
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'access-review.finish',
      subject: { kind: 'access-review', id },
      ...(review.note === undefined || review.note === '' ? {} : { reason: review.note }),
      after: {
        kept,
        removed,
        members: members.map((member) => ({
          id: member.id,
          role: member.role,
          decision: wordOf(keepMember.get(member.id) === true),
          // Nobody reviews themselves: whoever reads the evidence sees that this one was not.
          ...(member.id === caller.userId ? { reviewer: true } : {}),
        })),
        tokens: tokens.map((token) => ({
          id: token.id,
          member: token.user_id,
          access: token.access,
          decision: wordOf(stays(token)),
        })),
      },
      personal: namesOf(members, tokens),
    });
    return { id, at: new Date().toISOString(), kept, removed };
  });
}

/** @throws Problem access_review_outdated for one that comes twice: which of the two was meant? */
function decisionsOf(items: readonly { id: string; keep: boolean }[]): Map<string, boolean> {
  const decisions = new Map(items.map(({ id, keep }) => [id, keep]));
  if (decisions.size !== items.length) throw new Problem('access_review_outdated');
  return decisions;
}

const wordOf = (keep: boolean) => (keep ? 'keep' : 'remove');

function namesOf(members: readonly ReviewedMemberRow[], tokens: readonly ReviewedTokenRow[]) {
  return {
    members: Object.fromEntries(members.map(({ id, name, email }) => [id, { name, email }])),
    tokens: Object.fromEntries(tokens.map(({ id, name }) => [id, name])),
  };
}
