import { randomUUID } from 'node:crypto';
import type { WebhookEndpoint } from '@proofpix/contract/api/webhooks';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { insertEvent } from '../history/queries.ts';
import type { Named, WebhookParts } from '../parts.ts';
import { newSecret, previousUntil, sealSecret } from '../webhook-secret.ts';
import { checkAddress } from './check-address.ts';
import {
  deleteEndpoint,
  findEndpoint,
  insertEndpoint,
  listEndpoints,
  lockAddresses,
  rotateEndpoint,
  updateEndpoint,
  type EndpointRow,
  type EndpointValues,
} from './queries.ts';
import { showEndpoint } from './show-endpoint.ts';
import { recordAct } from '../../audit/record-act.ts';

type Parts = Pick<WebhookParts, 'db' | 'keys' | 'client'>;
type Who = Omit<Named, 'id'>;

export async function readEndpoints({ db }: Pick<Parts, 'db'>, organisationId: string): Promise<WebhookEndpoint[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listEndpoints(tx, organisationId));
  return rows.map((row) => showEndpoint(row));
}

export async function createEndpoint({ db, keys, client }: Parts, who: Who, values: EndpointValues) {
  await checkAddress(client, values.url);
  const { organisationId, actor } = who;
  // Made here: the secret is sealed for this very row.
  const id = randomUUID();
  const secret = newSecret();
  const sealed = sealSecret(keys, { organisationId, id }, secret);
  return withOrganisation(db, organisationId, async (tx) => {
    const others = await namesOf(tx, organisationId);
    if (others.size >= limits.webhooksPerOrganisation) {
      throw new Problem('invalid_request', `There are ${limits.webhooksPerOrganisation} addresses. Delete one first.`);
    }
    refuseTaken(others, values.name, id);
    const row = await insertEndpoint(tx, { ...values, id, organisationId, secret: sealed, actor });
    await insertEvent(tx, { ...about(who, id, row.name), type: 'endpoint:created', detail: originOf(row.url) });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-endpoint.create',
      after: facts(row),
    });
    return { ...showEndpoint(row), secret };
  });
}

export async function changeEndpoint(
  { db, client }: Omit<Parts, 'keys'>,
  { id, ...who }: Named,
  values: EndpointValues,
): Promise<WebhookEndpoint> {
  const { organisationId } = who;
  // Foreign and missing answer before the address is judged: both say the same.
  await withOrganisation(db, organisationId, (tx) => endpointOf(tx, id));
  await checkAddress(client, values.url);
  return withOrganisation(db, organisationId, async (tx) => {
    refuseTaken(await namesOf(tx, organisationId), values.name, id);
    const before = await endpointOf(tx, id);
    const row = await updateEndpoint(tx, id, values);
    if (row === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, row.name), type: 'endpoint:changed', detail: originOf(row.url) });
    const moved = { urlChanged: before.url !== row.url };
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-endpoint.change',
      before: facts(before),
      after: { ...facts(row), ...moved },
    });
    return showEndpoint(row);
  });
}

export async function removeEndpoint({ db }: Pick<Parts, 'db'>, { id, ...who }: Named): Promise<void> {
  await withOrganisation(db, who.organisationId, async (tx) => {
    const deleted = await deleteEndpoint(tx, id);
    if (deleted === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, deleted.name), type: 'endpoint:deleted' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-endpoint.delete',
      before: { name: deleted.name },
    });
  });
}

export async function rotateEndpointSecret({ db, keys }: Omit<Parts, 'client'>, { id, ...who }: Named) {
  const { organisationId } = who;
  const secret = newSecret();
  const until = previousUntil(new Date());
  const sealed = sealSecret(keys, { organisationId, id }, secret);
  await withOrganisation(db, organisationId, async (tx) => {
    const rotated = await rotateEndpoint(tx, id, { secret: sealed, previousUntil: until });
    if (rotated === undefined) throw new Problem('webhook_not_found');
    await insertEvent(tx, { ...about(who, id, rotated.name), type: 'endpoint:rotated' });
    await recordAct(tx, {
      ...aboutAct(who, id),
      act: 'webhook-endpoint.replace-secret',
      after: { name: rotated.name, previousUntil: until.toISOString() },
    });
  });
  return { secret, previousUntil: until.toISOString() };
}

/** @throws Problem webhook_not_found */
export async function endpointOf(tx: Tx, id: string) {
  const row = await findEndpoint(tx, id);
  if (row === undefined) throw new Problem('webhook_not_found');
  return row;
}

async function namesOf(tx: Tx, organisationId: string): Promise<Map<string, string>> {
  await lockAddresses(tx, organisationId);
  const rows = await listEndpoints(tx, organisationId);
  return new Map(rows.map(({ name, id }) => [name, id]));
}

/** @throws Problem invalid_request */
export function refuseTaken(others: ReadonlyMap<string, string>, name: string, id: string): void {
  const taken = others.get(name);
  if (taken === undefined || taken === id) return;
  throw new Problem('invalid_request', undefined, [{ field: '/name', message: 'is the name of another one' }]);
}

function about({ organisationId, actor }: Who, subject: string, name: string) {
  return { organisationId, actor, subject, name };
}

function aboutAct({ organisationId, actor }: Who, id: string) {
  return { organisationId, actor, subject: { kind: 'webhook-endpoint', id } };
}

function facts({ name, url, types, enabled }: Pick<EndpointRow, 'name' | 'url' | 'types' | 'enabled'>) {
  return { name, origin: originOf(url), types, enabled };
}

/** Paths hold what only the two sides should know. */
function originOf(url: string): string {
  return new URL(url).origin;
}
