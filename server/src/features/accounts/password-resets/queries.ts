import { sql } from 'kysely';
import type { MailLanguage } from '@proofpix/contract/mail-languages';
import type { Tx } from '../../../db/tenancy.ts';

export async function insertRequest(
  tx: Tx,
  row: { email: string; language: MailLanguage; address: string; expiresAt: Date },
): Promise<string> {
  await tx
    .deleteFrom('password_resets')
    .where('expires_at', '<', sql<Date>`clock_timestamp()`)
    .execute();
  const { id } = await tx
    .insertInto('password_resets')
    .values({ email: row.email, language: row.language, address: row.address, expires_at: row.expiresAt })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

/** Locked: a job that runs twice at once makes one link. */
export async function findRequest(
  tx: Tx,
  id: string,
): Promise<{ email: string; language: MailLanguage; address: string; expires_at: Date } | undefined> {
  return tx
    .selectFrom('password_resets')
    .select(['email', 'language', 'address', 'expires_at'])
    .where('id', '=', id)
    .where('user_id', 'is', null)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .forUpdate()
    .executeTakeFirst();
}

export async function deleteRequest(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('password_resets').where('id', '=', id).execute();
}

/** The links before it stop. */
export async function bindRequest(tx: Tx, id: string, bound: { userId: string; hash: Uint8Array }): Promise<void> {
  await deleteResets(tx, bound.userId);
  await tx
    .updateTable('password_resets')
    .set({ user_id: bound.userId, token_hash: bound.hash })
    .where('id', '=', id)
    .execute();
}

export async function deleteResets(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('password_resets').where('user_id', '=', userId).execute();
}

export async function findReset(tx: Tx, hash: Uint8Array): Promise<{ email: string } | undefined> {
  return tx
    .selectFrom('password_resets')
    .select('email')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .executeTakeFirst();
}

/** In one statement: of two that bring the same token at once, one gets the row. */
export async function takeReset(
  tx: Tx,
  hash: Uint8Array,
): Promise<{ user_id: string | null; email: string; language: MailLanguage } | undefined> {
  return tx
    .deleteFrom('password_resets')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['user_id', 'email', 'language'])
    .executeTakeFirst();
}

export async function setNewPassword(tx: Tx, userId: string, passwordHash: string): Promise<void> {
  await tx
    .updateTable('users')
    // Who read the mail has the mailbox.
    .set({ password_hash: passwordHash, email_verified_at: new Date() })
    .where('id', '=', userId)
    .execute();
}
