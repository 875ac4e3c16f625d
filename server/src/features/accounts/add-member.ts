import type { Plan, Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { actorOf, recordAct, systemActor } from '../audit/record-act.ts';
import { hashChosenPassword } from './choose-password.ts';
import { insertMembership, insertOrganisation, insertUser, organisationExists, type MemberRow } from './queries.ts';
import { refuseBeyond } from './refuse-beyond.ts';

export type NewPerson = { email: string; name: string; password: string };

/**
 * For the operator, who could do the same in the database. An admin who chose the password of an address that is not
 * theirs would have an account that its owner is later invited to. @throws Problem organisation_not_found, member_exists, access_denied
 */
export async function addMember(
  db: Database,
  caller: Caller,
  person: NewPerson & { role: Role; organisationId?: string | undefined },
): Promise<MemberRow> {
  const organisationId = person.organisationId ?? caller.organisationId;
  // Whoever is signed in as operator sets up other organisations; a token that leaked must not enter any of them.
  if (organisationId === caller.organisationId || caller.credential === 'api_token') refuseBeyond(caller, person.role);
  const passwordHash = await hashChosenPassword(person.password, person);
  return asSystem(db, 'manage-members', async (tx) => {
    if (!(await organisationExists(tx, organisationId))) throw new Problem('organisation_not_found');
    const added = await insertPerson(tx, { ...person, passwordHash, organisationId });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'member.add',
      subject: { kind: 'member', id: added.id },
      after: { role: added.role },
      personal: { email: added.email, name: added.name },
    });
    return added;
  });
}

/** @throws Problem organisation_exists, member_exists */
export async function createOrganisation(
  db: Database,
  caller: Caller,
  wanted: { name: string; plan: Plan; owner: NewPerson },
): Promise<{ id: string; owner: MemberRow }> {
  const passwordHash = await hashChosenPassword(wanted.owner.password, {
    email: wanted.owner.email,
    name: wanted.owner.name,
    organisation: wanted.name,
  });
  return asSystem(db, 'create-organisation', async (tx) => {
    const id = await insertOrganisation(tx, { name: wanted.name, plan: wanted.plan });
    if (id === undefined) throw new Problem('organisation_exists');
    const owner = await insertPerson(tx, { ...wanted.owner, passwordHash, role: 'owner', organisationId: id });
    const made = {
      act: 'organisation.create',
      subject: { kind: 'organisation', id },
      after: { plan: wanted.plan, owner: owner.id },
    } as const;
    // The operator belongs to another organisation: who that is stands in the trail of the server alone.
    await recordAct(tx, { ...made, organisationId: id, actor: systemActor('operator') });
    await recordAct(tx, { ...made, organisationId: null, actor: actorOf(caller) });
    return { id, owner };
  });
}

/**
 * Somebody who has an account already is refused, not added: the password that was typed here would not be theirs, and
 * their name would be shown to an organisation they never joined.
 */
async function insertPerson(
  tx: Tx,
  person: { email: string; name: string; passwordHash: string; role: Role; organisationId: string },
): Promise<MemberRow> {
  const email = person.email.toLowerCase();
  const id = await insertUser(tx, { email, name: person.name, passwordHash: person.passwordHash, operator: false });
  if (id === undefined) throw new Problem('member_exists', 'The e-mail address has an account on this server.');
  const created_at = await insertMembership(tx, {
    organisationId: person.organisationId,
    userId: id,
    role: person.role,
  });
  return { id, email, name: person.name, role: person.role, created_at, has_second_factor: false };
}
