import { createHmac, timingSafeEqual } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';

/** What Stripe says of one subscription. */
export type SubscriptionEvent = {
  id: string;
  /** When it happened, in whole seconds. */
  at: Date;
  organisationId: string;
  subscription: string;
  /** When the subscription began: a newer one counts more than an older one. */
  begunAt: Date;
  customer: string;
  price: string;
  status: string;
  periodEndsAt: Date | null;
  /** Somebody cancelled it: it is not renewed then. */
  cancelAt: Date | null;
};

const types = new Set([
  'customer.subscription.created',
  'customer.subscription.updated',
  'customer.subscription.deleted',
]);
const mostSignatures = 10;
const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Checks the signature over the bytes as they came. Several may be given while a secret is changed.
 * @throws Problem webhook_signature_invalid, webhook_replayed
 */
export function checkSignature(secret: string, payload: Uint8Array, header: unknown, now: Date): void {
  const parts =
    typeof header === 'string' ? header.split(',', mostSignatures + 1).map((part) => part.split('=', 2)) : [];
  const time = parts.find(([name]) => name === 't')?.[1] ?? '';
  if (!/^\d{1,12}$/.test(time)) throw new Problem('webhook_signature_invalid');
  const expected = createHmac('sha256', secret).update(`${time}.`).update(payload).digest();
  const right = parts.some(([name, text = '']) => {
    const given = name === 'v1' ? Buffer.from(text, 'hex') : Buffer.alloc(0);
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!right) throw new Problem('webhook_signature_invalid');
  // After the signature, which covers it: a copy that somebody kept is too old by then.
  if (Math.abs(now.getTime() - Number(time) * 1_000) > limits.webhookToleranceMilliseconds) {
    throw new Problem('webhook_replayed', 'The time of the message is more than 5 minutes off.');
  }
}

/** What a signed message says of a subscription of ours; null for everything else, which Stripe may send as it likes. */
export function readEvent(payload: Uint8Array): SubscriptionEvent | null {
  const event = asObject(parse(payload));
  const object = asObject(asObject(event.data).object);
  const item = asObject(asList(asObject(object.items).data)[0]);
  const [id, at, begunAt] = [textOf(event.id), timeOf(event.created), timeOf(object.created)];
  const organisationId = textOf(asObject(object.metadata).organisation_id);
  const [subscription, customer] = [textOf(object.id), textOf(object.customer)];
  const [price, status] = [textOf(asObject(item.price).id), textOf(object.status)];
  if (typeof event.type !== 'string' || !types.has(event.type) || !uuid.test(organisationId)) return null;
  if (at === null || begunAt === null || [id, subscription, customer, price, status].includes('')) return null;
  // Newer versions of the interface have the period on the item.
  const periodEndsAt = timeOf(item.current_period_end) ?? timeOf(object.current_period_end);
  const cancelAt = timeOf(object.cancel_at) ?? (object.cancel_at_period_end === true ? periodEndsAt : null);
  return { id, at, organisationId, subscription, begunAt, customer, price, status, periodEndsAt, cancelAt };
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

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string {
  return typeof value === 'string' && value.length <= 255 ? value : '';
}

/** Seconds since 1970. */
function timeOf(value: unknown): Date | null {
  return typeof value === 'number' && value >= 0 && value < 253_402_300_800 ? new Date(value * 1_000) : null;
}
