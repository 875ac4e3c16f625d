import type { OperatorSale } from '@proofpix/contract/api/money';
import { Problem } from '@proofpix/contract/errors';
import { saleLines } from '@proofpix/contract/money/ledger';
import { paidUntil } from '@proofpix/contract/money/prices';
import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { recordAct, type Actor } from '../../audit/record-act.ts';
import { book } from '../ledger/queries.ts';
import { issueLicence } from '../licences/issue-licence.ts';
import { lookAtLicences } from '../licences/keep-licences.ts';
import type { MoneyParts } from '../parts.ts';
import { readSettings } from '../prices/queries.ts';
import { keyOf } from './place-order.ts';
import { changeOrder, listSales, listStanding, lockOrder, type OrderRow } from './queries.ts';
import { showOperatorSale } from './show-order.ts';

type Parts = Pick<MoneyParts, 'db' | 'trust' | 'licences'>;

/** An operator saw the money of an invoice. @throws Problem order_not_found, order_state */
export async function markPaid(parts: Parts, id: string, actor: Actor): Promise<OperatorSale> {
  const sale = await asSystem(parts.db, 'money', async (tx) => {
    const row = await lockOrder(tx, id);
    if (row === undefined) throw new Problem('order_not_found');
    if (row.state !== 'open') throw new Problem('order_state');
    await payOrder(tx, parts, row, { actor });
    return readSale(tx, id);
  });
  await lookAtLicences(parts);
  return sale;
}

/** Books the sale and begins the licence: one is not there without the other. The order is locked. */
export async function payOrder(
  tx: Tx,
  parts: Pick<Parts, 'trust' | 'licences'>,
  row: OrderRow,
  { actor, payment = null }: { actor: Actor; payment?: string | null },
): Promise<OrderRow> {
  const paidAt = new Date(parts.licences.now());
  const { refund_days: days } = await readSettings(tx);
  const until = await licensedUntil(tx, row, paidAt);
  await book(tx, { kind: 'sale', orderId: row.id, currency: row.currency, lines: saleLines(row), stripeId: payment });
  const paid = await changeOrder(tx, row.id, {
    state: 'paid',
    paid_at: paidAt,
    held_until: new Date(paidAt.getTime() + days * 86_400_000),
    licensed_until: until,
    stripe_payment: payment,
  });
  const { organisation_id: organisationId } = row;
  // Its customer may be gone: then nobody uses it, and the money is booked all the same.
  if (organisationId !== null) {
    const key = keyOf(organisationId, { publisher: row.publisher, pluginId: row.plugin_id });
    await issueLicence(tx, parts, key, { kind: 'paid', until, orderId: row.id });
  }
  await recordAct(tx, {
    organisationId,
    actor,
    act: 'order.pay',
    subject: { kind: 'order', id: row.id },
    after: { total: row.net + row.tax, currency: row.currency, until: until?.toISOString() ?? null },
  });
  return paid;
}

/** The next period begins where the one before ends, so that who pays early loses nothing. */
async function licensedUntil(tx: Tx, row: OrderRow, paidAt: Date): Promise<Date | null> {
  if (row.organisation_id === null) return paidUntil(row.kind, paidAt);
  const named = { publisher: row.publisher, pluginId: row.plugin_id };
  const before = (await listStanding(tx, row.organisation_id, named)).find(({ state }) => state === 'paid');
  const last = before?.licensed_until ?? paidAt;
  return paidUntil(row.kind, last > paidAt ? last : paidAt);
}

export async function readSale(tx: Tx, id: string): Promise<OperatorSale> {
  const [row] = await listSales(tx, { id });
  if (row === undefined) throw new Problem('order_not_found');
  return showOperatorSale(row);
}
