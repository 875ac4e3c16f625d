import type { Revenue, Sale, Statement } from '@proofpix/contract/api/revenue';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { csvLine } from '../../../http/csv-line.ts';
import { ownPublisher } from '../../publishers/keep-publishers.ts';
import { listLines, sumLines, sumMonths, sumPaid, type BalanceRow } from '../ledger/queries.ts';
import { listSales } from '../orders/queries.ts';
import { showInvoice, showSale } from '../orders/show-order.ts';
import type { MoneyParts } from '../parts.ts';
import { readSettings } from '../prices/queries.ts';
import { showPayout } from '../payouts/keep-payouts.ts';
import { findAccount, listPayouts } from '../payouts/queries.ts';

type Parts = Pick<MoneyParts, 'db'>;
type Owned = { organisationId: string; publisher: string };

const monthsShown = 24;
const payoutsShown = 100;

/** @throws Problem publisher_not_found */
export async function readRevenue({ db }: Parts, owned: Owned, now = new Date()): Promise<Revenue> {
  const { publisher } = owned;
  return asSystem(db, 'money', async (tx) => {
    await own(tx, owned);
    const from = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - monthsShown + 1, 1));
    const payouts = (await listPayouts(tx, { publisher, most: payoutsShown })).map(showPayout);
    const paid = await sumPaid(tx, publisher);
    const sums = await sumLines(tx, { publisher });
    const { fee_basis_points: feeBasisPoints } = await readSettings(tx);
    return {
      balances: [...new Set(sums.map(({ currency }) => currency))].map((currency) => ({
        currency,
        held: owed(sums, 'held', currency),
        payable: owed(sums, 'payable', currency),
        paid: paid.get(currency) ?? 0,
      })),
      months: (await sumMonths(tx, publisher, from)).map((row) => ({
        month: row.month,
        plugin: row.plugin_id,
        currency: row.currency,
        orders: Number(row.orders),
        sales: Number(row.sales),
        fees: Number(row.fees),
        refunds: Number(row.refunds),
        share: Number(row.share),
      })),
      payouts,
      payoutAccount: (await findAccount(tx, publisher)) ?? null,
      feeBasisPoints,
    };
  });
}

/** @throws Problem publisher_not_found */
export async function readSales({ db }: Parts, owned: Owned): Promise<Sale[]> {
  return asSystem(db, 'money', async (tx) => {
    await own(tx, owned);
    return (await listSales(tx, { publisher: owned.publisher })).map(showSale);
  });
}

/** From the lines alone: it says the same whenever it is read. @throws Problem publisher_not_found */
export async function readStatement({ db }: Parts, owned: Owned, month: string): Promise<Statement> {
  const { publisher } = owned;
  const [year, number] = month.split('-').map(Number);
  const [from, to] = [0, 1].map((more) => new Date(Date.UTC(year ?? 0, (number ?? 1) - 1 + more, 1)));
  if (from === undefined || to === undefined) throw new Error('A month has a beginning and an end.');
  return asSystem(db, 'money', async (tx) => {
    await own(tx, owned);
    const [before, after] = [
      await sumLines(tx, { publisher, before: from }),
      await sumLines(tx, { publisher, before: to }),
    ];
    const currencies = [...new Set(after.map(({ currency }) => currency))];
    return {
      publisher,
      month,
      balances: currencies.flatMap((currency) =>
        (['held', 'payable'] as const).map((account) => ({
          currency,
          account,
          before: owed(before, account, currency),
          after: owed(after, account, currency),
        })),
      ),
      lines: (await listLines(tx, { publisher, from, to })).map((row) => ({
        at: row.created_at.toISOString(),
        kind: row.kind,
        account: row.account,
        currency: row.currency,
        amount: -row.amount,
        invoice: row.invoice_number === null ? null : showInvoice(row.invoice_number),
        plugin: row.plugin_id,
        payout: row.payout_id,
      })),
    };
  });
}

export function statementCsv({ lines }: Statement): Buffer {
  const head = csvLine(['at', 'kind', 'account', 'currency', 'amount in minor units', 'invoice', 'plugin', 'payout']);
  const body = lines.map(({ at, kind, account, currency, amount, invoice, plugin, payout }) =>
    csvLine([at, kind, account, currency, amount, invoice, plugin, payout]),
  );
  return Buffer.from(head + body.join(''));
}

function own(tx: Tx, { organisationId, publisher: name }: Owned): Promise<unknown> {
  return ownPublisher(tx, { organisationId, name });
}

function owed(sums: readonly BalanceRow[], account: 'held' | 'payable', currency: string): number {
  return 0 - (sums.find((row) => row.account === account && row.currency === currency)?.sum ?? 0);
}
