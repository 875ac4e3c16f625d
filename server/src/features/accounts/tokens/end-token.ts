import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import { deleteToken } from './queries.ts';

/**
 * Deletes a token of the caller. A token ends itself and no other: one that was stolen must not shut its owner's programs out.
 * @throws Problem token_not_found, access_denied
 */
export async function deleteOwnToken(db: Database, caller: Caller, id: string): Promise<void> {
  if (caller.credential === 'api_token' && caller.credentialId !== id) {
    throw new Problem('access_denied', 'An API token deletes no other API token.');
  }
  await end(db, caller, { id, userId: caller.userId });
}

/** Ends the token of any member. @throws Problem token_not_found */
export async function revokeToken(db: Database, caller: Caller, id: string): Promise<void> {
  await end(db, caller, { id });
}

async function end(db: Database, caller: Caller, token: { id: string; userId?: string }): Promise<void> {
  await withOrganisation(db, caller.organisationId, (tx) => endTokenIn(tx, caller, token));
}

/** @param token with `userId`: only when it is this member's @throws Problem token_not_found */
export async function endTokenIn(tx: Tx, caller: Caller, token: { id: string; userId?: string }): Promise<void> {
  const { organisationId } = caller;
  const row = await deleteToken(tx, { ...token, organisationId });
  if (row === undefined) throw new Problem('token_not_found');
  await recordAct(tx, {
    organisationId,
    actor: actorOf(caller),
    act: token.userId === undefined ? 'token.revoke' : 'token.delete',
    subject: { kind: 'token', id: row.id },
    before: { access: row.access, member: row.user_id },
    personal: { name: row.name },
  });
}
