import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { makeSold, orderSold, sellTo } from '../../../test/money-fixtures.ts';
import { startServer, type TestMember, type TestOrganisation, type TestServer } from '../../../test/start-server.ts';
import { asSystem } from '../../db/tenancy.ts';

let server: TestServer;
let seller: TestOrganisation;
let buyer: TestOrganisation;
let named: { publisher: string; plugin: string };
beforeAll(async () => {
  server = await startServer();
  [seller, buyer] = [await server.createOrganisation(), await server.createOrganisation()];
  await sellTo(server, { DE: 1_900, CH: 0 });
  await next();
});
afterAll(() => server?.stop());

/** Another plugin that nobody has bought, of a publisher that has earned nothing. */
async function next(): Promise<void> {
  const { SOLD_PUBLISHER: publisher, SOLD: plugin } = await makeSold(server, seller.owner);
  named = { publisher, plugin };
}

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
const order = (member: TestMember = buyer.owner) => orderSold(member, named);
const pay = (id: string) => server.call(routes.money.markPaid, { params: { id } });
const sold = async () => pay((await order()).id);
const refund = (id: string, amount: number | null, returned = 0) =>
  server.call(routes.money.refund, {
    params: { id },
    body: { amount, returned, reason: 'It does not read our camera' },
  });
const revenue = () => seller.owner.call(routes.revenue.read, { params: { publisher: named.publisher } });
const balance = async () => {
  const [{ held, payable, paid } = { held: 0, payable: 0, paid: 0 }] = (await revenue()).balances;
  return { held, payable, paid };
};
/** Its time for refunds is over. */
const ripen = (id: string) =>
  asSystem(server.db, 'money', (tx) =>
    tx
      .updateTable('orders')
      .set({ held_until: new Date(Date.now() - 1_000) })
      .where('id', '=', id)
      .execute(),
  );
const payOut = () => server.call(routes.money.payOut, { body: { publisher: named.publisher, currency: 'EUR' } });
const hasAccount = () =>
  seller.owner.call(routes.revenue.setPayoutAccount, {
    params: { publisher: named.publisher },
    body: { method: 'manual', account: 'DE00 0000, Halden Geo' },
  });
/** Nothing is ever lost or made: all accounts together are zero, and so is each transaction. */
async function balances(): Promise<void> {
  const sums = await asSystem(server.db, 'money', (tx) =>
    tx
      .selectFrom('ledger_lines')
      .select((row) => ['currency', row.fn.sum<number>('amount').as('sum')])
      .groupBy('currency')
      .execute(),
  );
  expect(sums.map(({ sum }) => Number(sum))).toEqual(sums.map(() => 0));
}

