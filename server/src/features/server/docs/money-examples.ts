import type { Example } from './example.ts';

const publisher = { publisher: '$PUBLISHER' };
const statement = { ...publisher, month: '2026-11' };
const order = { id: '$ORDER' };
const refund = { amount: 500, returned: 0, reason: 'It does not read their camera' };
const paid = { publisher: '$SOLD_PUBLISHER', plugin: '$SOLD' };

export const moneyVariables = {
  ORDER: 'Id of an order of your organisation that is not paid',
  PAID_ORDER: 'Id of an order of your organisation that is paid',
  SALE: 'Id of a paid order of a plugin of your publisher',
  SOLD_PUBLISHER: 'Name of a publisher of the marketplace that sells',
  SOLD: 'Id of a plugin that it sells',
  PAYOUT: 'Id of a payout that is under way',
  ANY_ORDER: 'Id of an order of any organisation that is not paid',
  ANY_SALE: 'Id of an order of any organisation that is paid',
} as const;

/** Of what costs money: see examples.ts. */
export const moneyExamples = {
  'purchases.offer': { params: paid, status: 200 },
  'purchases.list': { status: 200 },
  'purchases.order': {
    json: { ...paid, country: 'DE', method: 'invoice', expected: { amount: 1_900, currency: 'EUR' } },
    status: 201,
  },
  'purchases.trial': { json: paid, status: 201 },
  'purchases.cancel': { params: order, status: 200 },
  'purchases.askRefund': {
    params: { id: '$PAID_ORDER' },
    json: { reason: 'It does not read our camera' },
    status: 200,
  },
  'revenue.read': { params: publisher, status: 200 },
  'revenue.sales': { params: publisher, status: 200 },
  'revenue.prices': { params: publisher, status: 200 },
  'revenue.setPrice': {
    params: { ...publisher, plugin: '$RELEASED' },
    json: { kind: 'monthly', amount: 1_900, currency: 'EUR', trialDays: 14 },
    status: 200,
  },
  'revenue.setPayoutAccount': {
    params: publisher,
    json: { method: 'manual', account: 'DE00 0000 0000 0000 0000 00, Harbour Labs' },
    status: 200,
  },
  'revenue.refund': { params: { ...publisher, id: '$SALE' }, json: refund, status: 200 },
  'revenue.statement': { params: statement, status: 200 },
  'revenue.statementCsv': { params: statement, status: 200 },
  'money.read': { status: 200 },
  'money.set': {
    json: {
      feeBasisPoints: 3_000,
      refundDays: 30,
      licenceGraceDays: 14,
      taxes: [
        { country: 'DE', basisPoints: 1_900 },
        { country: 'AT', basisPoints: 2_000 },
      ],
    },
    status: 200,
  },
  'money.orders': { status: 200 },
  'money.markPaid': { params: { id: '$ANY_ORDER' }, status: 200 },
  'money.refund': { params: { id: '$ANY_SALE' }, json: refund, status: 200 },
  'money.payouts': { status: 200 },
  'money.payoutsCsv': { status: 200 },
  // Nothing of theirs was sold yet.
  'money.payOut': { json: { publisher: '$LISTED_PUBLISHER', currency: 'EUR' }, status: 409 },
  'money.settlePayout': { params: { id: '$PAYOUT' }, json: { state: 'paid' }, status: 200 },
} satisfies Record<string, Example>;
