import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { findMember, lockOwners } from '../queries.ts';
import { deleteSessions } from './queries.ts';

/**
 * Signs a member out of this organisation everywhere: after a lost laptop they stay a member. What they have in other
 * organisations is not this one's to end, and API tokens are revoked by themselves.
 * @throws Problem member_not_found, access_denied
 */
export async function endMemberSessions(db: Database, caller: Caller, userId: string): Promise<number> {
  const { organisationId } = caller;
  return asSystem(db, 'manage-members', async (tx) => {
    const owners = await lockOwners(tx, organisationId);
    if ((await findMember(tx, { organisationId, userId })) === undefined) throw new Problem('member_not_found');
    if (owners.includes(userId) && caller.role !== 'owner') {
      throw new Problem('access_denied', 'Only an owner signs owners out.');
    }
    const ended = await deleteSessions(tx, { userId, organisationId });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'session.end',
      subject: { kind: 'member', id: userId },
      reason: 'signed out by who manages members',
      before: { sessions: ended.length },
    });
    return ended.length;
  });
}
