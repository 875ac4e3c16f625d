import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../src/db/tenancy.ts';
import { insertPublishing } from './publishing-fixtures.ts';
import type { TestMember, TestServer } from './start-server.ts';

type Owner = Pick<TestMember, 'call' | 'organisationId'>;
type Selling = Pick<TestServer, 'db' | 'dataDir' | 'call'>;

const price = { kind: 'one-time', amount: 1_900, currency: 'EUR', trialDays: 14 } as const;

/** What the operator of a marketplace has to say before it sells anything. */
export async function sellTo(server: Pick<TestServer, 'call'>, countries: Record<string, number> = { DE: 1_900 }) {
  const taxes = Object.entries(countries).map(([country, basisPoints]) => ({ country, basisPoints }));
  const { settings } = await server.call(routes.money.read);
  await server.call(routes.money.set, { body: { ...settings, taxes } });
}

/** A released plugin with a price, of this organisation. */
export async function makeSold(server: Selling, owner: Owner): Promise<{ SOLD_PUBLISHER: string; SOLD: string }> {
  const { PUBLISHER: publisher, RELEASED: plugin } = await insertPublishing(server, owner.organisationId);
  await owner.call(routes.revenue.setPrice, { params: { publisher, plugin }, body: price });
  return { SOLD_PUBLISHER: publisher, SOLD: plugin };
}

/** Orders one at the price of the fixtures, on invoice. */
export async function orderSold(owner: Owner, { publisher, plugin }: { publisher: string; plugin: string }) {
  const { amount, currency } = price;
  const body = { publisher, plugin, country: 'DE', method: 'invoice', expected: { amount, currency } } as const;
  return (await owner.call(routes.purchases.order, { body })).order;
}

/** An order that is not paid, and one that is, of different plugins. */
export async function makeOrders(server: Selling, owner: Owner): Promise<{ ORDER: string; PAID_ORDER: string }> {
  await sellTo(server);
  const [first, second] = [await makeSold(server, owner), await makeSold(server, owner)];
  const open = await orderSold(owner, { publisher: first.SOLD_PUBLISHER, plugin: first.SOLD });
  const paid = await orderSold(owner, { publisher: second.SOLD_PUBLISHER, plugin: second.SOLD });
  await server.call(routes.money.markPaid, { params: { id: paid.id } });
  return { ORDER: open.id, PAID_ORDER: paid.id };
}

/** A paid order of a plugin of this publisher. */
export async function makeSale(
  server: Selling,
  owner: Owner,
  named: { publisher: string; plugin: string },
): Promise<{ SALE: string }> {
  await sellTo(server);
  await owner.call(routes.revenue.setPrice, { params: named, body: price });
  const { id } = await orderSold(owner, named);
  await server.call(routes.money.markPaid, { params: { id } });
  return { SALE: id };
}

export function insertPayout({ db }: Pick<TestServer, 'db'>, publisher: string): Promise<string> {
  const row = { publisher, currency: 'EUR', amount: 500, method: 'manual', account: 'DE00, Of the fixtures' } as const;
  return asSystem(db, 'money', async (tx) => {
    return (await tx.insertInto('payouts').values(row).returning('id').executeTakeFirstOrThrow()).id;
  });
}

/** All that the examples about money name, of one organisation that is buyer, seller and operator. */
export async function moneyOf(server: TestServer, own: { PUBLISHER: string; RELEASED: string }) {
  const { owner } = server;
  const orders = await makeOrders(server, owner);
  return {
    ...orders,
    ANY_ORDER: orders.ORDER,
    ANY_SALE: orders.PAID_ORDER,
    ...(await makeSold(server, owner)),
    ...(await makeSale(server, owner, { publisher: own.PUBLISHER, plugin: own.RELEASED })),
    PAYOUT: await insertPayout(server, own.PUBLISHER),
  };
}
