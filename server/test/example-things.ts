import { randomUUID } from 'node:crypto';
import { routes } from '@proofpix/contract/routes';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { asSystem, withOrganisation } from '../src/db/tenancy.ts';
import { findInstallation } from '../src/features/plugins/queries.ts';
import { takePoint } from '../src/features/plugins/updates/queries.ts';
import type { TestServer } from './start-server.ts';

/** In the place of those of the example before: there may be only so many. */
export async function makeWebhooks(server: TestServer) {
  const { items: endpoints } = await server.call(routes.webhooks.listEndpoints);
  for (const { id } of endpoints) await server.call(routes.webhooks.deleteEndpoint, { params: { id } });
  const { items: receivers } = await server.call(routes.webhooks.listReceivers);
  for (const { id } of receivers) await server.call(routes.webhooks.deleteReceiver, { params: { id } });
  const address = { name: 'Of the examples', url: 'https://hooks.example.com/proofpix' };
  const endpoint = await server.call(routes.webhooks.createEndpoint, { body: address });
  const delivery = await server.call(routes.webhooks.testEndpoint, { params: { id: endpoint.id } });
  const receiver = await server.call(routes.webhooks.createReceiver, { body: { name: 'Of the examples' } });
  return {
    ENDPOINT: endpoint.id,
    DELIVERY: delivery.id,
    RECEIVER: receiver.id,
    WEBHOOK_TOKEN: receiver.path.split('/').at(-1) ?? '',
    WEBHOOK_SECRET: receiver.secret,
  };
}

export async function makeProvider(server: TestServer) {
  const { items } = await server.call(routes.oauth.listProviders);
  for (const { name } of items) await server.call(routes.oauth.removeProvider, { params: { provider: name } });
  const body = { name: 'of-the-examples', preset: 'github', clientId: 'client' } as const;
  const { name, redirectUri } = await server.call(routes.oauth.createProvider, { body });
  const id = redirectUri.split('/').at(-1) ?? '';
  await withOrganisation(server.db, server.organisationId, (tx) =>
    tx
      .insertInto('oauth_connections')
      .values({ organisation_id: server.organisationId, provider_id: id, token_type: 'Bearer' })
      .execute(),
  );
  return { PROVIDER: name, PROVIDER_ID: id };
}

export async function makeTrusted(server: TestServer) {
  const publicKey = makeSigningKey().key.spki;
  const { keyId } = await server.call(routes.trust.addKey, { body: { publicKey, publisher: 'harbour-labs' } });
  const value = `of-the-examples-${randomUUID().slice(0, 8)}`;
  const { id } = await server.call(routes.trust.kill, { body: { kind: 'plugin', value, reason: 'An example' } });
  return { SIGNING_KEY: keyId, KILL: id };
}

/** It ended: there is something to manage, and something to buy. */
export async function insertLapsed(server: TestServer) {
  const then = new Date('2026-01-01T00:00:00Z');
  await asSystem(server.db, 'receive-payments', (tx) =>
    tx
      .insertInto('subscriptions')
      .values({
        organisation_id: server.organisationId,
        state: 'lapsed',
        plan: 'professional',
        stripe_customer: 'cus_1',
        stripe_subscription: 'sub_1',
        stripe_begun_at: then,
        stripe_changed_at: then,
      })
      .execute(),
  );
}

/** As a change of the configuration leaves one. */
export function insertPoint(server: TestServer, plugin: string): Promise<string> {
  return withOrganisation(server.db, server.organisationId, async (tx) => {
    const row = await findInstallation(tx, plugin);
    return takePoint(tx, { installationId: row?.id ?? '', reason: 'config', actor: null });
  });
}
