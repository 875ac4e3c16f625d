import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { verifyPassword } from './passwords.ts';
import { findPasswordHash } from './queries.ts';
import { codesPerWindow, takeCodeOf } from './second-factor/check-code.ts';
import { findFactor } from './second-factor/queries.ts';
import { findSessionWay } from './sessions/queries.ts';
import { requireSession } from './sessions/require-session.ts';
import type { Database } from '../../db/database.ts';
import type { Keys } from '../../keys.ts';
import type { Attempts } from './attempts.ts';

export type ProofParts = { db: Database; keys: Keys; attempts: Attempts };

/**
 * Before what cannot be undone: a session alone may be an unlocked screen. The password, and a code where the second
 * factor is on; whoever has no password needs a session of the link of a start, as for setting one.
 * @throws Problem password_wrong, second_factor_wrong, session_required, single_sign_on_session
 */
export async function provePerson(
  { db, keys, attempts }: ProofParts,
  caller: Caller,
  given: { password?: string | undefined; code?: string | undefined },
): Promise<void> {
  requireSession(caller);
  const { userId, credentialId } = caller;
  const attempt = await attempts.begin([
    { key: `password of ${userId}`, allowed: 10 },
    { key: `second factor ${userId}`, allowed: codesPerWindow },
  ]);
  const known = await asSystem(db, 'sign-in', async (tx) => ({
    hash: await findPasswordHash(tx, userId),
    way: await findSessionWay(tx, credentialId),
    factor: await findFactor(tx, userId),
  }));
  const right = known.hash === null ? known.way === 'link' : await verifyPassword(given.password ?? '', known.hash);
  if (!right) throw new Problem('password_wrong');
  if (known.factor?.confirmed_at) {
    const code = { userId, code: given.code ?? '', confirmed: true };
    if (!(await asSystem(db, 'sign-in', (tx) => takeCodeOf(tx, keys, code)))) throw new Problem('second_factor_wrong');
  }
  await attempt.succeeded();
}
