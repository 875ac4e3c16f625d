import { Type, type Static } from 'typebox';

/** ISO 4217: how many digits follow the point. Amounts are whole minor units everywhere, never a fraction of one. */
export const currencies = {
  EUR: 2,
  USD: 2,
  GBP: 2,
  CHF: 2,
  SEK: 2,
  NOK: 2,
  DKK: 2,
  PLN: 2,
  CZK: 2,
  CAD: 2,
  AUD: 2,
  JPY: 0,
} as const;
export type Currency = keyof typeof currencies;
export const currencyCodes = Object.keys(currencies) as Currency[]; // keys of a constant object

/** Products of two amounts, or of an amount and a rate, stay far below 2^53: nothing is ever rounded by the way. */
export const highestPrice = 10_000_000;
/** Hundredths of a percent. */
export const wholeBasisPoints = 10_000;
export const highestTaxBasisPoints = 5_000;
export const longestTrialDays = 90;

export const priceKinds = {
  free: 'Costs nothing',
  'one-time': 'Paid once, licensed for good',
  monthly: 'Paid for a month at a time',
  yearly: 'Paid for a year at a time',
} as const;
export type PriceKind = keyof typeof priceKinds;

export const CurrencyCode = Type.Enum(currencyCodes, { description: 'ISO 4217' });
export const Amount = Type.Integer({
  minimum: 1,
  maximum: 2 * highestPrice,
  description: 'In minor units: 1999 is 19.99 EUR',
});
export const Country = Type.String({ pattern: '^[A-Z]{2}$', description: 'ISO 3166-1, two letters' });

/** What a publisher asks for a plugin, without tax. */
export const Price = Type.Object(
  {
    kind: Type.Enum(['free', 'one-time', 'monthly', 'yearly']),
    amount: Type.Integer({
      minimum: 0,
      maximum: highestPrice,
      description: 'Without tax, in minor units; 0 for a free one',
    }),
    currency: CurrencyCode,
    trialDays: Type.Integer({ minimum: 0, maximum: longestTrialDays, description: '0: there is no trial' }),
  },
  { title: 'Price', additionalProperties: false },
);
export type Price = Static<typeof Price>;

/** What is wrong with a price, by field; null where it is one. */
export function wrongPrice({ kind, amount, trialDays }: Price): { field: string; message: string } | null {
  if (kind === 'free' && amount !== 0) return { field: '/amount', message: 'must be 0 where it costs nothing' };
  if (kind !== 'free' && amount === 0) return { field: '/amount', message: 'must be more than 0, or the kind "free"' };
  if (kind === 'free' && trialDays !== 0) return { field: '/trialDays', message: 'must be 0 where it costs nothing' };
  return null;
}

/** On top of the price, half a minor unit and more rounded up, as invoices do. */
export function taxOn(net: number, basisPoints: number): number {
  return Math.floor((net * basisPoints + wholeBasisPoints / 2) / wholeBasisPoints);
}

/** Of the price without tax, rounded down: what cannot be divided is the publisher's. */
export function feeOn(net: number, basisPoints: number): number {
  return Math.floor((net * basisPoints) / wholeBasisPoints);
}

/** The last moment of what is paid for from this one on; null: for good. A month that is shorter ends on its last day. */
export function paidUntil(kind: Exclude<PriceKind, 'free'>, from: Date): Date | null {
  if (kind === 'one-time') return null;
  const until = new Date(from);
  until.setUTCDate(1);
  until.setUTCMonth(until.getUTCMonth() + (kind === 'monthly' ? 1 : 12));
  const lastDay = new Date(Date.UTC(until.getUTCFullYear(), until.getUTCMonth() + 1, 0)).getUTCDate();
  until.setUTCDate(Math.min(from.getUTCDate(), lastDay));
  return until;
}
