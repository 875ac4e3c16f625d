import { asSystem, type Tx } from '../../../db/tenancy.ts';
import { systemActor } from '../../audit/record-act.ts';
import { rememberEvent } from '../../subscriptions/queries.ts';
import { isBooked } from '../ledger/queries.ts';
import { lookAtLicences } from '../licences/keep-licences.ts';
import { disputeOrder } from '../orders/dispute-order.ts';
import { payOrder } from '../orders/pay-order.ts';
import { lockByPayment, lockOrder } from '../orders/queries.ts';
import { giveBack } from '../orders/refund-order.ts';
import type { MoneyParts } from '../parts.ts';
import { keepEarly, takeEarly } from './queries.ts';
import { readMessage, type PaymentMessage } from './read-message.ts';

type Parts = Pick<MoneyParts, 'db' | 'log' | 'trust' | 'licences'>;
type Applied = 'applied' | 'known' | 'early' | 'wrong';

/**
 * What Stripe says of orders, once its signature was checked. Each message counts once; one that comes before the payment
 * that it is about waits for it.
 */
export async function receiveMessage(parts: Parts, payload: Uint8Array): Promise<void> {
  const message = readMessage(payload);
  if (message === null) return;
  const applied = await asSystem(parts.db, 'money', async (tx) => {
    if (!(await rememberEvent(tx, message.id))) return 'known';
    return apply(tx, parts, message);
  });
  if (applied === 'applied') await lookAtLicences(parts);
  if (applied === 'wrong')
    parts.log.error({ event: message.id, kind: message.kind }, 'a payment does not fit its order');
}

async function apply(tx: Tx, parts: Parts, message: PaymentMessage): Promise<Applied> {
  const actor = systemActor('stripe');
  if (message.kind === 'paid') {
    const row = await lockOrder(tx, message.orderId);
    // Money in another currency or of another sum pays for nothing: somebody has to look at it.
    if (row === undefined || row.currency !== message.currency || row.net + row.tax !== message.total) return 'wrong';
    if (row.paid_at !== null) return row.stripe_payment === message.payment ? 'known' : 'wrong';
    // One that was cancelled in between is paid all the same: the money is there.
    await payOrder(tx, parts, row, { actor, payment: message.payment });
    for (const early of await takeEarly(tx, message.payment)) {
      await apply(tx, parts, early as PaymentMessage); // written below, and by nothing else
    }
    return 'applied';
  }
  const row = await lockByPayment(tx, message.payment);
  if (row === undefined) {
    await keepEarly(tx, { id: message.id, payment: message.payment, said: message });
    return 'early';
  }
  if (message.kind === 'disputed') {
    await disputeOrder(tx, parts, row, { id: message.dispute, state: message.state });
    return 'applied';
  }
  // Booked by whoever asked Stripe for it.
  if (await isBooked(tx, message.refund)) return 'known';
  const left = row.net + row.tax - row.returned;
  if (row.currency !== message.currency || row.state !== 'paid' || message.amount > left) return 'wrong';
  await giveBack(tx, parts, row, { amount: message.amount, stripeId: message.refund, actor });
  return 'applied';
}
