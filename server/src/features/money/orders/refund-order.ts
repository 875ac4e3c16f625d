import type { OperatorSale } from '@proofpix/contract/api/money';
import { Problem } from '@proofpix/contract/errors';
import { refundLines } from '@proofpix/contract/money/ledger';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';
import { ownPublisher } from '../../publishers/keep-publishers.ts';
import { book, heldOf, isBooked } from '../ledger/queries.ts';
import { issueLicence } from '../licences/issue-licence.ts';
import { lookAtLicences } from '../licences/keep-licences.ts';
import { withdrawLicence } from '../licences/queries.ts';
import type { MoneyParts } from '../parts.ts';
import { readSale } from './pay-order.ts';
import { keyOf } from './place-order.ts';
import { changeOrder, listStanding, lockOrder, type OrderRow } from './queries.ts';

type Parts = Pick<MoneyParts, 'db' | 'trust' | 'licences' | 'payments'>;
/** `by`: the publisher that an organisation refunds for; left out: the operator. */
type Wanted = {
  id: string;
  amount: number | null;
  returned: number;
  reason: string;
  actor: Actor;
  by?: { organisationId: string; publisher: string };
};

/**
 * First Stripe, then the books: what is booked and not given back would be the worse lie. Stripe gives back once for one
 * key, and its message of it finds it booked under the same id, whichever comes first.
 * @throws Problem publisher_not_found, order_not_found, order_state, refund_too_large, payment_failed
 */
export async function refundOrder(parts: Parts, wanted: Wanted): Promise<OperatorSale> {
  const { db, payments } = parts;
  const asked = await asSystem(db, 'money', (tx) => check(tx, wanted));
  let stripeId: string | null = null;
  if (asked.row.stripe_payment !== null) {
    if (payments === undefined) throw new Problem('payment_failed', 'This server knows no Stripe any more.');
    const key = `refund-${wanted.id}-${wanted.returned}-${asked.amount}`;
    stripeId = await payments.refund({ payment: asked.row.stripe_payment, amount: asked.amount, key });
  }
  const sale = await asSystem(db, 'money', async (tx) => {
    const row = await lockOrder(tx, wanted.id);
    if (row === undefined) throw new Problem('order_not_found');
    if (stripeId !== null && (await isBooked(tx, stripeId))) return readSale(tx, row.id);
    const { amount } = stripeId === null ? await check(tx, wanted) : asked;
    await giveBack(tx, parts, row, { amount, stripeId, actor: wanted.actor, reason: wanted.reason });
    return readSale(tx, row.id);
  });
  await lookAtLicences(parts);
  return sale;
}

async function check(tx: Tx, { id, amount, returned, by }: Wanted): Promise<{ row: OrderRow; amount: number }> {
  if (by !== undefined) await ownPublisher(tx, { organisationId: by.organisationId, name: by.publisher });
  const row = await lockOrder(tx, id);
  if (row === undefined || (by !== undefined && row.publisher !== by.publisher)) throw new Problem('order_not_found');
  // Whoever saw another sum is the second of two who clicked.
  if (row.state !== 'paid' || row.returned !== returned) throw new Problem('order_state');
  const left = row.net + row.tax - row.returned;
  if (amount !== null && amount > left) throw new Problem('refund_too_large');
  return { row, amount: amount ?? left };
}

type Given = { amount: number; stripeId: string | null; actor: Actor; reason?: string };

/** Books a refund of an order that is locked. All of it ends its licence. */
export async function giveBack(
  tx: Tx,
  parts: Pick<Parts, 'trust' | 'licences'>,
  row: OrderRow,
  { amount, stripeId, actor, reason }: Given,
): Promise<void> {
  const lines = refundLines({ ...row, held: await heldOf(tx, row.id) }, amount);
  await book(tx, { kind: 'refund', orderId: row.id, currency: row.currency, lines, stripeId });
  const returned = row.returned + amount;
  const whole = returned === row.net + row.tax;
  await changeOrder(tx, row.id, { returned, state: whole ? 'refunded' : 'paid' });
  if (whole) await endLicence(tx, parts, row);
  await recordAct(tx, {
    organisationId: row.organisation_id,
    actor,
    act: 'order.refund',
    subject: { kind: 'order', id: row.id },
    ...(reason === undefined ? {} : { reason }),
    after: { amount, returned, currency: row.currency },
  });
}

/** What was paid beside it stays paid: the licence falls back to that. */
export async function endLicence(tx: Tx, parts: Pick<Parts, 'trust' | 'licences'>, row: OrderRow): Promise<void> {
  if (row.organisation_id === null) return;
  const named = { publisher: row.publisher, pluginId: row.plugin_id };
  const key = keyOf(row.organisation_id, named);
  const other = (await listStanding(tx, row.organisation_id, named)).find(({ state }) => state === 'paid');
  if (other === undefined) await withdrawLicence(tx, key);
  else await issueLicence(tx, parts, key, { kind: 'paid', until: other.licensed_until, orderId: other.id });
}
