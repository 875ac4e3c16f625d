import type { OpenInvitation } from '@proofpix/contract/api/invitations';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import { recordAct } from '../../audit/record-act.ts';
import type { Attempts } from '../attempts.ts';
import { requireSession } from '../sessions/require-session.ts';
import { hashChosenPassword } from '../choose-password.ts';
import { findMembership, findUser, findUserById, insertMembership, insertUser, setEmailVerified } from '../queries.ts';
import { hashSecret } from '../secrets.ts';
import { beginSession, type SignedIn, type SignInFrom } from '../sign-in.ts';
import { refuseRequired } from '../single-sign-on/requirement.ts';
import { findOpenInvitation, takeInvitation } from './queries.ts';

type Parts = { db: Database; attempts: Attempts };

/** @throws Problem link_invalid, rate_limited */
export async function openInvitation(parts: Parts, given: { token: string; address: string }): Promise<OpenInvitation> {
  const attempt = await beginWithLink(parts, given);
  const found = await asSystem(parts.db, 'invitations', async (tx) => {
    const row = await findOpenInvitation(tx, hashSecret(given.token));
    return row && { row, hasAccount: (await findUser(tx, row.email)) !== undefined };
  });
  if (found === undefined) throw new Problem('link_invalid');
  await attempt.succeeded();
  const { row, hasAccount } = found;
  return {
    organisation: row.organisation_name,
    email: row.email,
    role: row.role,
    hasAccount,
    expiresAt: row.expires_at.toISOString(),
  };
}

/**
 * For somebody without an account: the link came by mail, so the address is theirs.
 * @throws Problem link_invalid, account_exists, single_sign_on_required, rate_limited
 */
export async function acceptInvitation(
  parts: Parts,
  given: { token: string; name: string; password: string; from: SignInFrom; replaces?: string | undefined },
): Promise<SignedIn> {
  const { from, replaces } = given;
  const attempt = await beginWithLink(parts, from);
  const hash = hashSecret(given.token);
  // Before the password is hashed: that takes memory and time, which a stranger's guess is not worth.
  const open = await asSystem(parts.db, 'invitations', (tx) => findOpenInvitation(tx, hash));
  if (open === undefined) throw new Problem('link_invalid');
  const passwordHash = await hashChosenPassword(given.password, {
    email: open.email,
    name: given.name,
    organisation: open.organisation_name,
  });
  const signedIn = await asSystem(parts.db, 'invitations', async (tx) => {
    const taken = await takeInvitation(tx, hash);
    if (taken === undefined) return undefined;
    const { organisation_id: organisationId, role, email } = taken;
    await refuseRequired(tx, organisationId, role);
    const userId = await insertUser(tx, { email, name: given.name, passwordHash, operator: false, verified: true });
    // What was taken is put back with the transaction: the link still works for who signs in.
    if (userId === undefined) throw new Problem('account_exists');
    await insertMembership(tx, { organisationId, userId, role });
    await recordAct(tx, {
      organisationId,
      actor: { kind: 'member', id: userId, role, via: 'link', ...from },
      act: 'invitation.accept',
      subject: { kind: 'invitation', id: taken.id },
      after: { role, member: userId },
      personal: { email, name: given.name },
    });
    return beginSession(tx, { userId, organisationId, kind: 'cookie', by: 'invitation', from, replaces });
  });
  if (signedIn === undefined) throw new Problem('link_invalid');
  await attempt.succeeded();
  return signedIn;
}

/**
 * For somebody who has an account and is signed in with it. The account's address must be the one that was invited: a link
 * that was passed on makes nobody a member.
 * @throws Problem link_invalid, invitation_of_another, member_exists, session_required, single_sign_on_session
 */
export async function joinByInvitation(
  parts: Parts,
  caller: Caller,
  { token }: { token: string },
): Promise<{ id: string; name: string }> {
  requireSession(caller);
  const attempt = await beginWithLink(parts, caller);
  const joined = await asSystem(parts.db, 'invitations', async (tx) => {
    const taken = await takeInvitation(tx, hashSecret(token));
    const user = await findUserById(tx, caller.userId);
    if (taken === undefined || user === undefined) return undefined;
    const { organisation_id: organisationId, role } = taken;
    // A provider's person is in no other organisation, whatever address the provider gives them.
    if (user.managed_by !== null) throw new Problem('single_sign_on_session');
    if (user.email !== taken.email) throw new Problem('invitation_of_another');
    if ((await findMembership(tx, user.id, organisationId)) !== undefined) throw new Problem('member_exists');
    await insertMembership(tx, { organisationId, userId: user.id, role });
    await setEmailVerified(tx, user.id);
    const membership = await findMembership(tx, user.id, organisationId);
    await recordAct(tx, {
      organisationId,
      actor: {
        kind: 'member',
        id: user.id,
        role,
        via: caller.credential,
        address: caller.address,
        requestId: caller.requestId,
      },
      act: 'invitation.accept',
      subject: { kind: 'invitation', id: taken.id },
      after: { role, member: user.id },
      personal: { email: user.email, name: user.name },
    });
    return { id: organisationId, name: membership?.organisation_name ?? '' };
  });
  if (joined === undefined) throw new Problem('link_invalid');
  await attempt.succeeded();
  return joined;
}

function beginWithLink({ attempts }: Parts, { address }: { address: string }) {
  return attempts.begin([{ key: `link ${address}`, allowed: 30 }]);
}
