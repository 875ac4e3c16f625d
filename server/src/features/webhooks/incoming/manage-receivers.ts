import { randomBytes, randomUUID } from 'node:crypto';
import type { ReceivedWebhook, WebhookReceiver } from '@proofpix/contract/api/webhooks';
import { routeUrl } from '@proofpix/contract/client';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { webhookRoutes } from '@proofpix/contract/api/webhooks';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { decodeCursor, encodeCursor, pageOf } from '../../../http/paging.ts';
import { insertEvent } from '../history/queries.ts';
import { refuseTaken } from '../outgoing/manage-endpoints.ts';
import { lockAddresses } from '../outgoing/queries.ts';
import { stillCounts } from '../outgoing/show-endpoint.ts';
import type { Named, WebhookParts } from '../parts.ts';
import { keyOf, newSecret, previousUntil, sealSecret } from '../webhook-secret.ts';
import {
  deleteReceiver,
  findReceiver,
  hasPlugin,
  insertReceiver,
  listReceived,
  listReceivers,
  rotateReceiver,
  updateReceiver,
  type ReceivedRow,
  type ReceiverRow,
  type ReceiverValues,
} from './queries.ts';
import { recordAct } from '../../audit/record-act.ts';

type Parts = Pick<WebhookParts, 'db' | 'keys'>;
type Who = Omit<Named, 'id'>;

const tokenBytes = 24;

export async function readReceivers({ db }: Pick<Parts, 'db'>, organisationId: string): Promise<WebhookReceiver[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listReceivers(tx, organisationId));
  return rows.map((row) => showReceiver(row));
}

export async function createReceiver(
  { db, keys }: Parts,
  who: Who,
  { secret: given, ...values }: ReceiverValues & { secret?: string | undefined },
) {
  const { organisationId, actor } = who;
  // Made here: the secret is sealed for this very row.
  const id = randomUUID();
  const secret = given === undefined ? newSecret() : readSecret(given);
  const sealed = sealSecret(keys, { organisationId, id }, secret);
  const token = randomBytes(tokenBytes).toString('base64url');
  return withOrganisation(db, organisationId, async (tx) => {
    const others = await namesOf(tx, organisationId);
    if (others.size >= limits.webhooksPerOrganisation) {
      throw new Problem('invalid_request', `There are ${limits.webhooksPerOrganisation} receivers. Delete one first.`);
    }
    refuseTaken(others, values.name, id);
    await checkPlugin(tx, values.plugin);
    const row = await insertReceiver(tx, { ...values, id, organisationId, token, secret: sealed, actor });
    await insertEvent(tx, { ...about(who, id, row.name), type: 'receiver:created' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-receiver.create',
      after: facts(row),
    });
    return { ...showReceiver(row), secret };
  });
}

export async function changeReceiver(
  { db }: Pick<Parts, 'db'>,
  { id, ...who }: Named,
  values: ReceiverValues,
): Promise<WebhookReceiver> {
  return withOrganisation(db, who.organisationId, async (tx) => {
    const before = await receiverOf(tx, id);
    refuseTaken(await namesOf(tx, who.organisationId), values.name, id);
    await checkPlugin(tx, values.plugin);
    const row = await updateReceiver(tx, id, values);
    if (row === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, row.name), type: 'receiver:changed' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-receiver.change',
      before: facts(before),
      after: facts(row),
    });
    return showReceiver(row);
  });
}

export async function removeReceiver({ db }: Pick<Parts, 'db'>, { id, ...who }: Named): Promise<void> {
  await withOrganisation(db, who.organisationId, async (tx) => {
    const deleted = await deleteReceiver(tx, id);
    if (deleted === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, deleted.name), type: 'receiver:deleted' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-receiver.delete',
      before: { name: deleted.name },
    });
  });
}

export async function rotateReceiverSecret({ db, keys }: Parts, { id, ...who }: Named, given: string | undefined) {
  const { organisationId } = who;
  const secret = given === undefined ? newSecret() : readSecret(given);
  const until = previousUntil(new Date());
  const sealed = sealSecret(keys, { organisationId, id }, secret);
  await withOrganisation(db, organisationId, async (tx) => {
    const rotated = await rotateReceiver(tx, id, { secret: sealed, previousUntil: until });
    if (rotated === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, rotated.name), type: 'receiver:rotated' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-receiver.replace-secret',
      after: { name: rotated.name, previousUntil: until.toISOString() },
    });
  });
  return { secret, previousUntil: until.toISOString() };
}

export async function readReceived(
  { db }: Pick<Parts, 'db'>,
  { organisationId, id }: Omit<Named, 'actor'>,
  query: { cursor?: string | undefined; limit?: number | undefined },
) {
  const after = decodeCursor(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const { rows, counted } = await withOrganisation(db, organisationId, async (tx) => {
    await receiverOf(tx, id);
    return listReceived(tx, { organisationId, receiverId: id, after, limit: size });
  });
  return pageOf(rows, counted, size, {
    item: showReceived,
    cursor: (row) => encodeCursor({ at: row.created_at, id: row.id }),
  });
}

async function receiverOf(tx: Tx, id: string): Promise<ReceiverRow> {
  const row = await findReceiver(tx, id);
  if (row === undefined) throw new Problem('webhook_not_found');
  return row;
}

async function namesOf(tx: Tx, organisationId: string): Promise<Map<string, string>> {
  await lockAddresses(tx, organisationId);
  const rows = await listReceivers(tx, organisationId);
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** @throws Problem plugin_not_found */
async function checkPlugin(tx: Tx, pluginId: string | null): Promise<void> {
  if (pluginId !== null && !(await hasPlugin(tx, pluginId))) throw new Problem('plugin_not_found');
}

/** @throws Problem invalid_request */
function readSecret(text: string): string {
  if (keyOf(text) !== null) return text;
  const message = 'must be whsec_ and base64 of 24 to 64 bytes';
  throw new Problem('invalid_request', undefined, [{ field: '/secret', message }]);
}

function about({ organisationId, actor }: Who, subject: string, name: string) {
  return { organisationId, actor, subject, name };
}

function aboutAct({ organisationId, actor }: Who, id: string) {
  return { organisationId, actor, subject: { kind: 'webhook-receiver', id } };
}

function facts({ name, plugin_id, enabled }: Pick<ReceiverRow, 'name' | 'plugin_id' | 'enabled'>) {
  return { name, plugin: plugin_id, enabled };
}

function showReceiver(row: ReceiverRow, now = new Date()): WebhookReceiver {
  return {
    id: row.id,
    name: row.name,
    path: routeUrl(webhookRoutes.receive, { token: row.token }),
    plugin: row.plugin_id,
    enabled: row.enabled,
    previousSecretUntil: stillCounts(row.previous_until, now),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function showReceived(row: ReceivedRow): ReceivedWebhook {
  return {
    id: row.id,
    receiverId: row.receiver_id,
    messageId: row.message_id,
    type: row.type,
    contentType: row.content_type,
    size: row.size,
    state: row.state,
    attempts: row.attempts,
    results: row.results,
    sentAt: row.sent_at.toISOString(),
    receivedAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
