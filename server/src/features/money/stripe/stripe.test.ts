import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { routes } from '@proofpix/contract/routes';
import { makeSold, sellTo } from '../../../../test/money-fixtures.ts';
import { startServer, type TestOrganisation, type TestServer } from '../../../../test/start-server.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { messageOf, signed, startFakeStripe, type FakeStripe } from '../../subscriptions/test/fake-stripe.ts';

let stripe: FakeStripe;
let server: TestServer;
let seller: TestOrganisation;
let buyer: TestOrganisation;
let named: { publisher: string; plugin: string };
beforeAll(async () => {
  stripe = await startFakeStripe();
  server = await startServer({ environment: stripe.environment });
  [seller, buyer] = [await server.createOrganisation(), await server.createOrganisation()];
  await sellTo(server);
});
afterAll(async () => {
  await server?.stop();
  await stripe?.[Symbol.asyncDispose]();
});
beforeEach(async () => {
  stripe.requests.length = 0;
  const { SOLD_PUBLISHER: publisher, SOLD: plugin } = await makeSold(server, seller.owner);
  named = { publisher, plugin };
});

const refusal = (work: Promise<unknown>) =>
  work.then(
    () => 'no problem',
    (problem: { code: string }) => problem.code,
  );
async function send(body: string, signature = signed(body)): Promise<number> {
  const response = await fetch(`${server.url}/api/subscription/stripe`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'stripe-signature': signature },
    body,
  });
  return response.status;
}
const say = async (...message: Parameters<typeof messageOf>) => expect(await send(messageOf(...message))).toBe(200);
const order = async () => {
  const expected = { amount: 1_900, currency: 'EUR' } as const;
  const body = { ...named, country: 'DE', method: 'stripe', expected } as const;
  return buyer.owner.call(routes.purchases.order, { body });
};
const session = (orderId: string, payment: string, change: object = {}) => ({
  id: `cs_${orderId}`,
  payment_intent: payment,
  payment_status: 'paid',
  amount_total: 2_261,
  currency: 'eur',
  metadata: { order_id: orderId },
  ...change,
});
const find = async (id: string) =>
  (await buyer.owner.call(routes.purchases.list)).orders.find((each) => each.id === id);
const licence = async () => (await buyer.owner.call(routes.purchases.offer, { params: named })).licence?.state;
/** An order that was paid at Stripe. */
async function sold(): Promise<{ id: string; payment: string }> {
  const { id } = (await order()).order;
  const payment = `pi_${randomUUID()}`;
  await say('checkout.session.completed', session(id, payment));
  return { id, payment };
}
const refund = (id: string, amount: number | null, returned = 0) =>
  server.call(routes.money.refund, { params: { id }, body: { amount, returned, reason: 'Sorry' } });
const kinds = (id: string) =>
  asSystem(server.db, 'money', async (tx) => {
    const rows = tx.selectFrom('ledger_transactions').select('kind').where('order_id', '=', id);
    return (await rows.orderBy('created_at').orderBy('id').execute()).map(({ kind }) => kind);
  });

