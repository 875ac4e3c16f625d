import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LedgerLine } from '@proofpix/contract/money/ledger';
import { fillTables } from '../../../test/fill-tables.ts';
import { openTestDatabase } from '../../../test/test-database.ts';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { book, findLines } from './ledger/queries.ts';

describe('the ledger', () => {
  let db: Database;
  let orderId: string;
  beforeAll(async () => {
    db = await openTestDatabase();
    const { organisationId } = await fillTables(db, 'buyer');
    orderId = await asSystem(db, 'money', async (tx) => {
      const of = tx.selectFrom('orders').select('id').where('organisation_id', '=', organisationId);
      return (await of.executeTakeFirstOrThrow()).id;
    });
  });
  afterAll(() => db?.[Symbol.asyncDispose]());

  const lines: LedgerLine[] = [
    { account: 'cash', publisher: null, amount: 100 },
    { account: 'held', publisher: 'harbour-labs', amount: -70 },
    { account: 'fee', publisher: null, amount: -30 },
  ];
  const refund = (given: readonly LedgerLine[], stripeId: string | null = null) =>
    asSystem(db, 'money', (tx) => book(tx, { kind: 'refund', orderId, currency: 'EUR', lines: given, stripeId }));

  it('takes lines that sum to zero, and none that do not', async () => {
    const id = (await refund(lines)) ?? '';
    expect(await asSystem(db, 'money', (tx) => findLines(tx, id))).toEqual(lines);
    await expect(refund(lines.slice(0, 2))).rejects.toThrow(/sum to zero/);
    await expect(refund(lines.slice(0, 1))).rejects.toThrow();
    const other = [...lines.slice(0, 2), { account: 'fee', publisher: null, amount: -31 } as const];
    await expect(refund(other)).rejects.toThrow(/sum to zero/);
  });

  it('takes no line later, not even a pair that balances, and none in another currency', async () => {
    const id = (await refund(lines)) ?? '';
    const add = (currency: 'EUR' | 'USD', amounts: number[]) =>
      asSystem(db, 'money', (tx) =>
        tx
          .insertInto('ledger_lines')
          .values(
            amounts.map((amount, index) => ({
              transaction_id: id,
              position: 10 + index,
              account: 'cash' as const,
              publisher: null,
              currency,
              amount,
            })),
          )
          .execute(),
      );
    await expect(add('EUR', [5, -5])).rejects.toThrow(/sum to zero/);
    await expect(add('USD', [5, -5])).rejects.toThrow(/sum to zero/);
  });

  it('is never changed: no row is updated, deleted or truncated, also by the owner of the tables', async () => {
    await refund(lines);
    for (const attempt of [
      'update ledger_lines set amount = amount + 1',
      `update ledger_transactions set currency = 'USD'`,
      'delete from ledger_lines',
      'delete from ledger_transactions',
      'truncate ledger_lines',
      'truncate ledger_transactions cascade',
      'update plugin_prices set amount = 1 where amount > 0',
      'delete from plugin_prices',
      'truncate plugin_prices cascade',
    ])
      await expect(
        asSystem(db, 'money', (tx) => sql.raw(attempt).execute(tx)),
        attempt,
      ).rejects.toThrow(/never changed/);
  });

  it('has a cause for each transaction, and one for each id of Stripe', async () => {
    const id = `re_${randomUUID()}`;
    await refund(lines, id);
    await expect(refund(lines, id)).rejects.toThrow(/stripe_id/);
    const orphan = asSystem(db, 'money', (tx) =>
      tx.insertInto('ledger_transactions').values({ kind: 'refund', currency: 'EUR', line_count: 2 }).execute(),
    );
    await expect(orphan).rejects.toThrow(/check/);
    const nobodys = asSystem(db, 'money', (tx) =>
      book(tx, { kind: 'refund', orderId: randomUUID(), currency: 'EUR', lines }),
    );
    await expect(nobodys).rejects.toThrow(/foreign key/);
  });

  it('turns a transaction around once', async () => {
    const turns = (await refund(lines)) ?? '';
    const turn = () =>
      asSystem(db, 'money', (tx) => book(tx, { kind: 'dispute-won', orderId, currency: 'EUR', lines, turns }));
    await turn();
    await expect(turn()).rejects.toThrow(/turns/);
  });
});
