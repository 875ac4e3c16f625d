import { sql } from 'kysely';
import type { LedgerAccount, LedgerKind, LedgerLine } from '@proofpix/contract/money/ledger';
import type { Currency } from '@proofpix/contract/money/prices';
import type { Tx } from '../../../db/tenancy.ts';

type Cause = { orderId: string; payoutId?: undefined } | { payoutId: string; orderId?: undefined };
export type Booking = Cause & {
  kind: LedgerKind;
  currency: Currency;
  lines: readonly LedgerLine[];
  stripeId?: string | null;
  /** The transaction that it turns around. */
  turns?: string;
};

/** Writes what happened into the books: for good. Triggers refuse what does not balance. Null where there was nothing to move. */
export async function book(tx: Tx, booking: Booking): Promise<string | null> {
  const { kind, currency, lines, orderId = null, payoutId = null, stripeId = null, turns = null } = booking;
  if (lines.length === 0) return null;
  const { id } = await tx
    .insertInto('ledger_transactions')
    .values({
      kind,
      order_id: orderId,
      payout_id: payoutId,
      turns,
      stripe_id: stripeId,
      currency,
      line_count: lines.length,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await tx
    .insertInto('ledger_lines')
    .values(lines.map((line, index) => ({ ...line, transaction_id: id, position: index + 1, currency })))
    .execute();
  return id;
}

export async function isBooked(tx: Tx, stripeId: string): Promise<boolean> {
  const row = await tx
    .selectFrom('ledger_transactions')
    .select('id')
    .where('stripe_id', '=', stripeId)
    .executeTakeFirst();
  return row !== undefined;
}

export async function findLines(tx: Tx, transactionId: string): Promise<LedgerLine[]> {
  return tx
    .selectFrom('ledger_lines')
    .select(['account', 'publisher', 'amount'])
    .where('transaction_id', '=', transactionId)
    .orderBy('position')
    .execute();
}

/** Of its share, what is held: an account of the ledger counts down for what is owed. */
export async function heldOf(tx: Tx, orderId: string): Promise<number> {
  const { held } = await tx
    .selectFrom('ledger_lines as l')
    .innerJoin('ledger_transactions as t', 't.id', 'l.transaction_id')
    .select(sql<number>`coalesce(-sum(l.amount), 0)`.as('held'))
    .where('t.order_id', '=', orderId)
    .where('l.account', '=', 'held')
    .executeTakeFirstOrThrow();
  return Number(held);
}

export async function findPayoutTransaction(tx: Tx, payoutId: string): Promise<string | undefined> {
  const row = await tx
    .selectFrom('ledger_transactions')
    .select('id')
    .where('payout_id', '=', payoutId)
    .where('kind', '=', 'payout')
    .executeTakeFirst();
  return row?.id;
}

export type BalanceRow = { account: LedgerAccount; publisher: string | null; currency: Currency; sum: number };

/** Sums of all lines, of one publisher or of everything, up to a moment where one is named. */
export async function sumLines(
  tx: Tx,
  { publisher, before }: { publisher?: string; before?: Date } = {},
): Promise<BalanceRow[]> {
  let lines = tx
    .selectFrom('ledger_lines')
    .select(['account', 'publisher', 'currency', sql<number>`sum(amount)`.as('sum')]);
  if (publisher !== undefined) lines = lines.where('publisher', '=', publisher);
  if (before !== undefined) lines = lines.where('created_at', '<', before);
  const rows = await lines
    .groupBy(['account', 'publisher', 'currency'])
    .orderBy('currency')
    .orderBy('account')
    .orderBy('publisher')
    .execute();
  return rows.map((row) => ({ ...row, sum: Number(row.sum) }));
}

/** What was paid out, by currency: a payout that failed took its lines back. */
export async function sumPaid(tx: Tx, publisher: string): Promise<ReadonlyMap<Currency, number>> {
  const rows = await tx
    .selectFrom('ledger_lines as l')
    .innerJoin('ledger_transactions as t', 't.id', 'l.transaction_id')
    .select(['l.currency', sql<number>`sum(l.amount)`.as('sum')])
    .where('l.publisher', '=', publisher)
    .where('t.payout_id', 'is not', null)
    .groupBy('l.currency')
    .execute();
  return new Map(rows.map(({ currency, sum }) => [currency, Number(sum)]));
}

export type StatementRow = {
  created_at: Date;
  kind: LedgerKind;
  account: LedgerAccount;
  currency: Currency;
  amount: number;
  invoice_number: number | null;
  plugin_id: string | null;
  payout_id: string | null;
};

export async function listLines(
  tx: Tx,
  { publisher, from, to }: { publisher: string; from: Date; to: Date },
): Promise<StatementRow[]> {
  return tx
    .selectFrom('ledger_lines as l')
    .innerJoin('ledger_transactions as t', 't.id', 'l.transaction_id')
    .leftJoin('orders as o', 'o.id', 't.order_id')
    .select([
      'l.created_at',
      't.kind',
      'l.account',
      'l.currency',
      'l.amount',
      'o.invoice_number',
      'o.plugin_id',
      't.payout_id',
    ])
    .where('l.publisher', '=', publisher)
    .where('l.created_at', '>=', from)
    .where('l.created_at', '<', to)
    .orderBy('l.created_at')
    .orderBy('l.transaction_id')
    .orderBy('l.position')
    .execute();
}

export type MonthRow = {
  month: string;
  plugin_id: string;
  currency: Currency;
  orders: number;
  sales: number;
  fees: number;
  refunds: number;
  share: number;
};

/** By month of what happened, not of the order: a month that is over never changes. */
export async function sumMonths(tx: Tx, publisher: string, from: Date): Promise<MonthRow[]> {
  const given = sql`t.kind in ('refund', 'dispute', 'dispute-won')`;
  const { rows } = await sql<MonthRow>`
    select to_char(t.created_at at time zone 'UTC', 'YYYY-MM') as month, o.plugin_id, t.currency,
      count(distinct t.id) filter (where t.kind = 'sale')::int as orders,
      coalesce(-sum(l.amount) filter (where t.kind = 'sale' and l.account <> 'cash' and l.account <> 'tax'), 0)::bigint as sales,
      coalesce(-sum(l.amount) filter (where l.account = 'fee'), 0)::bigint as fees,
      coalesce(sum(l.amount) filter (where ${given} and l.account <> 'cash' and l.account <> 'tax'), 0)::bigint as refunds,
      coalesce(-sum(l.amount) filter (where l.account in ('held', 'payable')), 0)::bigint as share
    from ledger_transactions t
    join ledger_lines l on l.transaction_id = t.id
    join orders o on o.id = t.order_id
    where o.publisher = ${publisher} and t.created_at >= ${from} and t.kind <> 'release'
    group by 1, 2, 3 order by 1 desc, 2, 3`.execute(tx);
  return rows;
}
