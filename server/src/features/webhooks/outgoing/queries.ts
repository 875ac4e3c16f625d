import { sql } from 'kysely';
import { limits } from '@proofpix/contract/limits';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { countedRows, type Position } from '../../../http/paging.ts';
import { userOf, type Actor } from '../../audit/record-act.ts';

/** What counts the addresses of an organisation waits for the others that do, until its transaction ends. */
export async function lockAddresses(tx: Tx, organisationId: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`webhooks/${organisationId}`}, 0))`.execute(tx);
}

export type EndpointRow = Awaited<ReturnType<typeof listEndpoints>>[number];

export async function listEndpoints(tx: Tx, organisationId: string) {
  return endpoints(tx).where('organisation_id', '=', organisationId).orderBy('created_at').orderBy('id').execute();
}

export async function findEndpoint(tx: Tx, id: string) {
  return endpoints(tx).where('id', '=', id).executeTakeFirst();
}

function endpoints(tx: Tx) {
  return tx.selectFrom('webhook_endpoints').selectAll();
}

export type EndpointValues = { name: string; url: string; types: readonly string[] | null; enabled: boolean };

export async function insertEndpoint(
  tx: Tx,
  row: EndpointValues & { id: string; organisationId: string; secret: Uint8Array; actor: Actor },
): Promise<EndpointRow> {
  const { id, organisationId, secret, actor, ...values } = row;
  return tx
    .insertInto('webhook_endpoints')
    .values({ id, organisation_id: organisationId, secret, created_by: userOf(actor), ...columnsOf(values) })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** Enabling it forgets why it was disabled, and how long it has been failing. */
export async function updateEndpoint(tx: Tx, id: string, values: EndpointValues): Promise<EndpointRow | undefined> {
  return tx
    .updateTable('webhook_endpoints')
    .set({ ...columnsOf(values), ...(values.enabled ? { disabled_reason: null, failing_since: null } : {}) })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirst();
}

function columnsOf({ name, url, types, enabled }: EndpointValues) {
  return { name, url, types: types === null ? null : jsonText([...new Set(types)]), enabled };
}

export async function deleteEndpoint(tx: Tx, id: string): Promise<{ name: string } | undefined> {
  return tx.deleteFrom('webhook_endpoints').where('id', '=', id).returning('name').executeTakeFirst();
}

/** Undefined where it is disabled already. */
export async function disableEndpoint(tx: Tx, id: string, reason: string): Promise<{ name: string } | undefined> {
  return tx
    .updateTable('webhook_endpoints')
    .set({ enabled: false, disabled_reason: reason })
    .where('id', '=', id)
    .where('enabled', '=', true)
    .returning('name')
    .executeTakeFirst();
}

export async function rotateEndpoint(
  tx: Tx,
  id: string,
  { secret, previousUntil }: { secret: Uint8Array; previousUntil: Date },
): Promise<{ name: string } | undefined> {
  return tx
    .updateTable('webhook_endpoints')
    .set(({ ref }) => ({ previous_secret: ref('secret'), previous_until: previousUntil, secret }))
    .where('id', '=', id)
    .returning('name')
    .executeTakeFirst();
}

/** The enabled addresses that take a type; of one name, where one is given. */
export async function findTakers(
  tx: Tx,
  { organisationId, type, name }: { organisationId: string; type: string; name?: string | undefined },
): Promise<string[]> {
  let takers = tx
    .selectFrom('webhook_endpoints')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('enabled', '=', true)
    .where(sql<boolean>`(types is null or types ? ${type})`)
    .orderBy('created_at');
  if (name !== undefined) takers = takers.where('name', '=', name);
  return (await takers.execute()).map(({ id }) => id);
}

/** Counted no further than anybody needs to know. */
export async function countWaiting(tx: Tx, organisationId: string): Promise<number> {
  const waiting = tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('state', '=', 'waiting')
    .limit(limits.webhookDeliveriesWaiting);
  const counted = await tx
    .selectFrom(waiting.as('waiting'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(counted.count);
}

export async function insertMessage(
  tx: Tx,
  message: { organisationId: string; type: string; payload: string; pluginId: string | null },
): Promise<string> {
  const { organisationId, type, payload, pluginId } = message;
  const { id } = await tx
    .insertInto('webhook_messages')
    .values({ organisation_id: organisationId, type, payload, plugin_id: pluginId })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

export async function insertDeliveries(
  tx: Tx,
  {
    organisationId,
    messageId,
    endpointIds,
  }: { organisationId: string; messageId: string; endpointIds: readonly string[] },
): Promise<string[]> {
  const rows = await tx
    .insertInto('webhook_deliveries')
    .values(
      endpointIds.map((endpointId) => ({
        organisation_id: organisationId,
        message_id: messageId,
        endpoint_id: endpointId,
      })),
    )
    .returning('id')
    .execute();
  return rows.map(({ id }) => id);
}

export type DeliveryRow = NonNullable<Awaited<ReturnType<typeof findDelivery>>>;

function deliveries(tx: Tx) {
  return tx
    .selectFrom('webhook_deliveries as delivery')
    .innerJoin('webhook_messages as message', (join) =>
      join
        .onRef('message.organisation_id', '=', 'delivery.organisation_id')
        .onRef('message.id', '=', 'delivery.message_id'),
    )
    .selectAll('delivery')
    .select(['message.type', 'message.plugin_id']);
}

export async function findDelivery(tx: Tx, id: string) {
  return deliveries(tx).where('delivery.id', '=', id).executeTakeFirst();
}

type DeliveryPage = {
  organisationId: string;
  endpointId: string;
  state?: DeliveryRow['state'] | undefined;
  after: Position | null;
  limit: number;
};

/** Newest first; one row more than the limit, to see whether there is another page. */
export async function listDeliveries(tx: Tx, { organisationId, endpointId, state, after, limit }: DeliveryPage) {
  let own = tx
    .selectFrom('webhook_deliveries')
    .select('id')
    .where('organisation_id', '=', organisationId)
    .where('endpoint_id', '=', endpointId);
  let page = deliveries(tx)
    .where('delivery.organisation_id', '=', organisationId)
    .where('delivery.endpoint_id', '=', endpointId)
    .orderBy('delivery.created_at', 'desc')
    .orderBy('delivery.id', 'desc')
    .limit(limit + 1);
  if (state !== undefined) {
    own = own.where('state', '=', state);
    page = page.where('delivery.state', '=', state);
  }
  if (after) page = page.where(sql<boolean>`(delivery.created_at, delivery.id) < (${after.at}, ${after.id}::uuid)`);
  const counted = await tx
    .selectFrom(own.limit(countedRows).as('counted'))
    .select((row) => row.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return { rows: await page.execute(), counted: Number(counted.count) };
}
