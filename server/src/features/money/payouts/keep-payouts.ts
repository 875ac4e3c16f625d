import type { Payout, PayoutAccount } from '@proofpix/contract/api/revenue';
import { Problem } from '@proofpix/contract/errors';
import { payoutLines, turnedAround } from '@proofpix/contract/money/ledger';
import type { Currency } from '@proofpix/contract/money/prices';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { csvLine } from '../../../http/csv-line.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';
import { ownPublisher } from '../../publishers/keep-publishers.ts';
import { findPublisher } from '../../publishers/queries.ts';
import { StripeRefusal } from '../../subscriptions/stripe/call-stripe.ts';
import { book, findLines, findPayoutTransaction, sumLines } from '../ledger/queries.ts';
import type { MoneyParts } from '../parts.ts';
import {
  findAccount,
  insertPayout,
  listPayouts,
  lockPayout,
  lockPublisher,
  putAccount,
  settle,
  type PayoutRow,
} from './queries.ts';
import { releaseDue } from './release-due.ts';

type Parts = Pick<MoneyParts, 'db' | 'payments' | 'licences'>;

/** @throws Problem publisher_not_found, invalid_request */
export async function setAccount(
  { db }: Pick<Parts, 'db'>,
  { organisationId, publisher, actor }: { organisationId: string; publisher: string; actor: Actor },
  account: PayoutAccount,
): Promise<PayoutAccount> {
  if (account.method === 'stripe' && !/^acct_[A-Za-z0-9]{5,100}$/.test(account.account)) {
    const message = 'must be the id of an account at Stripe, which begins with acct_';
    throw new Problem('invalid_request', undefined, [{ field: '/account', message }]);
  }
  return asSystem(db, 'money', async (tx) => {
    await ownPublisher(tx, { organisationId, name: publisher });
    await putAccount(tx, publisher, account);
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'payout-account.set',
      subject: { kind: 'publisher', id: publisher },
      after: { method: account.method },
      // Whose account it is may be a person.
      personal: { account: account.account },
    });
    return (await findAccount(tx, publisher)) ?? account;
  });
}

/**
 * Pays all that can be paid: never what is held, never what is owed. It is in the books before anything is sent, so that
 * nothing is sent twice.
 * @throws Problem payout_not_possible, payment_failed where Stripe refused: then it is in the books as failed
 */
export async function payOut(
  parts: Parts,
  { publisher, currency, actor }: { publisher: string; currency: Currency; actor: Actor },
): Promise<Payout> {
  const { db, payments } = parts;
  // By itself: it is so also where nothing can be paid out.
  await asSystem(db, 'money', (tx) => releaseDue(tx, publisher, new Date(parts.licences.now())));
  const row = await asSystem(db, 'money', async (tx) => {
    await lockPublisher(tx, publisher);
    const account = await findAccount(tx, publisher);
    const payable = await payableOf(tx, publisher, currency);
    if (account === undefined || payable < 1 || (account.method === 'stripe' && payments === undefined))
      throw new Problem('payout_not_possible');
    const placed = await insertPayout(tx, { publisher, currency, amount: payable, ...account });
    const lines = payoutLines(publisher, payable, payable);
    await book(tx, { kind: 'payout', payoutId: placed.id, currency, lines });
    await record(tx, placed, 'payout.create', actor);
    return placed;
  });
  if (row.method === 'manual' || payments === undefined) return showPayout(row);
  const { id, account, amount } = row;
  try {
    const transfer = await payments.transfer({ account, amount, currency, payout: id });
    return await asSystem(db, 'money', async (tx) => {
      // Somebody may have settled it by hand meanwhile: two who say how it ended must not both be believed.
      const sent = await lockPayout(tx, id);
      if (sent?.state !== 'pending') throw new Problem('payout_state', `Stripe sent it as ${transfer}.`);
      return showPayout(await settle(tx, id, 'paid', transfer));
    });
  } catch (error) {
    // Only what Stripe refused was surely not sent; anything else waits for somebody to look there.
    if (error instanceof StripeRefusal) await settlePayout(parts, { id, state: 'failed', actor });
    throw error;
  }
}

/** One that failed can be paid out again. @throws Problem payout_not_found, payout_state */
export async function settlePayout(
  { db }: Pick<Parts, 'db'>,
  { id, state, actor }: { id: string; state: 'paid' | 'failed'; actor: Actor },
): Promise<Payout> {
  return asSystem(db, 'money', async (tx) => {
    const row = await lockPayout(tx, id);
    if (row === undefined) throw new Problem('payout_not_found');
    if (row.state !== 'pending') throw new Problem('payout_state');
    const paid = await findPayoutTransaction(tx, id);
    if (state === 'failed' && paid !== undefined) {
      const lines = turnedAround(await findLines(tx, paid));
      await book(tx, { kind: 'payout-failed', payoutId: id, currency: row.currency, lines, turns: paid });
    }
    const settled = await settle(tx, id, state);
    await record(tx, settled, 'payout.settle', actor);
    return showPayout(settled);
  });
}

export async function readPayouts({ db }: Pick<Parts, 'db'>): Promise<Payout[]> {
  return asSystem(db, 'money', async (tx) => (await listPayouts(tx)).map(showPayout));
}

/** What is to be transferred by hand, for the program of a bank. */
export async function exportPayouts({ db }: Pick<Parts, 'db'>): Promise<Buffer> {
  const rows = await asSystem(db, 'money', (tx) => listPayouts(tx, { pendingByHand: true }));
  const head = csvLine(['id', 'publisher', 'account', 'currency', 'amount in minor units', 'created']);
  const lines = rows.map((row) =>
    csvLine([row.id, row.publisher, row.account, row.currency, row.amount, row.created_at.toISOString()]),
  );
  return Buffer.from(head + lines.join(''));
}

async function payableOf(tx: Tx, publisher: string, currency: Currency): Promise<number> {
  const sums = await sumLines(tx, { publisher });
  return 0 - (sums.find((sum) => sum.account === 'payable' && sum.currency === currency)?.sum ?? 0);
}

/** In the trail of who pays and in that of who is paid. */
async function record(tx: Tx, row: PayoutRow, act: 'payout.create' | 'payout.settle', actor: Actor): Promise<void> {
  const { id, amount, currency, state, publisher } = row;
  const told = { act, subject: { kind: 'payout', id }, after: { publisher, amount, currency, state } };
  await recordAct(tx, { ...told, organisationId: null, actor });
  const owner = (await findPublisher(tx, publisher))?.organisation_id ?? null;
  if (owner !== null) await recordAct(tx, { ...told, organisationId: owner, actor: { kind: 'system', id: 'payouts' } });
}

export function showPayout(row: PayoutRow): Payout {
  const { id, publisher, currency, amount, method, account, state } = row;
  return {
    id,
    publisher,
    currency,
    amount,
    method,
    account,
    state,
    createdAt: row.created_at.toISOString(),
    settledAt: row.settled_at?.toISOString() ?? null,
  };
}
