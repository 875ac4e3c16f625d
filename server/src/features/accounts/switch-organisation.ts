import type { Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { listMembershipsOf } from './queries.ts';
import { deleteSessions, findSessionWay } from './sessions/queries.ts';
import { requireSession } from './sessions/require-session.ts';
import { beginSession, type NewSession, type SignedIn, type SignInFrom } from './sign-in.ts';

type Mine = { id: string; name: string; role: Role; current: boolean; singleSignOnRequired: boolean };

/** Where somebody is a member. What an organisation's provider or token opened shows that organisation alone. */
export async function readOrganisations(db: Database, caller: Caller): Promise<Mine[]> {
  const rows = await asSystem(db, 'sign-in', (tx) => listMembershipsOf(tx, caller.userId));
  const confined = caller.byProvider || caller.credential === 'api_token';
  return rows
    .filter((row) => !confined || row.organisation_id === caller.organisationId)
    .map((row) => ({
      id: row.organisation_id,
      name: row.organisation_name,
      role: row.role,
      current: row.organisation_id === caller.organisationId,
      singleSignOnRequired: row.single_sign_on_required,
    }));
}

/**
 * A session belongs to one organisation: the next one is another session, with nothing of the one before.
 * @throws Problem organisation_not_found, session_required, single_sign_on_session, single_sign_on_required
 */
export async function switchOrganisation(
  db: Database,
  caller: Caller,
  given: { organisationId: string; from: SignInFrom },
): Promise<SignedIn> {
  requireSession(caller);
  const { userId, credentialId } = caller;
  if (caller.credential !== 'cookie') {
    throw new Problem('invalid_request', 'A program signs in with `organisationId` instead.');
  }
  return asSystem(db, 'sign-in', async (tx) => {
    // As it was proved then: beginSession wrote it.
    const by = (await findSessionWay(tx, credentialId)) as NewSession['by'] | undefined;
    if (by === undefined) throw new Problem('sign_in_required'); // ended between two queries
    const next = { userId, organisationId: given.organisationId, kind: 'cookie', by, from: given.from } as const;
    const signedIn = await beginSession(tx, next);
    if (signedIn === undefined) throw new Problem('organisation_not_found');
    await deleteSessions(tx, { userId, id: credentialId });
    return signedIn;
  });
}
