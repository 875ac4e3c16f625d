import { refundLines, turnedAround } from '@proofpix/contract/money/ledger';
import type { Tx } from '../../../db/tenancy.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import { book, findLines, heldOf } from '../ledger/queries.ts';
import { issueLicence } from '../licences/issue-licence.ts';
import type { MoneyParts } from '../parts.ts';
import { keyOf } from './place-order.ts';
import { changeOrder, findDispute, putDispute, type OrderRow } from './queries.ts';
import { endLicence } from './refund-order.ts';

export type Dispute = { id: string; state: 'open' | 'won' | 'lost' };

/**
 * A bank takes back what is left of a payment, and decides later. Messages come in any order: one that was decided does not
 * open again. The order is locked.
 */
export async function disputeOrder(
  tx: Tx,
  parts: Pick<MoneyParts, 'trust' | 'licences'>,
  row: OrderRow,
  { id, state }: Dispute,
): Promise<void> {
  const known = await findDispute(tx, id);
  if (known !== undefined && (known.state !== 'open' || state === 'open')) return;
  if (known === undefined && state === 'won') {
    await putDispute(tx, { id, order_id: row.id, state, transaction_id: null });
    return;
  }
  const taken = known?.transaction_id ?? (known === undefined ? await takeBack(tx, row, id) : null);
  await putDispute(tx, { id, order_id: row.id, state, transaction_id: taken });
  if (state === 'won') {
    if (taken === null) await changeOrder(tx, row.id, { state: 'refunded' });
    else await restore(tx, parts, row, { id, taken });
  } else {
    const returned = known === undefined ? row.net + row.tax : row.returned;
    await changeOrder(tx, row.id, { state: state === 'lost' ? 'refunded' : 'disputed', returned });
    await endLicence(tx, parts, row);
  }
  await recordAct(tx, {
    organisationId: row.organisation_id,
    actor: systemActor('stripe'),
    act: 'order.dispute',
    subject: { kind: 'order', id: row.id },
    after: { dispute: id, state },
  });
}

/** Null where nothing was left. */
async function takeBack(tx: Tx, row: OrderRow, id: string): Promise<string | null> {
  const left = row.net + row.tax - row.returned;
  if (left === 0) return null;
  const lines = refundLines({ ...row, held: await heldOf(tx, row.id) }, left);
  return book(tx, { kind: 'dispute', orderId: row.id, currency: row.currency, lines, stripeId: id });
}

async function restore(
  tx: Tx,
  parts: Pick<MoneyParts, 'trust' | 'licences'>,
  row: OrderRow,
  { id, taken }: { id: string; taken: string },
): Promise<void> {
  const lines = turnedAround(await findLines(tx, taken));
  const cash = lines.find(({ account }) => account === 'cash')?.amount ?? 0;
  await book(tx, {
    kind: 'dispute-won',
    orderId: row.id,
    currency: row.currency,
    lines,
    stripeId: `${id}:won`,
    turns: taken,
  });
  await changeOrder(tx, row.id, { state: 'paid', returned: row.returned - cash });
  if (row.organisation_id === null) return;
  const key = keyOf(row.organisation_id, { publisher: row.publisher, pluginId: row.plugin_id });
  await issueLicence(tx, parts, key, { kind: 'paid', until: row.licensed_until, orderId: row.id });
}
