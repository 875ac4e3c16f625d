import type { Tx } from '../../../db/tenancy.ts';
import type { Keys } from '../../../keys.ts';
import { findFactor, takeRecoveryCode, takeStep } from './queries.ts';
import { hashRecoveryCode } from './recovery-codes.ts';
import { matchingStep } from './totp.ts';

/** Wrong codes that a person may bring in a quarter of an hour, in all ways together. */
export const codesPerWindow = 20;

export function factorPurpose(userId: string): string {
  return `second-factor\n${userId}`;
}

/**
 * Whether this is a person's code, and takes it: a code of the app counts once although it is shown for half a minute, so
 * whoever looks over a shoulder comes too late, and a recovery code counts once for ever.
 */
export async function takeCodeOf(
  tx: Tx,
  keys: Keys,
  { userId, code, confirmed }: { userId: string; code: string; confirmed: boolean },
): Promise<boolean> {
  const factor = await findFactor(tx, userId);
  if (factor === undefined || (factor.confirmed_at !== null) !== confirmed) return false;
  const plain = code.replaceAll(/[\s-]/g, '');
  if (/^\d{6}$/.test(plain)) {
    const step = matchingStep(keys.open(factor.secret, factorPurpose(userId)), plain, Date.now());
    return step !== null && takeStep(tx, userId, step);
  }
  return confirmed && takeRecoveryCode(tx, userId, hashRecoveryCode(code));
}
