import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import type { SessionKind } from '../sessions/queries.ts';

export type FactorRow = { secret: Uint8Array; confirmed_at: Date | null };

export async function findFactor(tx: Tx, userId: string): Promise<FactorRow | undefined> {
  return tx
    .selectFrom('second_factors')
    .select(['secret', 'confirmed_at'])
    .where('user_id', '=', userId)
    .executeTakeFirst();
}

/** In the place of one that was begun and never confirmed; false when one is on. */
export async function beginFactor(tx: Tx, userId: string, sealed: Uint8Array): Promise<boolean> {
  const begun = await tx
    .insertInto('second_factors')
    .values({ user_id: userId, secret: sealed })
    .onConflict((conflict) =>
      conflict
        .column('user_id')
        .doUpdateSet({ secret: sealed, last_step: 0 })
        .where('second_factors.confirmed_at', 'is', null),
    )
    .returning('user_id')
    .executeTakeFirst();
  return begun !== undefined;
}

/** In one statement: of two that bring the same code at once, one counts. */
export async function takeStep(tx: Tx, userId: string, step: number): Promise<boolean> {
  const taken = await tx
    .updateTable('second_factors')
    .set({ last_step: step })
    .where('user_id', '=', userId)
    .where('last_step', '<', step)
    .returning('user_id')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function confirmFactor(tx: Tx, userId: string): Promise<void> {
  await tx
    .updateTable('second_factors')
    .set({ confirmed_at: sql`clock_timestamp()` })
    .where('user_id', '=', userId)
    .execute();
}

export async function deleteFactor(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx.deleteFrom('second_factors').where('user_id', '=', userId).execute();
}

export async function replaceRecoveryCodes(tx: Tx, userId: string, hashes: readonly Uint8Array[]): Promise<void> {
  await tx.deleteFrom('recovery_codes').where('user_id', '=', userId).execute();
  await tx
    .insertInto('recovery_codes')
    .values(hashes.map((code_hash) => ({ user_id: userId, code_hash })))
    .execute();
}

export async function takeRecoveryCode(tx: Tx, userId: string, hash: Uint8Array): Promise<boolean> {
  const taken = await tx
    .updateTable('recovery_codes')
    .set({ used_at: sql`clock_timestamp()` })
    .where('user_id', '=', userId)
    .where('code_hash', '=', hash)
    .where('used_at', 'is', null)
    .returning('user_id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Whether any organisation of the person asks for a second factor. */
export async function isFactorRequired(tx: Tx, userId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('memberships as m')
    .innerJoin('organisations as o', 'o.id', 'm.organisation_id')
    .select('o.id')
    .where('m.user_id', '=', userId)
    .where('o.require_second_factor', '=', true)
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

export async function insertChallenge(
  tx: Tx,
  row: { organisationId: string; userId: string; kind: SessionKind; hash: Uint8Array; expiresAt: Date },
): Promise<void> {
  await tx
    .deleteFrom('sign_in_challenges')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
  await tx
    .insertInto('sign_in_challenges')
    .values({
      organisation_id: row.organisationId,
      user_id: row.userId,
      kind: row.kind,
      challenge_hash: row.hash,
      expires_at: row.expiresAt,
    })
    .execute();
}

export type ChallengeRow = { id: string; organisation_id: string; user_id: string };

/** Counts an attempt before the code is looked at, and holds the row: a second one with the same challenge waits. */
export async function takeAttempt(
  tx: Tx,
  given: { hash: Uint8Array; kind: SessionKind; allowed: number },
): Promise<ChallengeRow | undefined> {
  return tx
    .updateTable('sign_in_challenges')
    .set({ attempts: sql`attempts + 1` })
    .where('challenge_hash', '=', given.hash)
    .where('kind', '=', given.kind)
    .where('attempts', '<', given.allowed)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['id', 'organisation_id', 'user_id'])
    .executeTakeFirst();
}

export async function deleteChallenge(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('sign_in_challenges').where('id', '=', id).execute();
}
