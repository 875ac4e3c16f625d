import type { Currency } from './prices.ts';

/**
 * Where money can be. What comes in counts up on `cash`; what the operator owes to somebody counts down on the account of
 * whoever it is owed to. So all lines together are always zero, and what a publisher is owed is the negative of its lines.
 */
export const ledgerAccounts = {
  cash: { of: 'operator', means: 'What customers paid and what has not been paid out' },
  tax: { of: 'operator', means: 'Tax that was taken and is owed to the tax office' },
  fee: { of: 'operator', means: 'What the marketplace keeps' },
  held: { of: 'publisher', means: 'Shares of a publisher whose time for refunds is not over' },
  payable: {
    of: 'publisher',
    means: 'Shares that can be paid out; turned around where refunds took back more than there was',
  },
} as const;
export type LedgerAccount = keyof typeof ledgerAccounts;

/** What can happen, and the rule of each: which accounts it moves money between. */
export const ledgerKinds = {
  sale: 'An order was paid: cash in, split into tax, fee, and the share of the publisher, which is held',
  release: 'The time for refunds is over: the share that is still held can be paid out',
  refund: 'The customer gets money back: tax, fee and share are taken back in the proportion of the sale',
  dispute: 'A bank took back all that was left of a payment: as a refund of it',
  'dispute-won': 'A bank gave it back: the lines of the dispute, turned around',
  payout: 'A publisher is paid what can be paid out',
  'payout-failed': 'A payout did not arrive: its lines, turned around',
} as const;
export type LedgerKind = keyof typeof ledgerKinds;

/** Whole minor units, above or below zero, never zero. */
export type LedgerLine = { account: LedgerAccount; publisher: string | null; amount: number };

/** How the payment of an order is split. `net` + `tax` is what was paid. */
export type Split = { net: number; tax: number; fee: number };

/** How far money of an order went: what was given back of it in all, and how much of its share is still held. */
export type OrderMoney = Split & { publisher: string; returned: number; held: number };

export function saleLines({ publisher, net, tax, fee }: Split & { publisher: string }): LedgerLine[] {
  return balanced([
    { account: 'cash', publisher: null, amount: net + tax },
    { account: 'tax', publisher: null, amount: -tax },
    { account: 'fee', publisher: null, amount: -fee },
    { account: 'held', publisher, amount: fee - net },
  ]);
}

/**
 * Gives back this much of an order. Each part is the difference of what it is in all before and after, so that many small
 * refunds take back exactly what one of the same sum would, and a whole one leaves nothing anywhere. What is still held
 * pays first; what was released is taken from what can be paid out, also where that is less.
 * @throws RangeError for more than is left, or what is no whole number above zero
 */
export function refundLines(order: OrderMoney, amount: number): LedgerLine[] {
  const { publisher, net, tax, returned, held } = order;
  if (!Number.isSafeInteger(amount) || amount < 1 || returned + amount > net + tax)
    throw new RangeError('There is not so much to give back.');
  const [before, after] = [partsOf(order, returned), partsOf(order, returned + amount)];
  const share = after.share - before.share;
  const fromHeld = Math.min(held, share);
  return balanced([
    { account: 'cash', publisher: null, amount: -amount },
    { account: 'tax', publisher: null, amount: after.tax - before.tax },
    { account: 'fee', publisher: null, amount: after.fee - before.fee },
    { account: 'held', publisher, amount: fromHeld },
    { account: 'payable', publisher, amount: share - fromHeld },
  ]);
}

/** The parts of the first so many minor units of an order: rounded down for tax and fee, the rest is the publisher's. */
function partsOf({ net, tax, fee }: Split, amount: number): { tax: number; fee: number; share: number } {
  const taxPart = net + tax === 0 ? 0 : Math.floor((tax * amount) / (net + tax));
  const netPart = amount - taxPart;
  const feePart = net === 0 ? 0 : Math.floor((fee * netPart) / net);
  return { tax: taxPart, fee: feePart, share: netPart - feePart };
}

export function releaseLines({ publisher, held }: Pick<OrderMoney, 'publisher' | 'held'>): LedgerLine[] {
  return balanced([
    { account: 'held', publisher, amount: held },
    { account: 'payable', publisher, amount: -held },
  ]);
}

/** @throws RangeError for more than can be paid out: held money and debts are never paid */
export function payoutLines(publisher: string, amount: number, payable: number): LedgerLine[] {
  if (!Number.isSafeInteger(amount) || amount < 1 || amount > payable)
    throw new RangeError('There is not so much to pay out.');
  return balanced([
    { account: 'payable', publisher, amount },
    { account: 'cash', publisher: null, amount: -amount },
  ]);
}

/** What happened is never taken out of the books: it is turned around. */
export function turnedAround(lines: readonly LedgerLine[]): LedgerLine[] {
  return balanced(lines.map((line) => ({ ...line, amount: -line.amount })));
}

export function sumOf(lines: readonly Pick<LedgerLine, 'amount'>[]): number {
  return lines.reduce((sum, { amount }) => sum + amount, 0);
}

/** What a publisher is owed on one of its accounts. */
export function owedTo(
  lines: readonly (LedgerLine & { currency: Currency })[],
  account: 'held' | 'payable',
  { publisher, currency }: { publisher: string; currency: Currency },
): number {
  const own = lines.filter((line) => line.publisher === publisher && line.currency === currency);
  const sum = sumOf(own.filter((line) => line.account === account));
  return sum === 0 ? 0 : -sum;
}

/** Lines of nothing say nothing. @throws Error where they do not sum to zero: nothing like that is ever written */
function balanced(lines: readonly LedgerLine[]): LedgerLine[] {
  if (lines.some(({ amount }) => !Number.isSafeInteger(amount)) || sumOf(lines) !== 0)
    throw new Error('The lines do not balance.');
  return lines.filter(({ amount }) => amount !== 0);
}