describe('an order', () => {
  test('is an invoice until the operator says that it is paid, and the licence comes with that', async () => {
    const placed = await order();
    expect(placed).toMatchObject({ state: 'open', net: 1_900, tax: 361, total: 2_261, kind: 'one-time', paidAt: null });
    expect(placed.invoice).toMatch(/^PP-\d{6}$/);
    expect((await buyer.owner.call(routes.purchases.list)).licences).toEqual([]);
    const paid = await pay(placed.id);
    expect(paid).toMatchObject({ state: 'paid', fee: 570, share: 1_330, held: 1_330 });
    const { orders, licences } = await buyer.owner.call(routes.purchases.list);
    expect(orders[0]).toMatchObject({ id: placed.id, state: 'paid' });
    expect(licences).toMatchObject([{ ...named, kind: 'paid', state: 'valid', endsAt: null }]);
    expect(await refusal(pay(placed.id))).toBe('order_state');
    expect(await balance()).toEqual({ held: 1_330, payable: 0, paid: 0 });
    expect((await revenue()).months).toMatchObject([
      { plugin: named.plugin, currency: 'EUR', orders: 1, sales: 1_900, fees: 570, refunds: 0, share: 1_330 },
    ]);
    await balances();
  });

  test('has a number without gaps, whoever orders at once', async () => {
    await next();
    const customers = await Promise.all(Array.from({ length: 4 }, () => server.createOrganisation()));
    const placed = await Promise.all(customers.map(({ owner }) => order(owner)));
    const numbers = placed.map(({ invoice }) => Number(invoice.slice(3))).sort((a, b) => a - b);
    expect(numbers.map((number) => number - (numbers[0] ?? 0))).toEqual([0, 1, 2, 3]);
  });

  test('is made once, and again after it was cancelled', async () => {
    await next();
    const outcomes = await Promise.all([1, 2, 3].map(() => refusal(order())));
    expect(outcomes.sort()).toEqual(['no problem', 'order_exists', 'order_exists']);
    const [placed] = (await buyer.owner.call(routes.purchases.list)).orders;
    const params = { id: placed?.id ?? '' };
    expect(await buyer.owner.call(routes.purchases.cancel, { params })).toMatchObject({ state: 'cancelled' });
    expect(await refusal(pay(params.id))).toBe('order_state');
    await sold();
    expect(await refusal(order())).toBe('order_exists');
  });

  test('takes the price that was seen: neither another amount, nor another currency, nor a country without a tax', async () => {
    await next();
    const wish = { ...named, country: 'DE', method: 'invoice', expected: { amount: 1_900, currency: 'EUR' } } as const;
    const place = (change: object) =>
      refusal(buyer.owner.call(routes.purchases.order, { body: { ...wish, ...change } }));
    expect(await place({ expected: { amount: 1, currency: 'EUR' } })).toBe('price_changed');
    expect(await place({ expected: { amount: 1_900, currency: 'JPY' } })).toBe('price_changed');
    expect(await place({ country: 'FR' })).toBe('country_not_served');
    expect(await place({ plugin: 'nobodys-plugin' })).toBe('release_not_found');
    for (const amount of [-1, 0, 19.5, 2 ** 60])
      expect(await place({ expected: { amount, currency: 'EUR' } }), String(amount)).toMatch(
        /invalid_request|price_changed/,
      );
  });

  test('belongs to its customer alone', async () => {
    await next();
    const { id } = await order();
    for (const member of [seller.owner, (await server.createOrganisation()).owner]) {
      expect(await refusal(member.call(routes.purchases.cancel, { params: { id } }))).toBe('order_not_found');
      const body = { reason: 'Mine' };
      expect(await refusal(member.call(routes.purchases.askRefund, { params: { id }, body }))).toBe('order_not_found');
    }
    const sales = await seller.owner.call(routes.revenue.sales, { params: { publisher: named.publisher } });
    // Who bought it is the operator's to know.
    expect(JSON.stringify(sales)).not.toContain(buyer.id);
    expect(sales.items[0]).not.toHaveProperty('customer');
  });
});

describe('a price', () => {
  const set = (body: object) =>
    refusal(
      seller.owner.call(routes.revenue.setPrice, {
        params: named,
        body: { kind: 'monthly', amount: 500, currency: 'EUR', trialDays: 0, ...body } as never, // wrong on purpose
      }),
    );

  test('is a whole number of minor units within its bounds, in a currency that is known', async () => {
    for (const wrong of [
      { amount: -1 },
      { amount: 0 },
      { amount: 4.99 },
      { amount: 10_000_001 },
      { amount: 2 ** 60 },
      { amount: '500' },
      { currency: 'XXX' },
      { trialDays: -1 },
      { trialDays: 91 },
      { kind: 'free' },
      { kind: 'weekly' },
    ])
      expect(await set(wrong), JSON.stringify(wrong)).toBe('invalid_request');
    expect(await set({})).toBe('no problem');
  });

  test('is set by the publisher that released the plugin, and by nobody else', async () => {
    const body = { kind: 'free', amount: 0, currency: 'EUR', trialDays: 0 } as const;
    expect(await refusal(buyer.owner.call(routes.revenue.setPrice, { params: named, body }))).toBe(
      'publisher_not_found',
    );
    const params = { publisher: named.publisher, plugin: 'nobodys-plugin' };
    expect(await refusal(seller.owner.call(routes.revenue.setPrice, { params, body }))).toBe('release_not_found');
    const developer = await seller.signIn('developer');
    expect(await refusal(developer.call(routes.revenue.setPrice, { params: named, body }))).toBe('access_denied');
  });

  test('that was agreed holds for the next period, whatever it is by now', async () => {
    await next();
    await set({ kind: 'monthly', amount: 500 });
    const expected = { amount: 500, currency: 'EUR' } as const;
    const body = { ...named, country: 'CH', method: 'invoice', expected } as const;
    const first = (await buyer.owner.call(routes.purchases.order, { body })).order;
    await pay(first.id);
    await set({ kind: 'yearly', amount: 99_000 });
    const offer = await buyer.owner.call(routes.purchases.offer, { params: named });
    expect(offer).toMatchObject({
      price: { kind: 'yearly', amount: 99_000 },
      agreed: { kind: 'monthly', amount: 500 },
    });
    const second = (await buyer.owner.call(routes.purchases.order, { body })).order;
    expect(second).toMatchObject({ kind: 'monthly', net: 500, tax: 0 });
    await pay(second.id);
    // Both periods, one after the other.
    const { licences } = await buyer.owner.call(routes.purchases.list);
    const ends = Date.parse(licences.find(({ plugin }) => plugin === named.plugin)?.endsAt ?? '');
    expect((ends - Date.now()) / 86_400_000).toBeGreaterThan(58);
    // The money of the second back: the first stays paid.
    await refund(second.id, null);
    const after = (await buyer.owner.call(routes.purchases.list)).licences;
    const left = Date.parse(after.find(({ plugin }) => plugin === named.plugin)?.endsAt ?? '');
    expect((left - Date.now()) / 86_400_000).toBeLessThan(32);
    const stranger = (await server.createOrganisation()).owner;
    expect(await refusal(stranger.call(routes.purchases.order, { body }))).toBe('price_changed');
  });
});

