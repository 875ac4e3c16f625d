import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';

export type SigningKeyRow = {
  key_id: string;
  public_key: string;
  private_key: Uint8Array | null;
  created_at: Date;
  valid_until: Date | null;
};

/** The one that signs, and those whose tokens may still be about; newest first. */
export async function findSigningKeys(tx: Tx): Promise<SigningKeyRow[]> {
  return tx
    .selectFrom('signing_keys')
    .selectAll()
    .where((row) => row.or([row('valid_until', 'is', null), row('valid_until', '>', sql<Date>`clock_timestamp()`)]))
    .orderBy('created_at', 'desc')
    .execute();
}

/** Of several servers that find none, one makes it. */
export async function insertSigningKey(
  tx: Tx,
  row: { keyId: string; publicKey: string; sealed: Uint8Array },
): Promise<void> {
  await tx
    .insertInto('signing_keys')
    .values({ key_id: row.keyId, public_key: row.publicKey, private_key: row.sealed })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

/** Takes the private key away: it signs nothing more. False when another server was quicker. */
export async function retireSigningKey(tx: Tx, keyId: string, validUntil: Date): Promise<boolean> {
  const retired = await tx
    .updateTable('signing_keys')
    .set({ valid_until: validUntil, private_key: null })
    .where('key_id', '=', keyId)
    .where('valid_until', 'is', null)
    .returning('key_id')
    .executeTakeFirst();
  return retired !== undefined;
}

export async function deleteRetiredKeys(tx: Tx, validUntil: Date): Promise<void> {
  await tx.deleteFrom('signing_keys').where('valid_until', '<=', validUntil).execute();
}
