import type { Selectable } from 'kysely';
import type { PayoutAccount } from '@proofpix/contract/api/revenue';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tables } from '../../../db/tables.ts';
import type { Tx } from '../../../db/tenancy.ts';

export type PayoutRow = Selectable<Tables['payouts']>;

/** One payout of a publisher at a time, so that two never pay the same money. */
export async function lockPublisher(tx: Tx, publisher: string): Promise<void> {
  await tx.selectFrom('publishers').select('name').where('name', '=', publisher).forUpdate().execute();
}

export async function findAccount(tx: Tx, publisher: string): Promise<PayoutAccount | undefined> {
  return tx
    .selectFrom('payout_accounts')
    .select(['method', 'account'])
    .where('publisher', '=', publisher)
    .executeTakeFirst();
}

export async function listAccounts(tx: Tx): Promise<string[]> {
  return (await tx.selectFrom('payout_accounts').select('publisher').execute()).map(({ publisher }) => publisher);
}

export async function putAccount(tx: Tx, publisher: string, { method, account }: PayoutAccount): Promise<void> {
  const change = { method, account: cleanText(account), changed_at: new Date() };
  await tx
    .insertInto('payout_accounts')
    .values({ publisher, ...change })
    .onConflict((conflict) => conflict.column('publisher').doUpdateSet(change))
    .execute();
}

export async function insertPayout(
  tx: Tx,
  row: Pick<PayoutRow, 'publisher' | 'currency' | 'amount' | 'method' | 'account'>,
): Promise<PayoutRow> {
  return tx.insertInto('payouts').values(row).returningAll().executeTakeFirstOrThrow();
}

export async function lockPayout(tx: Tx, id: string): Promise<PayoutRow | undefined> {
  return tx.selectFrom('payouts').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

export async function settle(
  tx: Tx,
  id: string,
  state: 'paid' | 'failed',
  transfer: string | null = null,
): Promise<PayoutRow> {
  return tx
    .updateTable('payouts')
    .set({ state, settled_at: new Date(), stripe_transfer: transfer })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function listPayouts(
  tx: Tx,
  { publisher, pendingByHand = false, most = 500 }: { publisher?: string; pendingByHand?: boolean; most?: number } = {},
): Promise<PayoutRow[]> {
  let payouts = tx.selectFrom('payouts').selectAll();
  if (publisher !== undefined) payouts = payouts.where('publisher', '=', publisher);
  if (pendingByHand) payouts = payouts.where('state', '=', 'pending').where('method', '=', 'manual');
  return payouts.orderBy('created_at', 'desc').orderBy('id', 'desc').limit(most).execute();
}
