import type { Plan, Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { hashPassword } from './passwords.ts';
import { insertMembership, insertOrganisation, insertUser, type MemberRow } from './queries.ts';

export type NewPerson = { email: string; name: string; password: string };

/** @throws Problem access_denied, member_exists */
export async function addMember(db: Database, caller: Caller, person: NewPerson & { role: Role }): Promise<MemberRow> {
  if (person.role === 'owner' && caller.role !== 'owner') {
    throw new Problem('access_denied', 'Only an owner adds owners.');
  }
  const passwordHash = await hashPassword(person.password);
  return asSystem(db, 'manage-members', (tx) =>
    insertPerson(tx, { ...person, passwordHash, organisationId: caller.organisationId }),
  );
}

/** @throws Problem organisation_exists, member_exists */
export async function createOrganisation(
  db: Database,
  wanted: { name: string; plan: Plan; owner: NewPerson },
): Promise<{ id: string; owner: MemberRow }> {
  const passwordHash = await hashPassword(wanted.owner.password);
  return asSystem(db, 'create-organisation', async (tx) => {
    const id = await insertOrganisation(tx, { name: wanted.name, plan: wanted.plan });
    if (id === undefined) throw new Problem('organisation_exists');
    return { id, owner: await insertPerson(tx, { ...wanted.owner, passwordHash, role: 'owner', organisationId: id }) };
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
  return { id, email, name: person.name, role: person.role, created_at };
}
