import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { hashSecret } from '../secrets.ts';
import { beginSession, type SignedIn, type SignInFrom, type SignInParts } from '../sign-in.ts';
import type { SessionKind } from '../sessions/queries.ts';
import { codesPerWindow, takeCodeOf } from './check-code.ts';
import { deleteChallenge, takeAttempt } from './queries.ts';

const attemptsPerChallenge = 5;

/**
 * The second step. Whose code it must be stands behind the challenge, so one that was begun for somebody else is of no
 * use; new challenges give no new attempts beyond those of the person.
 * @throws Problem challenge_invalid, second_factor_wrong
 */
export async function finishChallenge(
  parts: SignInParts & { keys: Keys },
  given: { challenge: string; code: string; kind: SessionKind; from: SignInFrom; replaces?: string | undefined },
): Promise<SignedIn> {
  const { db, keys, attempts, refusals } = parts;
  const { kind, from, replaces } = given;
  const guess = await attempts.begin([{ key: from.address, allowed: 100 }]);
  const outcome = await asSystem(db, 'sign-in', async (tx) => {
    const hash = hashSecret(given.challenge);
    const row = await takeAttempt(tx, { hash, kind, allowed: attemptsPerChallenge });
    if (row === undefined) return { problem: 'challenge_invalid' } as const;
    const { id, user_id: userId, organisation_id: organisationId } = row;
    const attempt = await attempts.begin([{ key: `second factor ${userId}`, allowed: codesPerWindow }]);
    // Returned, not thrown: the attempt that was counted must stay counted.
    if (!(await takeCodeOf(tx, keys, { userId, code: given.code, confirmed: true }))) {
      return { problem: 'second_factor_wrong', userId } as const;
    }
    await deleteChallenge(tx, id);
    const signedIn = await beginSession(tx, { userId, organisationId, kind, by: 'password', from, replaces });
    await attempt.succeeded();
    return signedIn ?? ({ problem: 'challenge_invalid' } as const);
  });
  if ('problem' in outcome) {
    const { problem, userId } = outcome;
    if (userId !== undefined) {
      refusals.add({ userId, address: from.address, reason: 'wrong code of the second factor' });
    }
    throw new Problem(problem);
  }
  await guess.succeeded();
  return outcome;
}