describe('a checkout at Stripe', () => {
  test('asks for what the order says, tax included, and licenses once Stripe says that it is paid', async () => {
    const { order: placed, url } = await order();
    expect(url).toMatch(/^https:\/\/checkout\.stripe\.example\//);
    expect(stripe.requests[0]).toMatchObject({
      path: '/v1/checkout/sessions',
      key: `order-${placed.id}`,
      fields: {
        mode: 'payment',
        // The page that shows what was bought, and looks until the payment is known.
        success_url: `${server.url}/subscription?ordered=1`,
        cancel_url: `${server.url}/subscription`,
        'line_items[0][price_data][unit_amount]': '2261',
        'line_items[0][price_data][currency]': 'eur',
        'metadata[order_id]': placed.id,
      },
    });
    expect(await licence()).toBeUndefined();
    const payment = `pi_${randomUUID()}`;
    await say('checkout.session.completed', session(placed.id, payment, { payment_status: 'unpaid' }));
    expect(await find(placed.id)).toMatchObject({ state: 'open' });
    await say('checkout.session.async_payment_succeeded', session(placed.id, payment));
    expect(await find(placed.id)).toMatchObject({ state: 'paid' });
    expect(await licence()).toBe('valid');
  });

  test('is paid once, however often and in how many messages Stripe says it', async () => {
    const { id, payment } = await sold();
    const message = messageOf('checkout.session.completed', session(id, payment));
    // The same message, another one of the same payment, and one of a second payment.
    expect(await Promise.all([send(message), send(message), send(message)])).toEqual([200, 200, 200]);
    await say('checkout.session.async_payment_succeeded', session(id, payment));
    await say('checkout.session.completed', session(id, `pi_${randomUUID()}`));
    expect(await kinds(id)).toEqual(['sale']);
  });

  test('is not paid by another amount, another currency, a broken number, or by who cannot sign', async () => {
    const { id } = (await order()).order;
    const payment = `pi_${randomUUID()}`;
    for (const change of [
      { amount_total: 1 },
      { amount_total: 2_260 },
      { amount_total: 22.61 },
      { amount_total: -2_261 },
      { amount_total: '2261' },
      { amount_total: 2 ** 60 },
      { currency: 'jpy' },
      { metadata: { order_id: randomUUID() } },
      { metadata: {} },
    ])
      await say('checkout.session.completed', session(id, payment, change));
    const body = messageOf('checkout.session.completed', session(id, payment));
    expect(await send(body, signed(body, { secret: 'whsec_of_somebody' }))).toBe(401);
    expect(await send(body, signed(body, { time: Math.floor(Date.now() / 1_000) - 3_600 }))).toBeGreaterThanOrEqual(
      400,
    );
    expect(await find(id)).toMatchObject({ state: 'open' });
    expect(await kinds(id)).toEqual([]);
  });

  test('that Stripe refuses leaves no order in the way of the next one', async () => {
    stripe.refusing = { status: 402, code: 'account_closed' };
    expect(await refusal(order())).toBe('payment_failed');
    stripe.refusing = null;
    expect(await refusal(order())).toBe('no problem');
  });
});

describe('a refund at Stripe', () => {
  test('is asked for once and booked once, whoever tells of it first', async () => {
    const { id, payment } = await sold();
    const outcomes = await Promise.all([1, 2].map(() => refusal(refund(id, 1_000))));
    expect(outcomes).toContain('no problem');
    expect(stripe.requests.filter(({ path }) => path === '/v1/refunds')).toHaveLength(1);
    const bookedAs = await asSystem(server.db, 'money', (tx) =>
      tx
        .selectFrom('ledger_transactions')
        .select('stripe_id')
        .where('order_id', '=', id)
        .where('kind', '=', 'refund')
        .execute(),
    );
    expect(bookedAs).toHaveLength(1);
    const said = {
      id: bookedAs[0]?.stripe_id,
      payment_intent: payment,
      amount: 1_000,
      currency: 'eur',
      status: 'succeeded',
    };
    await say('refund.created', said);
    expect(await find(id)).toMatchObject({ returned: 1_000, state: 'paid' });
  });

  test('that was made at Stripe by hand is booked here, also when its message comes before that of the payment', async () => {
    const { id } = (await order()).order;
    const payment = `pi_${randomUUID()}`;
    const said = {
      id: `re_${randomUUID()}`,
      payment_intent: payment,
      amount: 2_261,
      currency: 'eur',
      status: 'succeeded',
    };
    await say('refund.created', said);
    expect(await kinds(id)).toEqual([]);
    await say('checkout.session.completed', session(id, payment));
    expect(await kinds(id)).toEqual(['sale', 'refund']);
    expect(await find(id)).toMatchObject({ state: 'refunded', returned: 2_261 });
    expect(await licence()).toBe('withdrawn');
    // More than there was, or in other money.
    const other = await sold();
    for (const change of [{ amount: 2_262 }, { currency: 'usd' }, { amount: 0.5 }])
      await say('refund.created', { ...said, id: `re_${randomUUID()}`, payment_intent: other.payment, ...change });
    expect(await find(other.id)).toMatchObject({ returned: 0 });
  });
});

describe('a dispute', () => {
  const disputed = (payment: string, dispute: string, status = 'needs_response') => ({
    id: dispute,
    payment_intent: payment,
    status,
  });

  test('takes everything back until it is won', async () => {
    const { id, payment } = await sold();
    const dispute = `dp_${randomUUID()}`;
    await say('charge.dispute.created', disputed(payment, dispute));
    expect(await find(id)).toMatchObject({ state: 'disputed', returned: 2_261 });
    expect(await licence()).toBe('withdrawn');
    expect(await refusal(refund(id, null, 2_261))).toBe('order_state');
    await say('charge.dispute.closed', disputed(payment, dispute, 'won'));
    await say('charge.dispute.created', disputed(payment, dispute));
    expect(await find(id)).toMatchObject({ state: 'paid', returned: 0 });
    expect(await licence()).toBe('valid');
    expect(await kinds(id)).toEqual(['sale', 'dispute', 'dispute-won']);
  });

  test('that is lost stays so, in whatever order its messages come', async () => {
    const { id, payment } = await sold();
    const dispute = `dp_${randomUUID()}`;
    await refund(id, 261);
    await say('charge.dispute.closed', disputed(payment, dispute, 'lost'));
    await say('charge.dispute.created', disputed(payment, dispute));
    await say('charge.dispute.closed', disputed(payment, dispute, 'won'));
    expect(await find(id)).toMatchObject({ state: 'refunded', returned: 2_261 });
    expect(await kinds(id)).toEqual(['sale', 'refund', 'dispute']);
  });

  test('that was won before it was heard of takes nothing', async () => {
    const { id, payment } = await sold();
    const dispute = `dp_${randomUUID()}`;
    await say('charge.dispute.closed', disputed(payment, dispute, 'won'));
    await say('charge.dispute.created', disputed(payment, dispute));
    expect(await find(id)).toMatchObject({ state: 'paid', returned: 0 });
  });
});

describe('a payout by Stripe', () => {
  const payOut = () => server.call(routes.money.payOut, { body: { publisher: named.publisher, currency: 'EUR' } });
  const payable = async () =>
    (await seller.owner.call(routes.revenue.read, { params: { publisher: named.publisher } })).balances[0]?.payable;

  async function ripe(): Promise<void> {
    const { id } = await sold();
    await asSystem(server.db, 'money', (tx) =>
      tx
        .updateTable('orders')
        .set({ held_until: new Date(0) })
        .where('id', '=', id)
        .execute(),
    );
    const body = { method: 'stripe', account: 'acct_1234567890' } as const;
    await seller.owner.call(routes.revenue.setPayoutAccount, { params: { publisher: named.publisher }, body });
  }

  test('is one transfer, with a key of its own', async () => {
    await ripe();
    const payout = await payOut();
    expect(payout).toMatchObject({ state: 'paid', amount: 1_330, method: 'stripe' });
    expect(stripe.requests.at(-1)).toMatchObject({
      path: '/v1/transfers',
      key: `payout-${payout.id}`,
      fields: { amount: '1330', currency: 'eur', destination: 'acct_1234567890' },
    });
    expect(await refusal(payOut())).toBe('payout_not_possible');
  });

  test('that Stripe refuses is owed again; one of which nothing is known is not sent again', async () => {
    await ripe();
    stripe.refusing = { status: 400, code: 'balance_insufficient' };
    expect(await refusal(payOut())).toBe('payment_failed');
    stripe.refusing = null;
    expect(await payable()).toBe(1_330);
    stripe.refusing = { status: 503, code: 'down' };
    expect(await refusal(payOut())).toBe('payment_failed');
    stripe.refusing = null;
    expect(await payable()).toBe(0);
    expect(await refusal(payOut())).toBe('payout_not_possible');
    const [pending] = (await server.call(routes.money.payouts)).items;
    expect(pending).toMatchObject({ publisher: named.publisher, state: 'pending' });
    const settle = { params: { id: pending?.id ?? '' }, body: { state: 'failed' } } as const;
    await server.call(routes.money.settlePayout, settle);
    expect(await payable()).toBe(1_330);
  });
});
