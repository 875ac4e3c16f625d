import type { WebhookDelivery } from '@proofpix/contract/api/webhooks';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation } from '../../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../../http/paging.ts';
import { TooMany } from '../../../http/problems.ts';
import { insertEvent } from '../history/queries.ts';
import type { Named, WebhookParts } from '../parts.ts';
import { reopen } from './attempts/queries.ts';
import { endpointOf } from './manage-endpoints.ts';
import { findDelivery, listDeliveries, type DeliveryRow } from './queries.ts';
import { keepMessage, type WebhookSender } from './send-message.ts';
import { showDelivery } from './show-endpoint.ts';
import { recordAct } from '../../audit/record-act.ts';

type Parts = Pick<WebhookParts, 'db' | 'queue'> & { sender: Pick<WebhookSender, 'count'> };

/** A message of the server itself, whatever types the address takes. @throws Problem webhook_not_found, webhook_not_sent */
export async function sendTest({ db, queue, sender }: Parts, { organisationId, id }: Named): Promise<WebhookDelivery> {
  return withOrganisation(db, organisationId, async (tx) => {
    const { name, enabled } = await endpointOf(tx, id);
    if (!enabled) throw new Problem('webhook_not_sent', 'The address is disabled.');
    limit(sender, organisationId);
    const { deliveryIds } = await keepMessage(tx, queue, {
      organisationId,
      pluginId: null,
      type: 'webhook.test',
      data: { endpoint: name },
      endpointIds: [id],
    });
    const row = await findDelivery(tx, deliveryIds[0] ?? '');
    if (row === undefined) throw new Error('The delivery that was just written is not there.');
    return showDelivery(row);
  });
}

/** One more attempt, now; after it the schedule goes on where it was. @throws Problem webhook_not_found, webhook_not_sent */
export async function redeliver(
  { db, queue, sender }: Parts,
  { organisationId, id, actor }: Named,
): Promise<WebhookDelivery> {
  return withOrganisation(db, organisationId, async (tx) => {
    const found = await findDelivery(tx, id);
    if (found === undefined) throw new Problem('webhook_not_found');
    const { name, enabled } = await endpointOf(tx, found.endpoint_id);
    if (!enabled) throw new Problem('webhook_not_sent', 'The address is disabled.');
    limit(sender, organisationId);
    await reopen(tx, id);
    await queue.send(tx, 'webhook-delivery', { organisationId, id });
    await insertEvent(tx, { organisationId, type: 'delivery:redelivered', subject: found.endpoint_id, name, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'webhook-delivery.send-again',
      subject: { kind: 'webhook-delivery', id },
      after: { endpoint: found.endpoint_id, name },
    });
    const row = await findDelivery(tx, id);
    if (row === undefined) throw new Problem('webhook_not_found');
    return showDelivery(row);
  });
}

type Query = { cursor?: string | undefined; limit?: number | undefined; state?: DeliveryRow['state'] | undefined };

export async function readDeliveries(
  { db }: Pick<Parts, 'db'>,
  { organisationId, id }: Omit<Named, 'actor'>,
  query: Query,
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, async (tx) => {
    await endpointOf(tx, id);
    return listDeliveries(tx, { organisationId, endpointId: id, state: query.state, after, limit: size });
  });
  return pageOf(rows, counted, size, {
    item: showDelivery,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

function limit(sender: Parts['sender'], organisationId: string): void {
  const seconds = sender.count(organisationId);
  if (seconds !== null) throw new TooMany(seconds);
}
