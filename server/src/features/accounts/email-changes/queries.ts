import { sql } from 'kysely';
import type { Role } from '@proofpix/contract/access';
import type { Tx } from '../../../db/tenancy.ts';

/** A newer one takes the place of an older one, whose link stops. */
export async function putEmailChange(
  tx: Tx,
  row: { userId: string; email: string; hash: Uint8Array; expiresAt: Date },
): Promise<void> {
  const values = { email: row.email, token_hash: row.hash, expires_at: row.expiresAt };
  await tx
    .insertInto('email_changes')
    .values({ user_id: row.userId, ...values })
    .onConflict((conflict) => conflict.column('user_id').doUpdateSet(values))
    .execute();
}

/** In one statement: of two that bring the same token at once, one gets the row. */
export async function takeEmailChange(
  tx: Tx,
  hash: Uint8Array,
): Promise<{ user_id: string; email: string } | undefined> {
  return tx
    .deleteFrom('email_changes')
    .where('token_hash', '=', hash)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['user_id', 'email'])
    .executeTakeFirst();
}

export async function deleteEmailChanges(tx: Tx, userId: string): Promise<void> {
  await tx.deleteFrom('email_changes').where('user_id', '=', userId).execute();
}

/** False where another account has the address. */
export async function setEmail(tx: Tx, userId: string, email: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('users')
    .set({ email, email_verified_at: new Date() })
    .where('id', '=', userId)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('users as other')
            .select('other.id')
            .where('other.email', '=', email)
            .where('other.managed_by', 'is', null)
            .where('other.id', '!=', userId),
        ),
      ),
    )
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Where an act of somebody is to be seen who has no organisation in mind. */
export async function listMemberships(tx: Tx, userId: string): Promise<{ organisation_id: string; role: Role }[]> {
  return tx.selectFrom('memberships').select(['organisation_id', 'role']).where('user_id', '=', userId).execute();
}
