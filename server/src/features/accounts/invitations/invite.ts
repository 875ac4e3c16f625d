import type { Invitation } from '@proofpix/contract/api/invitations';
import type { Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Database } from '../../../db/database.ts';
import { asSystem, withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Attempts } from '../attempts.ts';
import { findMembership } from '../queries.ts';
import { refuseBeyond } from '../refuse-beyond.ts';
import { newSecret } from '../secrets.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import type { Mailer } from '../../mail/open-mail.ts';
import { liftBlocksOf } from '../single-sign-on/blocks.ts';
import { refuseRequired } from '../single-sign-on/requirement.ts';
import {
  countInvitations,
  deleteInvitation,
  findInvitation,
  insertInvitation,
  isMember,
  listInvitations,
  renewInvitation,
  type InvitationRow,
} from './queries.ts';

export type InviteParts = { db: Database; attempts: Attempts; mail: Mailer };

const lifetime = 7 * 24 * 60 * 60_000;
/** Mails of one organisation in a quarter of an hour: nobody uses this server to write to strangers. */
const mailsAtOnce = 50;

/**
 * The answer is the same whether or not the address has an account on this server; only who reads its mail learns it.
 * @throws Problem access_denied, member_exists, invitation_exists, rate_limited, single_sign_on_required
 */
export async function invite(
  parts: InviteParts,
  caller: Caller,
  wanted: { email: string; role: Role; language: MailLanguage },
): Promise<Invitation> {
  const { organisationId } = caller;
  refuseMore(caller, wanted.role);
  const email = wanted.email.toLowerCase();
  await beginMail(parts, caller);
  const { secret: token, hash } = newSecret('link');
  const expiresAt = new Date(Date.now() + lifetime);
  return asSystem(parts.db, 'invitations', async (tx) => {
    await refuseRequired(tx, organisationId, wanted.role);
    if (await isMember(tx, organisationId, email)) throw new Problem('member_exists');
    if ((await countInvitations(tx, organisationId)) >= limits.invitations) {
      throw new Problem('invalid_request', `${limits.invitations} invitations stand open. Revoke one first.`);
    }
    const invitation = { organisationId, email, role: wanted.role, hash, invitedBy: caller.userId, expiresAt };
    const id = await insertInvitation(tx, invitation);
    if (id === undefined) throw new Problem('invitation_exists');
    await liftBlocksOf(tx, caller, email);
    await sendLink(parts, tx, caller, { email, role: wanted.role, token, language: wanted.language, expiresAt });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'invitation.make',
      subject: { kind: 'invitation', id },
      after: { role: wanted.role },
      personal: { email },
    });
    return shown(await findInvitation(tx, organisationId, id));
  });
}

/** @throws Problem invitation_not_found, access_denied, rate_limited, single_sign_on_required */
export async function inviteAgain(
  parts: InviteParts,
  caller: Caller,
  { id, language }: { id: string; language: MailLanguage },
): Promise<Invitation> {
  const { organisationId } = caller;
  await beginMail(parts, caller);
  const { secret: token, hash } = newSecret('link');
  const expiresAt = new Date(Date.now() + lifetime);
  return asSystem(parts.db, 'invitations', async (tx) => {
    const row = await findInvitation(tx, organisationId, id);
    if (row === undefined) throw new Problem('invitation_not_found');
    refuseMore(caller, row.role);
    await refuseRequired(tx, organisationId, row.role);
    await renewInvitation(tx, id, { hash, expiresAt });
    await sendLink(parts, tx, caller, { email: row.email, role: row.role, token, language, expiresAt });
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'invitation.resend',
      subject: { kind: 'invitation', id },
      personal: { email: row.email },
    });
    return shown(await findInvitation(tx, organisationId, id));
  });
}

/** @throws Problem invitation_not_found */
export async function revokeInvitation(db: Database, caller: Caller, id: string): Promise<void> {
  const { organisationId } = caller;
  await withOrganisation(db, organisationId, async (tx) => {
    const revoked = await deleteInvitation(tx, organisationId, id);
    if (revoked === undefined) throw new Problem('invitation_not_found');
    await recordAct(tx, {
      organisationId,
      actor: actorOf(caller),
      act: 'invitation.revoke',
      subject: { kind: 'invitation', id },
      before: { role: revoked.role },
      personal: { email: revoked.email },
    });
  });
}

export async function readInvitations(db: Database, organisationId: string): Promise<Invitation[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listInvitations(tx, organisationId));
  return rows.map(shown);
}

function refuseMore(caller: Caller, role: Role): void {
  if (role === 'owner' && caller.role !== 'owner') throw new Problem('access_denied', 'Only an owner invites owners.');
  refuseBeyond(caller, role);
}

async function beginMail({ attempts }: InviteParts, { organisationId }: Caller): Promise<void> {
  await attempts.begin([{ key: `invitations ${organisationId}`, allowed: mailsAtOnce }]);
}

async function sendLink(
  { mail }: InviteParts,
  tx: Tx,
  caller: Caller,
  link: { email: string; role: Role; token: string; language: MailLanguage; expiresAt: Date },
): Promise<void> {
  const inviter = await findMembership(tx, caller.userId, caller.organisationId);
  if (inviter === undefined) throw new Problem('sign_in_required'); // removed between two queries
  const message = { kind: 'invitation', organisation: inviter.organisation_name, inviter: inviter.name } as const;
  await mail.put(
    tx,
    { to: link.email, language: link.language, message: { ...message, role: link.role, token: link.token } },
    link.expiresAt,
  );
}

/** Never the link: who invites needs not be able to accept. */
function shown(row: InvitationRow | undefined): Invitation {
  if (row === undefined) throw new Problem('invitation_not_found');
  return {
    id: row.id,
    email: row.email,
    role: row.role,
    invitedBy: row.invited_by_name,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at.toISOString(),
  };
}
