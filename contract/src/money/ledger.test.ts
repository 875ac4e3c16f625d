import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  owedTo,
  payoutLines,
  refundLines,
  releaseLines,
  saleLines,
  sumOf,
  turnedAround,
  type LedgerLine,
  type OrderMoney,
} from './ledger.ts';
import { feeOn, highestPrice, paidUntil, taxOn, type Currency } from './prices.ts';

const publishers = ['harbour-labs', 'north-light'] as const;
const used = ['EUR', 'JPY'] as const satisfies readonly Currency[];

type Order = OrderMoney & { currency: Currency; dispute: LedgerLine[] | null };
type Booked = LedgerLine & { currency: Currency };

/** What a program would keep beside the lines, to be compared with them. */
type Books = { lines: Booked[]; orders: Order[]; kept: Map<string, number>; payouts: Paid[] };
type Paid = { lines: LedgerLine[]; currency: Currency; failed: boolean };

const accountOf = ({ account, publisher, currency }: Booked) => `${account} ${publisher ?? '-'} ${currency}`;

function book(books: Books, currency: Currency, lines: readonly LedgerLine[]): void {
  expect(sumOf(lines)).toBe(0);
  for (const line of lines) {
    const booked = { ...line, currency };
    books.lines.push(booked);
    const key = accountOf(booked);
    books.kept.set(key, (books.kept.get(key) ?? 0) + line.amount);
  }
}

const keptOf = ({ kept }: Books, account: string, publisher: string, currency: Currency) =>
  0 - (kept.get(`${account} ${publisher} ${currency}`) ?? 0);

type Operation = {
  kind: 'sale' | 'refund' | 'refund-all' | 'release' | 'dispute' | 'dispute-won' | 'payout' | 'payout-failed';
  which: number;
  net: number;
  tax: number;
  fee: number;
  part: number;
};
const operation: fc.Arbitrary<Operation> = fc.record({
  kind: fc.constantFrom('sale', 'refund', 'refund-all', 'release', 'dispute', 'dispute-won', 'payout', 'payout-failed'),
  which: fc.nat(),
  net: fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: highestPrice })),
  tax: fc.integer({ min: 0, max: 5_000 }),
  fee: fc.integer({ min: 0, max: 10_000 }),
  part: fc.double({ min: 0, max: 1, noNaN: true }),
});

/** Moves of the share out of what is held, so that the order knows what is left. */
function takeHeld(order: Order, lines: readonly LedgerLine[]): void {
  order.held -= sumOf(lines.filter(({ account }) => account === 'held'));
}

function act(books: Books, { kind, which, net, tax: taxRate, fee: feeRate, part }: Operation): void {
  const publisher = publishers[which % 2] ?? publishers[0];
  if (kind === 'sale') {
    const currency = used[(which >> 1) % 2] ?? 'EUR';
    const split = { net, tax: taxOn(net, taxRate), fee: feeOn(net, feeRate) };
    const order: Order = { ...split, publisher, returned: 0, held: net - split.fee, currency, dispute: null };
    books.orders.push(order);
    return book(books, currency, saleLines(order));
  }
  if (kind === 'payout') {
    const currency = used[(which >> 1) % 2] ?? 'EUR';
    const payable = keptOf(books, 'payable', publisher, currency);
    const amount = Math.ceil(payable * part);
    if (amount < 1) {
      expect(() => payoutLines(publisher, 1, Math.min(payable, 0))).toThrow(RangeError);
      return;
    }
    expect(() => payoutLines(publisher, payable + 1, payable)).toThrow(RangeError);
    const lines = payoutLines(publisher, amount, payable);
    books.payouts.push({ lines, currency, failed: false });
    return book(books, currency, lines);
  }
  if (kind === 'payout-failed') {
    const payout = books.payouts[which % Math.max(1, books.payouts.length)];
    if (payout === undefined || payout.failed) return;
    payout.failed = true;
    return book(books, payout.currency, turnedAround(payout.lines));
  }
  const order = books.orders[which % Math.max(1, books.orders.length)];
  if (order === undefined) return;
  const left = order.net + order.tax - order.returned;
  if (kind === 'release') {
    const lines = releaseLines(order);
    takeHeld(order, lines);
    return book(books, order.currency, lines);
  }
  if (kind === 'dispute-won') {
    if (order.dispute === null) return;
    const lines = turnedAround(order.dispute);
    takeHeld(order, lines);
    order.returned -= sumOf(lines.filter(({ account }) => account === 'cash'));
    order.dispute = null;
    return book(books, order.currency, lines);
  }
  if (order.dispute !== null) return;
  const amount = kind === 'refund' ? Math.ceil(left * part) : left;
  expect(() => refundLines(order, left + 1)).toThrow(RangeError);
  if (amount === 0) return;
  const lines = refundLines(order, amount);
  takeHeld(order, lines);
  order.returned += amount;
  if (kind === 'dispute') order.dispute = lines;
  book(books, order.currency, lines);
}

