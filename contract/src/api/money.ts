import { Type, type Static } from 'typebox';
import { ledgerAccounts, type LedgerAccount } from '../money/ledger.ts';
import { Country, CurrencyCode, highestTaxBasisPoints, wholeBasisPoints } from '../money/prices.ts';
import { Binary, route } from '../route.ts';
import { PublisherName } from '../trust.ts';
import { orderParams } from './purchases.ts';
import { Payout, RefundWish, Sale } from './revenue.ts';

const closed = { additionalProperties: false } as const;
const params = orderParams;

/** How a marketplace sells. */
export const MoneySettings = Type.Object(
  {
    feeBasisPoints: Type.Integer({
      minimum: 0,
      maximum: wholeBasisPoints,
      description: 'Hundredths of a percent of a price that the marketplace keeps; for new orders',
    }),
    refundDays: Type.Integer({
      minimum: 0,
      maximum: 365,
      description: 'How long a refund can be asked for, and a share is held; for orders that are paid from now on',
    }),
    licenceGraceDays: Type.Integer({
      minimum: 1,
      maximum: 365,
      description: 'How long a licence is good for a host that cannot ask the marketplace',
    }),
    taxes: Type.Array(
      Type.Object(
        {
          country: Country,
          basisPoints: Type.Integer({ minimum: 0, maximum: highestTaxBasisPoints, description: '1900 is 19 %' }),
        },
        closed,
      ),
      { maxItems: 250, description: 'Nothing is sold to a country that has none' },
    ),
  },
  { title: 'MoneySettings', ...closed },
);
export type MoneySettings = Static<typeof MoneySettings>;

/** A sale with its customer, for whoever writes the invoice. */
export const OperatorSale = Type.Object(
  {
    ...Sale.properties,
    customer: Type.Union([Type.String(), Type.Null()], {
      description: 'Name of the organisation; null when it is gone',
    }),
  },
  { title: 'OperatorSale' },
);
export type OperatorSale = Static<typeof OperatorSale>;

export const Books = Type.Object(
  {
    settings: MoneySettings,
    accounts: Type.Array(
      Type.Object({
        account: Type.Enum(Object.keys(ledgerAccounts) as LedgerAccount[]), // keys of a constant object
        currency: CurrencyCode,
        balance: Type.Integer({ description: 'What is there on `cash`; what is owed on the others' }),
      }),
    ),
    payable: Type.Array(
      Type.Object({
        publisher: PublisherName,
        currency: CurrencyCode,
        amount: Type.Integer({ description: 'Below zero where refunds took back more than there was' }),
        hasAccount: Type.Boolean({ description: 'Whether the publisher said where payouts go' }),
      }),
    ),
  },
  { title: 'Books' },
);
export type Books = Static<typeof Books>;

const operates = { access: 'server:operate', plan: 'free' } as const;

export const moneyRoutes = {
  read: route({
    method: 'GET',
    path: '/api/money',
    summary: 'Get the balances of all accounts of the ledger, what can be paid out, and how the marketplace sells',
    ...operates,
    replies: { 200: Books },
    errors: [],
  }),
  set: route({
    method: 'PUT',
    path: '/api/money/settings',
    summary: 'Set fee, time for refunds, grace of licences and taxes. What was ordered keeps what it was ordered under',
    ...operates,
    body: MoneySettings,
    replies: { 200: MoneySettings },
    errors: ['invalid_request'],
  }),
  orders: route({
    method: 'GET',
    path: '/api/money/orders',
    summary: 'List the orders of all customers, the newest 500',
    ...operates,
    replies: { 200: Type.Object({ items: Type.Array(OperatorSale) }) },
    errors: [],
  }),
  markPaid: route({
    method: 'POST',
    path: '/api/money/orders/:id/paid',
    summary: 'Say that an invoice was paid: the licence begins',
    ...operates,
    params,
    replies: { 200: OperatorSale },
    errors: ['order_not_found', 'order_state'],
  }),
  refund: route({
    method: 'POST',
    path: '/api/money/orders/:id/refund',
    summary: 'Give money of an order back, all of it or a part',
    ...operates,
    params,
    body: RefundWish,
    replies: { 200: OperatorSale },
    errors: ['order_not_found', 'order_state', 'refund_too_large', 'payment_failed', 'invalid_request'],
  }),
  payouts: route({
    method: 'GET',
    path: '/api/money/payouts',
    summary: 'List payouts, the newest 500',
    ...operates,
    replies: { 200: Type.Object({ items: Type.Array(Payout) }) },
    errors: [],
  }),
  payoutsCsv: route({
    method: 'GET',
    path: '/api/money/payouts/csv',
    summary: 'Download the payouts that are to be transferred by hand, as CSV',
    ...operates,
    replies: { 200: Binary },
    errors: [],
  }),
  payOut: route({
    method: 'POST',
    path: '/api/money/payouts',
    summary: 'Pay a publisher all that can be paid out: a transfer at Stripe, or one to be made by hand',
    ...operates,
    body: Type.Object({ publisher: PublisherName, currency: CurrencyCode }, closed),
    replies: { 201: Payout },
    errors: ['payout_not_possible', 'payment_failed', 'invalid_request'],
  }),
  settlePayout: route({
    method: 'POST',
    path: '/api/money/payouts/:id/settle',
    summary: 'Say what became of a payout: one that failed can be paid again',
    ...operates,
    params,
    body: Type.Object({ state: Type.Enum(['paid', 'failed']) }, closed),
    replies: { 200: Payout },
    errors: ['payout_not_found', 'payout_state', 'invalid_request'],
  }),
};
