import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import type { Mailer } from '../../mail/open-mail.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import type { Attempts } from '../attempts.ts';
import { findMembership, findUserById } from '../queries.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import type { SignedIn, SignInFrom } from '../sign-in.ts';
import { deleteSessions, holdRefreshToken, insertRefreshToken, insertReuse, useRefreshToken } from './queries.ts';

/** Of a mail that tells of it: nothing in it is ever over. */
const noticeLifetime = 7 * 24 * 60 * 60_000;
/** Access tokens last ten minutes: whoever asks more often than this grows the table, not their access. */
const refreshesPerWindow = 30;

/**
 * Gives the next refresh token for one that was not used yet. One that comes again was stolen, from either side: nobody
 * can tell who brings it, so the session ends for both. There is no grace for a client that races with itself: the thief
 * would have it too. A client whose answer was lost on the way signs in again.
 * @throws Problem refresh_invalid
 */
export async function refreshSession(
  { db, attempts, mail }: { db: Database; attempts: Attempts; mail: Mailer },
  { refreshToken, from }: { refreshToken: string; from: SignInFrom },
): Promise<SignedIn> {
  const guess = await attempts.begin([{ key: `refresh ${from.address}`, allowed: 100 }]);
  const refreshed = await asSystem(db, 'sign-in', async (tx) => {
    const row = await holdRefreshToken(tx, hashSecret(refreshToken));
    if (row === undefined) return undefined;
    const { session_id: sessionId, organisation_id: organisationId, user_id: userId } = row;
    if (row.used_at !== null) {
      await deleteSessions(tx, { userId, id: sessionId });
      await recordAct(tx, {
        organisationId,
        // Either of the two: the trail does not name a person for it.
        actor: systemActor('refresh'),
        act: 'session.reuse',
        result: 'refused',
        subject: { kind: 'session', id: sessionId },
        reason: 'a refresh token came a second time',
        before: { member: userId },
        personal: { address: from.address },
      });
      await insertReuse(tx, row, from.address);
      const user = await findUserById(tx, userId);
      if (user === undefined) return undefined;
      const notice = { to: user.email, language: user.mail_language, message: { kind: 'session-reused' } } as const;
      await mail.put(tx, notice, new Date(Date.now() + noticeLifetime));
      return undefined;
    }
    await attempts.begin([{ key: `refresh ${sessionId}`, allowed: refreshesPerWindow }]);
    const membership = await findMembership(tx, userId, organisationId);
    if (membership === undefined) return undefined;
    await useRefreshToken(tx, row);
    const { secret, hash } = newSecret('refresh');
    await insertRefreshToken(tx, { organisationId, sessionId, hash });
    return { sessionId, secret, expiresAt: row.expires_at, membership };
  });
  if (refreshed === undefined) throw new Problem('refresh_invalid');
  await guess.succeeded();
  return refreshed;
}
