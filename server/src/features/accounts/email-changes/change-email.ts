import { Problem } from '@proofpix/contract/errors';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Attempts } from '../attempts.ts';
import { requireSession } from '../sessions/require-session.ts';
import { verifyPassword } from '../passwords.ts';
import { findUserById, setMailLanguage } from '../queries.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { recordAct } from '../../audit/record-act.ts';
import type { Mailer } from '../../mail/open-mail.ts';
import { deleteResets } from '../password-resets/queries.ts';
import { listMemberships, putEmailChange, setEmail, takeEmailChange } from './queries.ts';

export type EmailParts = { db: Database; attempts: Attempts; mail: Mailer };

const lifetime = 24 * 60 * 60_000;
/** The notice is worth reading for longer than the link works. */
const noticeLifetime = 7 * 24 * 60 * 60_000;

/**
 * The answer is the same whether or not another account has the address: only who reads its mail learns it.
 * @throws Problem password_wrong, session_required, single_sign_on_session, rate_limited
 */
export async function askForEmail(
  { db, attempts, mail }: EmailParts,
  caller: Caller,
  given: { email: string; password: string; language: MailLanguage },
): Promise<void> {
  requireSession(caller);
  const attempt = await attempts.begin([{ key: `password ${caller.userId}`, allowed: 10 }]);
  const user = await asSystem(db, 'send-mail', (tx) => findUserById(tx, caller.userId));
  if (!(await verifyPassword(given.password, user?.password_hash ?? null)) || user === undefined) {
    throw new Problem('password_wrong');
  }
  await attempt.succeeded();
  await attempts.begin([{ key: `email ${caller.userId}`, allowed: 10 }]);
  const email = given.email.toLowerCase();
  const { secret: token, hash } = newSecret('link');
  const expiresAt = new Date(Date.now() + lifetime);
  const { language } = given;
  await asSystem(db, 'send-mail', async (tx) => {
    await setMailLanguage(tx, user.id, language);
    await putEmailChange(tx, { userId: user.id, email, hash, expiresAt });
    await mail.put(tx, { to: email, language, message: { kind: 'confirm-email', token } }, expiresAt);
    if (email === user.email) return;
    const notice = { to: user.email, language, message: { kind: 'email-change-asked' } } as const;
    await mail.put(tx, notice, new Date(Date.now() + noticeLifetime));
  });
}

/** @throws Problem link_invalid, email_taken, rate_limited */
export async function confirmEmail(
  { db, attempts }: Pick<EmailParts, 'db' | 'attempts'>,
  given: { token: string; address: string; requestId: string },
): Promise<{ email: string }> {
  const attempt = await attempts.begin([{ key: `link ${given.address}`, allowed: 30 }]);
  const email = await asSystem(db, 'send-mail', async (tx) => {
    const taken = await takeEmailChange(tx, hashSecret(given.token));
    const user = taken && (await findUserById(tx, taken.user_id));
    if (taken === undefined || user === undefined) return undefined;
    if (!(await setEmail(tx, user.id, taken.email))) throw new Problem('email_taken');
    // A link that lies in the old mailbox.
    await deleteResets(tx, user.id);
    for (const { organisation_id: organisationId, role } of await listMemberships(tx, user.id)) {
      await recordAct(tx, {
        organisationId,
        actor: { kind: 'member', id: user.id, role, via: 'link', address: given.address, requestId: given.requestId },
        act: 'email.change',
        subject: { kind: 'member', id: user.id },
        personal: { before: user.email, after: taken.email },
      });
    }
    return taken.email;
  });
  if (email === undefined) throw new Problem('link_invalid');
  await attempt.succeeded();
  return { email };
}
