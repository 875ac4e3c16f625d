import { Type, type Static } from 'typebox';
import { PluginId } from '../manifest.ts';
import { ledgerAccounts, ledgerKinds, type LedgerAccount, type LedgerKind } from '../money/ledger.ts';
import { Amount, CurrencyCode, highestPrice, Price } from '../money/prices.ts';
import { Binary, route } from '../route.ts';
import { PublisherName } from '../trust.ts';
import { Order, orderParams } from './purchases.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Month = Type.String({ pattern: '^20[0-9]{2}-(0[1-9]|1[0-2])$', description: 'UTC, as 2026-11' });
const params = Type.Object({ publisher: PublisherName });
const pluginParams = Type.Object({ publisher: PublisherName, plugin: PluginId });

/** An order as those see it whom it brings money. Who bought it is not among it. */
export const Sale = Type.Object(
  {
    ...Order.properties,
    fee: Type.Integer({ description: 'What the marketplace keeps of it' }),
    share: Type.Integer({ description: 'What is left for the publisher' }),
    held: Type.Integer({ description: 'Of the share, what cannot be paid out yet' }),
    heldUntil: NullableTime,
    refundReason: NullableText,
  },
  { title: 'Sale' },
);
export type Sale = Static<typeof Sale>;

export const Payout = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    publisher: PublisherName,
    currency: CurrencyCode,
    amount: Type.Integer(),
    method: Type.Enum(['manual', 'stripe']),
    account: Type.String(),
    state: Type.Enum(['pending', 'paid', 'failed']),
    createdAt: Time,
    settledAt: NullableTime,
  },
  { title: 'Payout' },
);
export type Payout = Static<typeof Payout>;

export const PayoutAccount = Type.Object(
  {
    method: Type.Enum(['manual', 'stripe'], { description: 'manual: a transfer by the operator of the marketplace' }),
    account: Type.String({
      minLength: 5,
      maxLength: 200,
      description: 'Bank account as it is to be written on a transfer, or the id of an account at Stripe (acct_…)',
    }),
  },
  { title: 'PayoutAccount', ...closed },
);
export type PayoutAccount = Static<typeof PayoutAccount>;

const Balance = Type.Object({
  currency: CurrencyCode,
  held: Type.Integer({ description: 'Shares whose time for refunds is not over' }),
  payable: Type.Integer({ description: 'Below zero where refunds took back more than there was' }),
  paid: Type.Integer({ description: 'Paid out so far, payouts under way included' }),
});

const MonthFigures = Type.Object({
  month: Month,
  plugin: PluginId,
  currency: CurrencyCode,
  orders: Type.Integer(),
  sales: Type.Integer({ description: 'Without tax' }),
  fees: Type.Integer({ description: 'Without those of refunds' }),
  refunds: Type.Integer({ description: 'Without tax, disputes included' }),
  share: Type.Integer({ description: 'What is left for the publisher' }),
});

export const Revenue = Type.Object(
  {
    balances: Type.Array(Balance),
    months: Type.Array(MonthFigures, { description: 'The newest first, 24 months' }),
    payouts: Type.Array(Payout, { description: 'The newest 100' }),
    payoutAccount: Type.Union([PayoutAccount, Type.Null()]),
    feeBasisPoints: Type.Integer({ description: 'Hundredths of a percent that the marketplace keeps of a new order' }),
  },
  { title: 'Revenue' },
);
export type Revenue = Static<typeof Revenue>;

export const Statement = Type.Object(
  {
    publisher: PublisherName,
    month: Month,
    balances: Type.Array(
      Type.Object({
        currency: CurrencyCode,
        account: Type.Enum(['held', 'payable']),
        before: Type.Integer({ description: 'When the month began' }),
        after: Type.Integer({ description: 'When it ended, or now' }),
      }),
    ),
    lines: Type.Array(
      Type.Object({
        at: Time,
        kind: Type.Enum(Object.keys(ledgerKinds) as LedgerKind[]), // keys of a constant object
        account: Type.Enum(Object.keys(ledgerAccounts) as LedgerAccount[]), // the same
        currency: CurrencyCode,
        amount: Type.Integer({ description: 'For the publisher: what it is owed from it' }),
        invoice: NullableText,
        plugin: NullableText,
        payout: NullableText,
      }),
    ),
  },
  { title: 'Statement' },
);
export type Statement = Static<typeof Statement>;

const owns = { access: 'revenue:manage', plan: 'free' } as const;

export const RefundWish = Type.Object(
  {
    amount: Type.Union([Amount, Type.Null()], { description: 'With tax; null: all that is left' }),
    returned: Type.Integer({
      minimum: 0,
      maximum: 2 * highestPrice,
      description: 'What was given back of it before, as you saw it: two who click at once give back once',
    }),
    reason: Type.String({ minLength: 1, maxLength: 1_000 }),
  },
  closed,
);

export const revenueRoutes = {
  read: route({
    method: 'GET',
    path: '/api/publishers/:publisher/revenue',
    summary: 'Get what a publisher of your organisation earned: balances, months and payouts',
    ...owns,
    params,
    replies: { 200: Revenue },
    errors: ['publisher_not_found'],
  }),
  sales: route({
    method: 'GET',
    path: '/api/publishers/:publisher/sales',
    summary: 'List the orders of its plugins, the newest 500',
    ...owns,
    params,
    replies: { 200: Type.Object({ items: Type.Array(Sale) }) },
    errors: ['publisher_not_found'],
  }),
  prices: route({
    method: 'GET',
    path: '/api/publishers/:publisher/prices',
    summary: 'List what its plugins cost now',
    ...owns,
    params,
    replies: { 200: Type.Object({ items: Type.Array(Type.Object({ plugin: PluginId, price: Price })) }) },
    errors: ['publisher_not_found'],
  }),
  setPrice: route({
    method: 'PUT',
    path: '/api/publishers/:publisher/plugins/:plugin/price',
    summary:
      'Set what a released plugin costs from now on. Whoever bought or installed it keeps what was agreed at that time',
    ...owns,
    params: pluginParams,
    body: Price,
    replies: { 200: Price },
    errors: ['publisher_not_found', 'release_not_found', 'invalid_request'],
  }),
  setPayoutAccount: route({
    method: 'PUT',
    path: '/api/publishers/:publisher/payout-account',
    summary: 'Say where payouts go',
    ...owns,
    params,
    body: PayoutAccount,
    replies: { 200: PayoutAccount },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  refund: route({
    method: 'POST',
    path: '/api/publishers/:publisher/sales/:id/refund',
    summary: 'Give money of an order back, all of it or a part. All of it ends the licence',
    ...owns,
    params: Type.Object({ ...params.properties, ...orderParams.properties }),
    body: RefundWish,
    replies: { 200: Sale },
    errors: [
      'publisher_not_found',
      'order_not_found',
      'order_state',
      'refund_too_large',
      'payment_failed',
      'invalid_request',
    ],
  }),
  statement: route({
    method: 'GET',
    path: '/api/publishers/:publisher/statements/:month',
    summary: 'Get the lines of the ledger about a publisher in one month',
    ...owns,
    params: Type.Object({ ...params.properties, month: Month }),
    replies: { 200: Statement },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
  statementCsv: route({
    method: 'GET',
    path: '/api/publishers/:publisher/statements/:month/csv',
    summary: 'Download the same as CSV',
    ...owns,
    params: Type.Object({ ...params.properties, month: Month }),
    replies: { 200: Binary },
    errors: ['publisher_not_found', 'invalid_request'],
  }),
};
