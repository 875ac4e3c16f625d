import type { BlockedPerson } from '@proofpix/contract/api/single-sign-on';
import type { Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { isWithin, refuseBeyond } from '../refuse-beyond.ts';
import { deleteBlock, deleteBlocksOf, findSettings, listBlocks } from './queries.ts';

/** Who was removed and does not come back by the provider. */
export async function readBlocks(db: Database, organisationId: string): Promise<BlockedPerson[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listBlocks(tx, organisationId));
  return rows.map(({ id, email, name, created_at }) => ({ id, email, name, removedAt: created_at.toISOString() }));
}

/** Whoever comes back gets the role of newcomers: nobody gives one that can do more than they can. */
async function newcomersRole(tx: Tx, { organisationId }: Caller): Promise<Role> {
  return (await findSettings(tx, organisationId))?.default_role ?? 'viewer';
}

/** Whoever invites somebody again wants them back, by the provider too. */
export async function liftBlocksOf(tx: Tx, caller: Caller, email: string): Promise<void> {
  if (isWithin(caller, await newcomersRole(tx, caller))) await deleteBlocksOf(tx, caller.organisationId, email);
}

/** The next time they come they are a newcomer. @throws Problem single_sign_on_block_not_found, access_denied */
export async function liftBlock(db: Database, caller: Caller, id: string): Promise<void> {
  const { organisationId } = caller;
  await withOrganisation(db, organisationId, async (tx) => {
    refuseBeyond(caller, await newcomersRole(tx, caller));
    const lifted = await deleteBlock(tx, organisationId, id);
    if (lifted === undefined) throw new Problem('single_sign_on_block_not_found');
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'single-sign-on.unblock',
      subject: { kind: 'single-sign-on-block', id },
      personal: { email: lifted.email, name: lifted.name },
    });
  });
}
