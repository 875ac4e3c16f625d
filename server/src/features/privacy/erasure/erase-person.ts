import { randomUUID } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { deleteMembership, findMember, findUserById, lockOwners } from '../../accounts/queries.ts';
import { actorOf, recordAct, systemActor, type Actor } from '../../audit/record-act.ts';
import { noteErasure } from '../notices/note-erasure.ts';
import type { PrivacyParts } from '../parts.ts';
import { provePerson } from '../../accounts/prove-person.ts';
import {
  deleteUser,
  findErasure,
  findKnownAs,
  findLastRoles,
  findMembershipsOf,
  findNotedBy,
  insertErasure,
} from './queries.ts';
import type { Sought } from './sought.ts';

/** Lines of logs and refused sign-ins are written a moment after they happen: nothing may come behind the search. */
const settleMilliseconds = 3_000;

type Parts = Pick<PrivacyParts, 'db' | 'keys' | 'queue' | 'attempts'>;

/**
 * Somebody erases themself, everywhere. The account is gone when this returns; what is searched for in texts goes in the
 * background, and what is searched for is sealed until then.
 * @throws Problem confirmation_wrong, last_owner_of, last_operator, and what `provePerson` throws
 */
export async function eraseSelf(
  parts: Parts,
  caller: Caller,
  given: { password?: string | undefined; code?: string | undefined; email: string },
): Promise<void> {
  await provePerson(parts, caller, given);
  const { userId } = caller;
  await asSystem(parts.db, 'erase', async (tx) => {
    const user = await findUserById(tx, userId);
    if (user === undefined) throw new Problem('sign_in_required'); // gone meanwhile
    if (given.email.trim().toLowerCase() !== user.email) throw new Problem('confirmation_wrong');
    const last = await findLastRoles(tx, userId);
    if (last.organisations.length > 0) throw new Problem('last_owner_of');
    if (last.operator) throw new Problem('last_operator');
    const organisations = await findMembershipsOf(tx, userId);
    // Not the member but the server: an act of theirs would come with the address they did it from.
    for (const [index, organisationId] of organisations.entries())
      await begin(tx, parts, {
        organisationId,
        user,
        askedBy: 'self',
        whole: true,
        everywhere: index === 0,
        actor: systemActor('erasure'),
      });
    await deleteUser(tx, userId);
  });
}

/**
 * Somebody who manages members removes one, with everything that the organisation knows of them. The account goes too when
 * it was in no other organisation: nobody decides for another one.
 * @throws Problem member_not_found, last_owner, last_operator, access_denied, confirmation_wrong
 */
export async function eraseMember(parts: Parts, caller: Caller, userId: string, given: { email: string }) {
  const { organisationId } = caller;
  return asSystem(parts.db, 'erase', async (tx) => {
    const owners = await lockOwners(tx, organisationId);
    const member = await findMember(tx, { organisationId, userId });
    const user = await findUserById(tx, userId);
    if (member === undefined || user === undefined) throw new Problem('member_not_found');
    if (owners.includes(userId)) {
      if (caller.role !== 'owner') throw new Problem('access_denied', 'Only an owner removes owners.');
      if (owners.length === 1) throw new Problem('last_owner');
    }
    if (given.email.trim().toLowerCase() !== user.email) throw new Problem('confirmation_wrong');
    const whole = (await findMembershipsOf(tx, userId)).length === 1;
    if (whole && (await findLastRoles(tx, userId)).operator) throw new Problem('last_operator');
    const id = await begin(tx, parts, {
      organisationId,
      user,
      askedBy: 'admin',
      whole,
      everywhere: whole,
      actor: actorOf(caller),
    });
    await deleteMembership(tx, { organisationId, userId });
    const row = await findErasure(tx, id);
    if (row === undefined) throw new Error('An erasure was not written.');
    return row;
  });
}

type Begin = {
  organisationId: string;
  user: { id: string; email: string; name: string };
  askedBy: 'self' | 'admin';
  whole: boolean;
  everywhere: boolean;
  actor: Actor;
};

/** Before the account goes: afterwards nobody knows what to look for. */
async function begin(
  tx: Tx,
  { keys, queue }: Parts,
  { organisationId, user, askedBy, whole, everywhere, actor }: Begin,
): Promise<string> {
  const before = await findKnownAs(tx, user.id);
  const sought: Sought = {
    userId: user.id,
    emails: [...new Set([user.email, ...before.emails.map((email) => email.toLowerCase())])],
    names: [...new Set([user.name, ...before.names])],
    reportsOf: await findNotedBy(tx, organisationId, user.id),
    everywhere,
  };
  const id = randomUUID();
  await insertErasure(tx, {
    id,
    organisationId,
    userId: user.id,
    askedBy,
    whole,
    sought: keys.seal(Buffer.from(JSON.stringify(sought)), erasurePurpose(organisationId, id)),
  });
  await queue.send(tx, 'erasure', { organisationId, id }, { after: new Date(Date.now() + settleMilliseconds) });
  await noteErasure(tx, queue, organisationId, { kind: 'person', person: user.id });
  await recordAct(tx, {
    organisationId,
    actor,
    act: 'person.erase',
    subject: { kind: 'member', id: user.id },
    after: { erasure: id, askedBy, whole },
  });
  return id;
}

export function erasurePurpose(organisationId: string, id: string): string {
  return `erasure\n${organisationId}\n${id}`;
}