describe('the ledger', () => {
  test('sums to zero after each of 10,000 random operations, and every balance can be recomputed', () => {
    const operations = fc.sample(operation, { numRuns: 10_000, seed: 20_26 });
    const books: Books = { lines: [], orders: [], kept: new Map(), payouts: [] };
    const done = new Set<string>();
    let negative = 0;
    for (const each of operations) {
      const before = books.lines.length;
      act(books, each);
      if (books.lines.length > before) done.add(each.kind);
      for (const currency of used) {
        const total = [...books.kept]
          .filter(([key]) => key.endsWith(currency))
          .reduce((sum, [, part]) => sum + part, 0);
        expect(total).toBe(0);
        for (const publisher of publishers) if (keptOf(books, 'payable', publisher, currency) < 0) negative += 1;
      }
    }
    expect(done.size).toBe(8);
    // Refunds after a payout were among them.
    expect(negative).toBeGreaterThan(0);
    const recomputed = new Map<string, number>();
    for (const line of books.lines)
      recomputed.set(accountOf(line), (recomputed.get(accountOf(line)) ?? 0) + line.amount);
    expect(recomputed).toEqual(books.kept);
    for (const publisher of publishers) {
      for (const currency of used) {
        const who = { publisher, currency };
        expect(owedTo(books.lines, 'payable', who)).toBe(keptOf(books, 'payable', publisher, currency));
        const held = books.orders.filter((order) => order.publisher === publisher && order.currency === currency);
        expect(owedTo(books.lines, 'held', who)).toBe(held.reduce((sum, order) => sum + order.held, 0));
      }
    }
  });

  test('loses nothing to rounding: refunds in any pieces take back what the sale gave, and no piece turns around', () => {
    const pieces = fc.record({
      net: fc.integer({ min: 1, max: 2_000 }),
      taxRate: fc.integer({ min: 0, max: 5_000 }),
      feeRate: fc.integer({ min: 0, max: 10_000 }),
      cuts: fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 40 }),
    });
    fc.assert(
      fc.property(pieces, ({ net, taxRate, feeRate, cuts }) => {
        const split = { net, tax: taxOn(net, taxRate), fee: feeOn(net, feeRate) };
        const order = { ...split, publisher: 'harbour-labs', returned: 0, held: net - split.fee };
        const lines = [...saleLines(order)];
        for (const cut of [...cuts, Infinity]) {
          const amount = Math.min(cut, net + split.tax - order.returned);
          if (amount === 0) break;
          const refund = refundLines(order, amount);
          expect(refund.filter((line) => line.account !== 'cash').every((line) => line.amount > 0)).toBe(true);
          order.held -= sumOf(refund.filter(({ account }) => account === 'held'));
          order.returned += amount;
          lines.push(...refund);
        }
        for (const account of ['cash', 'tax', 'fee', 'held', 'payable'])
          expect(sumOf(lines.filter((line) => line.account === account))).toBe(0);
      }),
    );
  });

  test('refuses amounts that are no whole number above zero', () => {
    const order = { net: 1_000, tax: 190, fee: 300, publisher: 'harbour-labs', returned: 0, held: 700 };
    for (const amount of [0, -1, 0.5, Number.NaN, Infinity, 2 ** 53, 1_191])
      expect(() => refundLines(order, amount), String(amount)).toThrow(RangeError);
    for (const amount of [0, -1, 0.5, Number.NaN, Infinity, 701])
      expect(() => payoutLines('harbour-labs', amount, 700), String(amount)).toThrow(RangeError);
  });
});

describe('a price', () => {
  test('of 9.99 at 30 % leaves the cent that cannot be divided with the publisher', () => {
    expect([feeOn(999, 3_000), taxOn(999, 1_900)]).toEqual([299, 190]);
    expect(saleLines({ publisher: 'harbour-labs', net: 999, tax: 190, fee: 299 })).toContainEqual({
      account: 'held',
      publisher: 'harbour-labs',
      amount: -700,
    });
  });

  test('by the month ends on the last day of a month that is shorter', () => {
    expect(paidUntil('monthly', new Date('2026-01-31T10:00:00Z'))?.toISOString()).toBe('2026-02-28T10:00:00.000Z');
    expect(paidUntil('yearly', new Date('2024-02-29T10:00:00Z'))?.toISOString()).toBe('2025-02-28T10:00:00.000Z');
    expect(paidUntil('one-time', new Date())).toBeNull();
  });
});
