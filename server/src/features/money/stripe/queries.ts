import { sql } from 'kysely';
import type { Json } from '@proofpix/contract/json';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';

const keptDays = 30;

/** A message about a payment that is not known yet. Stripe sends nothing for so long as these are kept. */
export async function keepEarly(
  tx: Tx,
  { id, payment, said }: { id: string; payment: string; said: Json },
): Promise<void> {
  await tx
    .insertInto('early_payment_messages')
    .values({ id, payment, said: jsonText(said) })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await tx
    .deleteFrom('early_payment_messages')
    .where('received_at', '<', sql<Date>`clock_timestamp() - ${keptDays} * interval '1 day'`)
    .execute();
}

export async function takeEarly(tx: Tx, payment: string): Promise<Json[]> {
  const rows = await tx
    .deleteFrom('early_payment_messages')
    .where('payment', '=', payment)
    .returning(['said', 'received_at'])
    .execute();
  return rows.sort((a, b) => a.received_at.getTime() - b.received_at.getTime()).map(({ said }) => said);
}
