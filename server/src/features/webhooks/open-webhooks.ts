import { deleteInBatches } from '../../db/delete-in-batches.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { pruneEvents } from './history/queries.ts';
import { giveUpMessage, handOnMessage } from './incoming/hand-on-message.ts';
import { findForgottenReceived, pruneSurplusReceived } from './incoming/queries.ts';
import { deliverMessage, giveUpDelivery } from './outgoing/attempts/deliver-message.ts';
import { findForgotten, pruneSurplusMessages } from './outgoing/attempts/queries.ts';
import type { WebhookSender } from './outgoing/send-message.ts';
import type { WebhookParts } from './parts.ts';
import { createPerMinute, type PerMinute } from './per-minute.ts';

export type Webhooks = WebhookParts & AsyncDisposable & { sender: WebhookSender; received: PerMinute };

const tidyMilliseconds = 60 * 60_000;
/** What is kept at most, beside what still waits: messages that an organisation sent, and that a receiver took; events of a type. */
const kept = 10_000;

/**
 * Begins to send what waits and to hand on what came in. Open it after the plugins, so that those who get messages are
 * there; dispose it before the queue.
 */
export async function openWebhooks(given: WebhookParts & { sender: WebhookSender }): Promise<Webhooks> {
  const { queue, sender, log } = given;
  const parts = { ...given, received: createPerMinute() };
  sender.attach(queue);
  await queue.work('webhook-delivery', (ids, signal) => deliverMessage(parts, ids, signal), {
    // Mostly waiting for others; one organisation's slow receivers hold two of them at most.
    concurrency: 16,
    perOrganisation: 2,
    onGivenUp: (ids) => giveUpDelivery(parts, ids),
  });
  await queue.work('webhook-received', (ids, signal) => handOnMessage(parts, ids, signal), {
    concurrency: 4,
    perOrganisation: 1,
    onGivenUp: (ids) => giveUpMessage(parts, ids),
  });
  let tidying: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    tidying = tidyUp(parts).catch((error: unknown) => log.error({ err: error }, 'old webhooks could not be removed'));
  }, tidyMilliseconds);
  timer.unref();
  return {
    ...parts,
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await tidying;
    },
  };
}

/** Removes what is more than `newest`, and sends jobs anew that got lost, such as with a queue that was restored from an older copy. */
export async function tidyUp({ db, queue }: Pick<WebhookParts, 'db' | 'queue'>, newest = kept): Promise<void> {
  await deleteInBatches(db, [
    (tx, most) => pruneSurplusMessages(tx, newest, most),
    (tx, most) => pruneSurplusReceived(tx, newest, most),
    (tx, most) => pruneEvents(tx, newest, most),
  ]);
  const forgotten = await asSystem(db, 'resume-work', async (tx) => ({
    'webhook-delivery': await findForgotten(tx),
    'webhook-received': await findForgottenReceived(tx),
  }));
  for (const name of ['webhook-delivery', 'webhook-received'] as const) {
    for (const ids of forgotten[name]) {
      await withOrganisation(db, ids.organisationId, (tx) => queue.send(tx, name, ids));
    }
  }
}
