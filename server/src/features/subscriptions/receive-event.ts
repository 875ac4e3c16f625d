import type { FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { readRawBody } from '../../http/raw-body.ts';
import { applyEvent } from './apply-event.ts';
import type { SubscriptionParts } from './parts.ts';
import { rememberEvent } from './queries.ts';
import { checkSignature, readEvent } from './stripe/read-event.ts';

/**
 * Takes a message of Stripe in: nothing of it is parsed before its signature is right, and it is on disk with its effect
 * before the answer. One that came before, or means nothing here, is answered the same, or Stripe would send it for days.
 * @throws Problem subscription_not_sold, webhook_signature_invalid, webhook_replayed
 */
export async function receiveEvent(parts: SubscriptionParts, request: FastifyRequest): Promise<void> {
  const { db, log, queue, payments, webhookSecret, onOther } = parts;
  if (payments === undefined || webhookSecret === undefined) throw new Problem('subscription_not_sold');
  const payload = await readRawBody(request, limits.webhookBodyBytes);
  checkSignature(webhookSecret, payload, request.headers['stripe-signature'], new Date());
  const event = readEvent(payload);
  if (event === null) return onOther(payload);
  const { organisationId } = event;
  const applied = await asSystem(db, 'receive-payments', async (tx) => {
    if (!(await rememberEvent(tx, event.id))) return 'outdated';
    return applyEvent(tx, payments, event);
  });
  if (applied === 'applied') {
    // Lost with a crash in between, it is sent when somebody looks next: open-subscriptions.ts.
    await withOrganisation(db, organisationId, (tx) =>
      queue.send(tx, 'subscription', { organisationId, id: organisationId }),
    );
  }
  if (applied !== 'not-ours') return;
  const { id, status, price } = event;
  log.warn({ event: id, organisationId, status, price }, 'a message of Stripe fits no organisation or no price');
}
