import { randomUUID } from 'node:crypto';
import { routes } from '@proofpix/contract/routes';
import { makeSigningKey } from '@proofpix/signatures/keys';
import { withOrganisation } from '../src/db/tenancy.ts';
import type { Making, Values } from './access-makers.ts';

export async function makeReceiver({ owner }: Making): Promise<Values> {
  const { id, path, secret } = await owner.call(routes.webhooks.createReceiver, {
    body: { name: `In ${randomUUID()}` },
  });
  return { RECEIVER: id, WEBHOOK_TOKEN: path.split('/').at(-1) ?? '', WEBHOOK_SECRET: secret };
}

export async function makeProvider({ server, owner }: Making): Promise<Values> {
  const body = { name: `of-${randomUUID().slice(0, 8)}`, preset: 'github', clientId: 'client' } as const;
  const { name, redirectUri } = await owner.call(routes.oauth.createProvider, { body });
  const provider_id = redirectUri.split('/').at(-1) ?? '';
  await withOrganisation(server.db, owner.organisationId, (tx) =>
    tx
      .insertInto('oauth_connections')
      .values({ organisation_id: owner.organisationId, provider_id, token_type: 'Bearer' })
      .execute(),
  );
  return { PROVIDER: name, PROVIDER_ID: provider_id };
}

export async function makeTrusted({ server }: Making): Promise<Values> {
  const publicKey = makeSigningKey().key.spki;
  const { keyId } = await server.call(routes.trust.addKey, { body: { publicKey, publisher: 'harbour-labs' } });
  const value = `of-the-fixtures-${randomUUID().slice(0, 8)}`;
  const { id } = await server.call(routes.trust.kill, { body: { kind: 'plugin', value, reason: 'A fixture' } });
  return { SIGNING_KEY: keyId, KILL: id };
}
