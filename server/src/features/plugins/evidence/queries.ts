import type { Tx } from '../../../db/tenancy.ts';

export async function findEvidenceKey(tx: Tx, organisationId: string) {
  return tx
    .selectFrom('organisation_keys')
    .select(['public_key', 'private_key'])
    .where('organisation_id', '=', organisationId)
    .where('purpose', '=', 'evidence')
    .executeTakeFirst();
}

/** Keeps the key that is there already, whoever made it. */
export async function insertEvidenceKey(
  tx: Tx,
  key: { organisationId: string; publicKey: string; sealedPrivateKey: Uint8Array },
): Promise<void> {
  await tx
    .insertInto('organisation_keys')
    .values({
      organisation_id: key.organisationId,
      purpose: 'evidence',
      public_key: key.publicKey,
      private_key: key.sealedPrivateKey,
    })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'purpose']).doNothing())
    .execute();
}
