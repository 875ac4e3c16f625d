import { Problem } from '@proofpix/contract/errors';
import type { Json } from '@proofpix/contract/json';
import { limits } from '@proofpix/contract/limits';
import type { WebhookPort } from '@proofpix/host/capabilities';
import type { Database } from '../../../db/database.ts';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import type { Queue } from '../../../queue.ts';
import { createPerMinute, type PerMinute } from '../per-minute.ts';
import { countWaiting, findTakers, insertDeliveries, insertMessage } from './queries.ts';

/** Who signs a message is told by this and not by the row's id alone: the form that Standard Webhooks' own tools use. */
export function webhookId(messageId: string): string {
  return `msg_${messageId.replaceAll('-', '')}`;
}

/** `ctx.webhooks.send` in the host. The host is made before the queue, which is attached once it is open. */
export type WebhookSender = WebhookPort & {
  attach(queue: Queue): void;
  /** Counts one message of an organisation. Gives the seconds to wait when there were too many. */
  count(organisationId: string): number | null;
};

export function createWebhookSender({ db }: { db: Database }): WebhookSender {
  const sent: PerMinute = createPerMinute();
  let queue: Queue | null = null;
  const count = (organisationId: string) => sent.take(organisationId, limits.webhookMessagesPerMinute);
  return {
    attach: (opened) => void (queue = opened),
    count,
    async send({ organisationId, pluginId }, { type, data, endpoint }) {
      if (queue === null) throw new Problem('not_ready');
      // Of the organisation, since its disk and its receivers are what a flood costs.
      if (count(organisationId) !== null) {
        throw new Problem('host_call_limit', `At most ${limits.webhookMessagesPerMinute} messages a minute are sent.`);
      }
      const sending = queue;
      return withOrganisation(db, organisationId, async (tx) => {
        const endpointIds = await findTakers(tx, { organisationId, type, name: endpoint });
        if (endpointIds.length === 0) throw new Problem('webhook_not_sent');
        const { messageId } = await keepMessage(tx, sending, { organisationId, pluginId, type, data, endpointIds });
        return { id: webhookId(messageId), endpoints: endpointIds.length };
      });
    },
  };
}

type NewMessage = {
  organisationId: string;
  pluginId: string | null;
  type: string;
  data: Json;
  endpointIds: readonly string[];
};

/**
 * Writes a message, its deliveries and their jobs: all or nothing, so that what was acknowledged is sent and what was
 * not is not. @throws Problem host_call_limit
 */
export async function keepMessage(
  tx: Tx,
  queue: Queue,
  { organisationId, pluginId, type, data, endpointIds }: NewMessage,
): Promise<{ messageId: string; deliveryIds: string[] }> {
  if ((await countWaiting(tx, organisationId)) + endpointIds.length > limits.webhookDeliveriesWaiting) {
    throw new Problem('host_call_limit', `${limits.webhookDeliveriesWaiting} messages wait to be taken already.`);
  }
  // The very text that is signed and sent, at each attempt.
  const payload = JSON.stringify({ type, timestamp: new Date().toISOString(), data });
  const messageId = await insertMessage(tx, { organisationId, type, payload, pluginId });
  const deliveryIds = await insertDeliveries(tx, { organisationId, messageId, endpointIds });
  for (const id of deliveryIds) await queue.send(tx, 'webhook-delivery', { organisationId, id });
  return { messageId, deliveryIds };
}
