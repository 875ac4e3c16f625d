import { randomBytes } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import type { AuditAct } from '@proofpix/contract/audit';
import type { Database } from '../../../db/database.ts';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Keys } from '../../../keys.ts';
import { actorOf, recordAct } from '../../audit/record-act.ts';
import type { Attempts } from '../attempts.ts';
import { findMembership } from '../queries.ts';
import { requireSession } from '../sessions/require-session.ts';
import { codesPerWindow, factorPurpose, takeCodeOf } from './check-code.ts';
import {
  beginFactor,
  confirmFactor,
  deleteFactor,
  findFactor,
  isFactorRequired,
  replaceRecoveryCodes,
} from './queries.ts';
import { hashRecoveryCode, newRecoveryCodes } from './recovery-codes.ts';
import { base32, otpauthUri } from './totp.ts';

type Parts = { db: Database; keys: Keys; attempts: Attempts };

/** As long as the hash that it is used with (RFC 4226). */
const secretBytes = 20;

/** A new secret each time until one is confirmed. @throws Problem second_factor_on, session_required */
export async function beginSecondFactor({ db, keys }: Parts, caller: Caller): Promise<{ secret: string; uri: string }> {
  requireSession(caller);
  const { userId, organisationId } = caller;
  const secret = new Uint8Array(randomBytes(secretBytes));
  return asSystem(db, 'sign-in', async (tx) => {
    if (!(await beginFactor(tx, userId, keys.seal(secret, factorPurpose(userId)))))
      throw new Problem('second_factor_on');
    const membership = await findMembership(tx, userId, organisationId);
    return { secret: base32(secret), uri: otpauthUri(secret, membership?.email ?? '') };
  });
}

/** @throws Problem second_factor_wrong, second_factor_on, second_factor_off, session_required */
export async function confirmSecondFactor(parts: Parts, caller: Caller, code: string): Promise<string[]> {
  return withCode(parts, caller, { code, confirmed: false }, async (tx) => {
    await confirmFactor(tx, caller.userId);
    await record(tx, caller, 'second-factor.on');
    return makeRecoveryCodes(tx, caller.userId);
  });
}

/** @throws Problem second_factor_wrong, second_factor_off, session_required */
export async function replaceCodes(parts: Parts, caller: Caller, code: string): Promise<string[]> {
  return withCode(parts, caller, { code, confirmed: true }, async (tx) => {
    await record(tx, caller, 'second-factor.new-recovery-codes');
    return makeRecoveryCodes(tx, caller.userId);
  });
}

/** @throws Problem second_factor_wrong, second_factor_off, second_factor_required, session_required */
export async function disableSecondFactor(parts: Parts, caller: Caller, code: string): Promise<void> {
  await withCode(parts, caller, { code, confirmed: true }, async (tx) => {
    if (await isFactorRequired(tx, caller.userId)) throw new Problem('second_factor_required');
    await deleteFactor(tx, caller.userId);
    await record(tx, caller, 'second-factor.off');
  });
}

/** Does something with a second factor that the session alone does not allow: only a code does. */
async function withCode<Result>(
  { db, keys, attempts }: Parts,
  caller: Caller,
  { code, confirmed }: { code: string; confirmed: boolean },
  work: (tx: Tx) => Promise<Result>,
): Promise<Result> {
  requireSession(caller);
  const { userId } = caller;
  const attempt = await attempts.begin([{ key: `second factor ${userId}`, allowed: codesPerWindow }]);
  const result = await asSystem(db, 'sign-in', async (tx) => {
    const factor = await findFactor(tx, userId);
    if (!confirmed && factor?.confirmed_at) throw new Problem('second_factor_on');
    if (factor === undefined || (confirmed && factor.confirmed_at === null)) throw new Problem('second_factor_off');
    if (!(await takeCodeOf(tx, keys, { userId, code, confirmed }))) throw new Problem('second_factor_wrong');
    return work(tx);
  });
  await attempt.succeeded();
  return result;
}

async function makeRecoveryCodes(tx: Tx, userId: string): Promise<string[]> {
  const codes = newRecoveryCodes();
  await replaceRecoveryCodes(tx, userId, codes.map(hashRecoveryCode));
  return codes;
}

async function record(tx: Tx, caller: Caller, act: AuditAct): Promise<void> {
  const { userId, organisationId } = caller;
  await recordAct(tx, { organisationId, actor: actorOf(caller), act, subject: { kind: 'member', id: userId } });
}