describe('a refund', () => {
  test('is asked for by the customer, given by the publisher, and takes fee and share back', async () => {
    await next();
    const { id } = await sold();
    const body = { reason: 'It does not read our camera' };
    await buyer.owner.call(routes.purchases.askRefund, { params: { id }, body });
    const [sale] = (await seller.owner.call(routes.revenue.sales, { params: { publisher: named.publisher } })).items;
    expect(sale).toMatchObject({ refundReason: body.reason, refundAskedAt: expect.any(String) });
    const params = { publisher: named.publisher, id };
    const wish = { amount: null, returned: 0, reason: 'Sorry' };
    expect(await refusal(buyer.owner.call(routes.revenue.refund, { params, body: wish }))).toBe('publisher_not_found');
    expect(await seller.owner.call(routes.revenue.refund, { params, body: wish })).toMatchObject({
      state: 'refunded',
      returned: 2_261,
      held: 0,
    });
    expect(await balance()).toEqual({ held: 0, payable: 0, paid: 0 });
    expect((await revenue()).months[0]).toMatchObject({ sales: 1_900, refunds: 1_900, fees: 0, share: 0 });
    const { licences } = await buyer.owner.call(routes.purchases.list);
    expect(licences.find(({ plugin }) => plugin === named.plugin)).toMatchObject({
      state: 'withdrawn',
      statement: null,
    });
    await balances();
  });

  test('given twice at once is given once', async () => {
    await next();
    const { id } = await sold();
    const whole = await Promise.all([1, 2, 3, 4].map(() => refusal(refund(id, null))));
    expect(whole.sort()).toEqual(['no problem', 'order_state', 'order_state', 'order_state']);
    await next();
    const other = await sold();
    const parts = await Promise.all([1, 2, 3, 4].map(() => refusal(refund(other.id, 500))));
    expect(parts.sort()).toEqual(['no problem', 'order_state', 'order_state', 'order_state']);
    expect(await refusal(refund(other.id, 1_762, 500))).toBe('refund_too_large');
    expect(await refund(other.id, 1_761, 500)).toMatchObject({ state: 'refunded', returned: 2_261 });
    await balances();
  });

  test('is a whole number above zero, and of a paid order', async () => {
    await next();
    const open = await order();
    expect(await refusal(refund(open.id, null))).toBe('order_state');
    await pay(open.id);
    for (const amount of [-1, 0, 0.5, 2 ** 60, '5'])
      expect(await refusal(refund(open.id, amount as number)), String(amount)).toBe('invalid_request');
    expect(await refusal(refund(randomUUID(), 1))).toBe('order_not_found');
  });

  test('can be asked for once, and only in its time', async () => {
    await next();
    const { id } = await sold();
    const ask = () =>
      refusal(buyer.owner.call(routes.purchases.askRefund, { params: { id }, body: { reason: 'It is not for us' } }));
    await ripen(id);
    expect(await ask()).toBe('refund_window_over');
  });
});

