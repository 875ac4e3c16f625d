import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { actorOf, recordAct } from '../audit/record-act.ts';
import type { Attempts } from './attempts.ts';
import { hashChosenPassword } from './choose-password.ts';
import { verifyPassword } from './passwords.ts';
import { findMembership, findPasswordHash, setName, setPassword, type MembershipRow } from './queries.ts';
import { endSessions } from './sessions/end-sessions.ts';
import { findSessionWay } from './sessions/queries.ts';
import { requireSession } from './sessions/require-session.ts';

export async function readAccount(db: Database, { userId, organisationId }: Caller): Promise<MembershipRow> {
  const row = await asSystem(db, 'sign-in', (tx) => findMembership(tx, userId, organisationId));
  if (row === undefined) throw new Problem('sign_in_required'); // removed between two queries
  return row;
}

/** @throws Problem single_sign_on_session */
export async function changeName(db: Database, caller: Caller, name: string): Promise<MembershipRow> {
  // It is shown in all their organisations.
  if (caller.byProvider) throw new Problem('single_sign_on_session');
  await asSystem(db, 'sign-in', (tx) => setName(tx, caller.userId, name));
  return readAccount(db, caller);
}

/**
 * A session alone does not change the password: somebody at an unlocked screen would keep the account. Whoever has none
 * needs the link of a start, which is the server's own proof. All other sessions end: one of them may be why.
 * @throws Problem password_wrong, password_common, session_required
 */
export async function changePassword(
  { db, attempts }: { db: Database; attempts: Attempts },
  caller: Caller,
  given: { current?: string | undefined; password: string },
): Promise<void> {
  requireSession(caller);
  const { userId, organisationId, credentialId } = caller;
  const attempt = await attempts.begin([{ key: `password of ${userId}`, allowed: 10 }]);
  const before = await asSystem(db, 'sign-in', async (tx) => ({
    hash: await findPasswordHash(tx, userId),
    way: await findSessionWay(tx, credentialId),
    person: await findMembership(tx, userId, organisationId),
  }));
  const right = before.hash === null ? before.way === 'link' : await verifyPassword(given.current ?? '', before.hash);
  if (!right) throw new Problem('password_wrong');
  await attempt.succeeded();
  const passwordHash = await hashChosenPassword(given.password, {
    email: before.person?.email ?? '',
    name: before.person?.name ?? '',
    organisation: before.person?.organisation_name ?? '',
  });
  await asSystem(db, 'sign-in', async (tx) => {
    await setPassword(tx, userId, passwordHash);
    const actor = actorOf(caller);
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'account.change-password',
      subject: { kind: 'member', id: userId },
    });
    await endSessions(tx, { userId, actor, reason: 'the password was changed', except: credentialId });
  });
}
