/** What Stripe says of the payment of an order. */
export type PaymentMessage = { id: string } & (
  | { kind: 'paid'; orderId: string; payment: string; total: number; currency: string }
  | { kind: 'refunded'; payment: string; refund: string; amount: number; currency: string }
  | { kind: 'disputed'; payment: string; dispute: string; state: 'open' | 'won' | 'lost' }
);

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** From a message whose signature was checked; null for everything else, which Stripe may send as it likes. */
export function readMessage(payload: Uint8Array): PaymentMessage | null {
  const event = asObject(parse(payload));
  const object = asObject(asObject(event.data).object);
  const [id, payment, named] = [textOf(event.id), textOf(object.payment_intent), textOf(object.id)];
  if (id === '' || payment === '') return null;
  const currency = textOf(object.currency).toUpperCase();
  switch (event.type) {
    case 'checkout.session.completed':
    case 'checkout.session.async_payment_succeeded': {
      const [orderId, total] = [textOf(asObject(object.metadata).order_id), object.amount_total];
      // A debit that takes days is completed before it is paid.
      if (object.payment_status !== 'paid' || !uuid.test(orderId) || !isAmount(total)) return null;
      return { id, kind: 'paid', orderId, payment, total, currency };
    }
    case 'refund.created': {
      const { amount, status } = object;
      if (named === '' || !isAmount(amount) || status === 'failed' || status === 'canceled') return null;
      return { id, kind: 'refunded', payment, refund: named, amount, currency };
    }
    case 'charge.dispute.created':
      return named === '' ? null : { id, kind: 'disputed', payment, dispute: named, state: 'open' };
    case 'charge.dispute.closed': {
      const state = object.status === 'won' || object.status === 'lost' ? object.status : null;
      return named === '' || state === null ? null : { id, kind: 'disputed', payment, dispute: named, state };
    }
    default:
      return null;
  }
}

function parse(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return null;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value.length <= 255 ? value : '';
}

function isAmount(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) > 0;
}