describe('a payout', () => {
  test('pays what is held no longer, once, and never what is held', async () => {
    await next();
    const { id } = await sold();
    await hasAccount();
    expect(await refusal(payOut())).toBe('payout_not_possible');
    await ripen(id);
    const outcomes = await Promise.all([1, 2, 3].map(() => refusal(payOut())));
    expect(outcomes.sort()).toEqual(['no problem', 'payout_not_possible', 'payout_not_possible']);
    expect(await balance()).toEqual({ held: 0, payable: 0, paid: 1_330 });
    const csv = await (await server.owner.fetch('/api/money/payouts/csv')).text();
    expect(csv).toContain('"DE00 0000, Halden Geo","EUR",1330');
    const payout = (await server.call(routes.money.payouts)).items.find(
      ({ publisher }) => publisher === named.publisher,
    );
    const settle = (state: 'paid' | 'failed') =>
      server.call(routes.money.settlePayout, { params: { id: payout?.id ?? '' }, body: { state } });
    expect(await settle('failed')).toMatchObject({ state: 'failed' });
    expect(await refusal(settle('paid'))).toBe('payout_state');
    expect(await balance()).toEqual({ held: 0, payable: 1_330, paid: 0 });
    expect(await payOut()).toMatchObject({ state: 'pending', amount: 1_330, method: 'manual' });
    await balances();
  });

  test('that was made before a refund leaves the publisher owing it, which the next sale pays first', async () => {
    await next();
    const { id } = await sold();
    await hasAccount();
    await ripen(id);
    await payOut();
    await refund(id, null);
    expect(await balance()).toEqual({ held: 0, payable: -1_330, paid: 1_330 });
    expect(await refusal(payOut())).toBe('payout_not_possible');
    const other = await server.createOrganisation();
    const again = await pay((await order(other.owner)).id);
    await ripen(again.id);
    expect(await refusal(payOut())).toBe('payout_not_possible');
    expect(await balance()).toEqual({ held: 0, payable: 0, paid: 1_330 });
    const third = await pay((await order((await server.createOrganisation()).owner)).id);
    await ripen(third.id);
    expect(await refusal(payOut())).toBe('no problem');
    await balances();
  });

  test('needs to know where to, which is not told in the trail in clear', async () => {
    await next();
    await ripen((await sold()).id);
    expect(await refusal(payOut())).toBe('payout_not_possible');
    const wrong = { method: 'stripe', account: 'not an account' } as const;
    const params = { publisher: named.publisher };
    expect(await refusal(seller.owner.call(routes.revenue.setPayoutAccount, { params, body: wrong }))).toBe(
      'invalid_request',
    );
    // What a spreadsheet would compute is a text.
    const body = { method: 'manual', account: '=HYPERLINK("https://evil.example")' } as const;
    await seller.owner.call(routes.revenue.setPayoutAccount, { params, body });
    await payOut();
    expect(await (await server.owner.fetch('/api/money/payouts/csv')).text()).toContain(`"'=HYPERLINK`);
  });
});

describe('the books', () => {
  test('say in a statement what every line was, and begin and end with what was owed', async () => {
    await next();
    const { id } = await sold();
    await refund(id, 1_000);
    const month = new Date().toISOString().slice(0, 7);
    const params = { publisher: named.publisher, month };
    const statement = await seller.owner.call(routes.revenue.statement, { params });
    const { held } = await balance();
    expect(statement.balances).toContainEqual({ currency: 'EUR', account: 'held', before: 0, after: held });
    expect(statement.lines.map(({ kind, amount }) => [kind, amount])).toEqual([
      ['sale', 1_330],
      ['refund', held - 1_330],
    ]);
    const csv = await seller.owner.fetch(`/api/publishers/${named.publisher}/statements/${month}/csv`);
    expect(csv.headers.get('content-type')).toContain('text/csv');
    expect((await csv.text()).split('\r\n')).toHaveLength(4);
    expect(await refusal(buyer.owner.call(routes.revenue.statement, { params }))).toBe('publisher_not_found');
  });

  test('show the operator every account, and change how it sells for what is ordered from then on', async () => {
    await next();
    const before = await order();
    const { settings } = await server.call(routes.money.read);
    await server.call(routes.money.set, { body: { ...settings, feeBasisPoints: 1_000 } });
    expect(await pay(before.id)).toMatchObject({ fee: 570 });
    expect(await pay((await order((await server.createOrganisation()).owner)).id)).toMatchObject({ fee: 190 });
    await server.call(routes.money.set, { body: settings });
    const { accounts } = await server.call(routes.money.read);
    const of = (name: string) =>
      accounts.find(({ account, currency }) => account === name && currency === 'EUR')?.balance ?? 0;
    expect(of('cash')).toBe(of('tax') + of('fee') + of('held') + of('payable'));
    const twice = [
      { country: 'DE', basisPoints: 0 },
      { country: 'DE', basisPoints: 1 },
    ];
    expect(await refusal(server.call(routes.money.set, { body: { ...settings, taxes: twice } }))).toBe(
      'invalid_request',
    );
  });

  test('keep an order whose customer is gone, and can still give its money back', async () => {
    await next();
    const leaving = await server.createOrganisation();
    const { id } = await pay((await order(leaving.owner)).id);
    const { name } = (await leaving.owner.call(routes.auth.account)).organisation;
    await leaving.owner.call(routes.organisations.erase, { body: { password: leaving.owner.password, name } });
    expect(await server.erase(new Date(Date.now() + 8 * 86_400_000))).toEqual([leaving.id]);
    const kept = (await server.call(routes.money.orders)).items.find((sale) => sale.id === id);
    expect(kept).toMatchObject({ state: 'paid', customer: null });
    expect(await refund(id, null)).toMatchObject({ state: 'refunded' });
    await balances();
  });
});
