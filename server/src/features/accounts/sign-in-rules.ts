import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import { findSignInRules, setSignInRules } from './queries.ts';

export type SignInRules = { requireSecondFactor: boolean };

export async function readSignInRules(db: Database, { organisationId }: Caller): Promise<SignInRules> {
  return withOrganisation(db, organisationId, (tx) => findSignInRules(tx, organisationId));
}

/** Members without a second factor can from now on only set it up, the caller included. */
export async function changeSignInRules(db: Database, caller: Caller, rules: SignInRules): Promise<SignInRules> {
  const { organisationId } = caller;
  return asSystem(db, 'manage-members', async (tx) => {
    const before = await findSignInRules(tx, organisationId);
    await setSignInRules(tx, organisationId, rules);
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'organisation.change-sign-in-rules',
      subject: { kind: 'organisation', id: organisationId },
      before,
      after: rules,
    });
    return rules;
  });
}
