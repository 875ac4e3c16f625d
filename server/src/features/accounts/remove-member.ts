import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { deleteMembership, findMember, lockOwners } from './queries.ts';
import { blockIdentities } from './single-sign-on/queries.ts';

/** @throws Problem member_not_found, last_owner, access_denied */
export async function removeMember(db: Database, caller: Caller, userId: string): Promise<void> {
  await asSystem(db, 'manage-members', (tx) => removeMemberIn(tx, caller, userId));
}

/** In a transaction that was opened as system. @throws Problem member_not_found, last_owner, access_denied */
export async function removeMemberIn(tx: Tx, caller: Caller, userId: string): Promise<void> {
  const { organisationId } = caller;
  const owners = await lockOwners(tx, organisationId);
  if (owners.includes(userId)) {
    if (caller.role !== 'owner') throw new Problem('access_denied', 'Only an owner removes owners.');
    if (owners.length === 1) throw new Problem('last_owner');
  }
  const member = await findMember(tx, { organisationId, userId });
  // Their account goes with the membership, and with it who they are at the provider.
  const blocked = await blockIdentities(tx, organisationId, userId);
  if (member === undefined || !(await deleteMembership(tx, { organisationId, userId }))) {
    throw new Problem('member_not_found');
  }
  await recordAct(tx, {
    organisationId,
    actor: actorOf(caller),
    act: 'member.remove',
    subject: { kind: 'member', id: userId },
    // Who had which access at a moment is computed from these, backwards.
    before: { role: member.role },
    ...(blocked === 0 ? {} : { after: { singleSignOn: 'blocked' } }),
    personal: { email: member.email, name: member.name },
  });
}
