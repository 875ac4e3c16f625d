import { Problem } from '@proofpix/contract/errors';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { nobody, type Queue } from '../../../queue.ts';
import type { Attempts } from '../attempts.ts';
import { hashChosenPassword } from '../choose-password.ts';
import { findUser, findUserById, setMailLanguage } from '../queries.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { endSessions } from '../sessions/end-sessions.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import { deleteEmailChanges, listMemberships } from '../email-changes/queries.ts';
import type { Mailer } from '../../mail/open-mail.ts';
import {
  bindRequest,
  deleteRequest,
  deleteResets,
  findRequest,
  findReset,
  insertRequest,
  setNewPassword,
  takeReset,
} from './queries.ts';

export type ResetParts = { db: Database; attempts: Attempts; queue: Queue; mail: Mailer };

const lifetime = 60 * 60_000;
/** The notice is worth reading for longer than any link works. */
const noticeLifetime = 7 * 24 * 60 * 60_000;

/**
 * Writes down that somebody asked, and nothing else: whether there is such an account is looked up by the job, so that
 * neither the answer nor its time tells. @throws Problem rate_limited
 */
export async function askForReset(
  { db, attempts, queue }: ResetParts,
  given: { email: string; language: MailLanguage; address: string },
): Promise<void> {
  const email = given.email.toLowerCase();
  await attempts.begin([
    { key: `reset ${given.address}`, allowed: 20 },
    // Nobody's mailbox is filled from here; many places at once neither.
    { key: `reset ${given.address} ${email}`, allowed: 3 },
    { key: `reset ${email}`, allowed: 10 },
  ]);
  const request = { ...given, email, expiresAt: new Date(Date.now() + lifetime) };
  await asSystem(db, 'send-mail', async (tx) => {
    const id = await insertRequest(tx, request);
    await queue.send(tx, 'password-reset', { organisationId: nobody, id });
  });
}

/** The job: a link, where there is an account. Everything in one transaction, so that it can run again. */
export async function sendReset({ db, mail }: Pick<ResetParts, 'db' | 'mail'>, id: string): Promise<void> {
  await asSystem(db, 'send-mail', async (tx) => {
    const request = await findRequest(tx, id);
    if (request === undefined) return;
    const user = await findUser(tx, request.email);
    if (user === undefined) return deleteRequest(tx, id);
    const { secret: token, hash } = newSecret('link');
    await bindRequest(tx, id, { userId: user.id, hash });
    const message = { kind: 'password-reset', token } as const;
    await mail.put(tx, { to: user.email, language: request.language, message }, request.expires_at);
    for (const { organisation_id: organisationId } of await listMemberships(tx, user.id)) {
      await recordAct(tx, {
        organisationId,
        // Nobody has proved to be anybody yet.
        actor: systemActor('password-reset'),
        act: 'password-reset.ask',
        subject: { kind: 'member', id: user.id },
        personal: { address: request.address },
      });
    }
  });
}

/**
 * Ends every session of the account, and a change of its address that somebody else may have begun.
 * @throws Problem link_invalid, rate_limited
 */
export async function resetPassword(
  { db, attempts, mail }: ResetParts,
  given: { token: string; password: string; address: string; requestId: string },
): Promise<void> {
  const attempt = await attempts.begin([{ key: `link ${given.address}`, allowed: 30 }]);
  const tokenHash = hashSecret(given.token);
  // Before the password is hashed: that takes memory and time, which a stranger's guess is not worth.
  const open = await asSystem(db, 'send-mail', (tx) => findReset(tx, tokenHash));
  if (open === undefined) throw new Problem('link_invalid');
  const passwordHash = await hashChosenPassword(given.password, { email: open.email });
  const done = await asSystem(db, 'send-mail', async (tx) => {
    const taken = await takeReset(tx, tokenHash);
    const user = taken?.user_id == null ? undefined : await findUserById(tx, taken.user_id);
    // The link went to a mailbox that is not the account's any more.
    if (taken === undefined || user === undefined || user.email !== taken.email) return false;
    await setNewPassword(tx, user.id, passwordHash);
    await setMailLanguage(tx, user.id, taken.language);
    await deleteResets(tx, user.id);
    await deleteEmailChanges(tx, user.id);
    const notice = { to: user.email, language: taken.language, message: { kind: 'password-changed' } } as const;
    await mail.put(tx, notice, new Date(Date.now() + noticeLifetime));
    for (const { organisation_id: organisationId, role } of await listMemberships(tx, user.id)) {
      await recordAct(tx, {
        organisationId,
        actor: { kind: 'member', id: user.id, role, via: 'link', address: given.address, requestId: given.requestId },
        act: 'password-reset.done',
        subject: { kind: 'member', id: user.id },
      });
    }
    const actor = systemActor('password-reset');
    await endSessions(tx, { userId: user.id, actor, reason: 'the password was reset' });
    return true;
  });
  if (!done) throw new Problem('link_invalid');
  await attempt.succeeded();
}
