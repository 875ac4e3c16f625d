import type { Tx } from '../src/db/tenancy.ts';

/** An order and a licence of an organisation. The price of it belongs to nobody. */
export async function fillMoney(tx: Tx, organisation_id: string): Promise<void> {
  const named = { publisher: 'harbour-labs', plugin_id: 'lens-reader' };
  const price = { ...named, kind: 'one-time', amount: 1_000, currency: 'EUR' } as const;
  const { id: price_id } = await tx.insertInto('plugin_prices').values(price).returning('id').executeTakeFirstOrThrow();
  const { count } = await tx
    .selectFrom('orders')
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('orders')
    .values({
      ...named,
      organisation_id,
      price_id,
      kind: 'one-time',
      currency: 'EUR',
      net: 1_000,
      tax: 190,
      fee: 300,
      country: 'DE',
      method: 'invoice',
      invoice_number: Number(count) + 1,
    })
    .execute();
  await tx
    .insertInto('licences')
    .values({ ...named, organisation_id, source: 'marketplace', kind: 'trial', trial_began_at: new Date() })
    .execute();
}
