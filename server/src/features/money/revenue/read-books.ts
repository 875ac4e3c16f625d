import type { Books, OperatorSale } from '@proofpix/contract/api/money';
import { ledgerAccounts, type LedgerAccount } from '@proofpix/contract/money/ledger';
import { asSystem } from '../../../db/tenancy.ts';
import { sumLines } from '../ledger/queries.ts';
import { listSales } from '../orders/queries.ts';
import { showOperatorSale } from '../orders/show-order.ts';
import type { MoneyParts } from '../parts.ts';
import { listAccounts } from '../payouts/queries.ts';
import { releaseDue } from '../payouts/release-due.ts';
import { showSettings } from '../prices/keep-settings.ts';

/** Every balance is the sum of its lines: none is kept anywhere else. */
export async function readBooks({ db, licences }: Pick<MoneyParts, 'db' | 'licences'>): Promise<Books> {
  return asSystem(db, 'money', async (tx) => {
    // What is due by now is owed by now, whenever the job comes by.
    await releaseDue(tx, null, new Date(licences.now()));
    const sums = await sumLines(tx);
    const withAccount = new Set(await listAccounts(tx));
    const accounts = Object.keys(ledgerAccounts) as LedgerAccount[]; // keys of a constant object
    const currencies = [...new Set(sums.map(({ currency }) => currency))];
    return {
      settings: await showSettings(tx),
      accounts: currencies.flatMap((currency) =>
        accounts.map((account) => {
          const own = sums.filter((row) => row.account === account && row.currency === currency);
          const sum = own.reduce((total, row) => total + row.sum, 0);
          return { account, currency, balance: account === 'cash' ? sum : 0 - sum };
        }),
      ),
      payable: sums
        .filter((row) => row.account === 'payable' && row.sum !== 0)
        .map(({ publisher, currency, sum }) => ({
          publisher: publisher ?? '',
          currency,
          amount: 0 - sum,
          hasAccount: withAccount.has(publisher ?? ''),
        })),
    };
  });
}

export async function readOrders({ db }: Pick<MoneyParts, 'db'>): Promise<OperatorSale[]> {
  return asSystem(db, 'money', async (tx) => (await listSales(tx)).map(showOperatorSale));
}
