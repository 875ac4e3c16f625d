import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { deleteMembership, lockOwners } from './queries.ts';

/** @throws Problem member_not_found, last_owner, access_denied */
export async function removeMember(db: Database, caller: Caller, userId: string): Promise<void> {
  await asSystem(db, 'manage-members', async (tx) => {
    const owners = await lockOwners(tx, caller.organisationId);
    if (owners.includes(userId)) {
      if (caller.role !== 'owner') throw new Problem('access_denied', 'Only an owner removes owners.');
      if (owners.length === 1) throw new Problem('last_owner');
    }
    const removed = await deleteMembership(tx, { organisationId: caller.organisationId, userId });
    if (!removed) throw new Problem('member_not_found');
  });
}
