import { randomUUID } from 'node:crypto';
import type { Books, OperatorSale } from '@proofpix/contract/api/money';
import type { Payout } from '@proofpix/contract/api/revenue';
import { orderOf } from './fake-subscription.ts';

const books: Books = {
  settings: {
    feeBasisPoints: 3_000,
    refundDays: 30,
    licenceGraceDays: 7,
    taxes: [
      { country: 'CH', basisPoints: 810 },
      { country: 'DE', basisPoints: 1_900 },
    ],
  },
  accounts: [
    { account: 'cash', currency: 'EUR', balance: 452_200 },
    { account: 'tax', currency: 'EUR', balance: 72_200 },
    { account: 'fee', currency: 'EUR', balance: 114_000 },
    { account: 'held', currency: 'EUR', balance: 133_000 },
    { account: 'payable', currency: 'EUR', balance: 133_000 },
  ],
  payable: [
    { publisher: 'halden-geo', currency: 'EUR', amount: 134_330, hasAccount: true },
    { publisher: 'tidewater', currency: 'EUR', amount: -1_330, hasAccount: true },
  ],
};

const orders: readonly OperatorSale[] = [
  { ...orderOf('PP-000012', 'open'), ...saleOf('Coastline Claims') },
  {
    ...orderOf('PP-000011', 'paid'),
    ...saleOf('Northgate Adjusters'),
    refundAskedAt: '2026-11-20T10:00:00.000Z',
    refundReason: 'It does not read our camera',
  },
  { ...orderOf('PP-000010', 'paid'), ...saleOf(null) },
];

function saleOf(customer: string | null) {
  return { fee: 570, share: 1_330, held: 1_330, heldUntil: '2099-12-02T08:00:00.000Z', refundReason: null, customer };
}

const payouts: readonly Payout[] = (['pending', 'paid', 'failed'] as const).map((state, at) => ({
  id: randomUUID(),
  publisher: 'halden-geo',
  currency: 'EUR',
  amount: 125_000 - at * 1_000,
  method: at === 1 ? 'stripe' : 'manual',
  account: at === 1 ? 'acct_1Halden' : 'NO93 8601 1117 947, Halden Geo AS',
  state,
  createdAt: `2026-11-0${3 - at}T08:00:00.000Z`,
  settledAt: state === 'pending' ? null : '2026-11-05T08:00:00.000Z',
}));

/** Undefined: it is none of the operator's money. */
export function answerMoney(name: string): unknown {
  if (name === 'GET /api/money') return books;
  if (name === 'GET /api/money/orders') return { items: orders };
  if (name === 'GET /api/money/payouts') return { items: payouts };
  return undefined;
}
