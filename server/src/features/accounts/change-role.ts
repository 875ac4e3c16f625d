import type { Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { findMember, lockOwners, setRole, type MemberRow } from './queries.ts';
import { refuseBeyond } from './refuse-beyond.ts';

/** Holds from the next request on: the role is looked up with each. @throws Problem member_not_found, last_owner, access_denied */
export async function changeRole(db: Database, caller: Caller, userId: string, role: Role): Promise<MemberRow> {
  const { organisationId } = caller;
  return asSystem(db, 'manage-members', async (tx) => {
    const owners = await lockOwners(tx, organisationId);
    const member = await findMember(tx, { organisationId, userId });
    if (member === undefined) throw new Problem('member_not_found');
    if (member.role === role) return member;
    const ofOwner = role === 'owner' || member.role === 'owner';
    // Looked up again under the lock: an owner who was made an admin a moment ago decides about owners no more.
    if (ofOwner && !owners.includes(caller.userId)) {
      throw new Problem('access_denied', 'Only an owner makes owners, or changes their role.');
    }
    refuseBeyond(caller, role);
    if (member.role === 'owner' && owners.length === 1) throw new Problem('last_owner');
    await setRole(tx, { organisationId, userId, role });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'member.change-role',
      subject: { kind: 'member', id: userId },
      before: { role: member.role },
      after: { role },
    });
    return { ...member, role };
  });
}
