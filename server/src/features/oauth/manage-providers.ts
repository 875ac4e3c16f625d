import { randomUUID } from 'node:crypto';
import type { NewOauthProvider, OauthProvider, OauthProviderChange } from '@proofpix/contract/api/oauth';
import { Problem } from '@proofpix/contract/errors';
import { oauthPresets } from '@proofpix/contract/oauth-presets';
import { anyPublicHost, type GuardedClient } from '@proofpix/host/http/guarded-client';
import { withOrganisation } from '../../db/tenancy.ts';
import { revokeTokens } from './end-connection.ts';
import type { OauthParts, Who } from './parts.ts';
import {
  countProviders,
  deleteConnection,
  deleteProvider,
  findProvider,
  insertEvent,
  insertProvider,
  listProviders,
  lockProvider,
  updateProviderRow,
  type ProviderRow,
  type ProviderValues,
} from './queries.ts';
import { redirectUri } from './redirect-uri.ts';
import { sealText } from './sealing.ts';
import { changedFields } from '../audit/changed-fields.ts';
import { recordAct } from '../audit/record-act.ts';

const maxProviders = 50;
const checkMilliseconds = 5_000;

export async function readProviders(parts: Pick<OauthParts, 'db' | 'ownUrl'>, organisationId: string) {
  const rows = await withOrganisation(parts.db, organisationId, (tx) => listProviders(tx));
  return rows.map((row) => showProvider(row, parts.ownUrl));
}

/** @throws Problem `invalid_request`, `oauth_provider_exists`, `oauth_provider_refused` */
export async function createProvider(
  { db, keys, client, ownUrl }: Pick<OauthParts, 'db' | 'keys' | 'client' | 'ownUrl'>,
  { organisationId, actor }: Who,
  { name, preset, clientSecret, ...given }: NewOauthProvider,
): Promise<OauthProvider> {
  const base = preset === undefined ? null : oauthPresets[preset];
  const { authorizationEndpoint, tokenEndpoint } = { ...base, ...given };
  if (authorizationEndpoint === undefined || tokenEndpoint === undefined) {
    throw new Problem('invalid_request', undefined, [
      ...(authorizationEndpoint === undefined ? [required('/authorizationEndpoint')] : []),
      ...(tokenEndpoint === undefined ? [required('/tokenEndpoint')] : []),
    ]);
  }
  const id = randomUUID();
  const values: ProviderValues = {
    authorizationEndpoint,
    tokenEndpoint,
    revocationEndpoint:
      given.revocationEndpoint ?? (given.revocationEndpoint === null ? null : base?.revocationEndpoint) ?? null,
    clientId: given.clientId,
    clientSecret:
      clientSecret === undefined
        ? null
        : sealText(keys, 'oauth-client-secret', { organisationId, providerId: id }, clientSecret),
    clientAuthentication: given.clientAuthentication ?? base?.clientAuthentication ?? 'basic',
    scopes: given.scopes ?? base?.scopes ?? [],
    parameters: texts(given.parameters ?? base?.parameters ?? {}),
  };
  await checkEndpoints(client, values);
  const row = await withOrganisation(db, organisationId, async (tx) => {
    if ((await countProviders(tx)) >= maxProviders) {
      throw new Problem('invalid_request', `There are ${maxProviders} providers. Delete one first.`);
    }
    const made = await insertProvider(tx, { ...values, id, organisationId, name, createdBy: actor });
    if (made === undefined) throw new Problem('oauth_provider_exists');
    await insertEvent(tx, { organisationId, type: 'provider:created', provider: name, detail: shown(values), actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-provider.create',
      subject: { kind: 'oauth-provider', id: name },
      after: { ...shown(values), secretSet: values.clientSecret !== null },
    });
    return made;
  });
  return showProvider(row, ownUrl);
}

/**
 * With other addresses or another client the tokens go: they were given for the old ones, and a refresh token must never
 * travel to an address that was changed afterwards. What changes is decided while nobody else can change it: two changes
 * at once could otherwise bring an address back beside tokens that came from the other one.
 * @throws Problem `oauth_provider_not_found`, `oauth_provider_refused`
 */
export async function changeProvider(
  { db, keys, client, ownUrl }: Pick<OauthParts, 'db' | 'keys' | 'client' | 'ownUrl'>,
  { organisationId, actor }: Who,
  name: string,
  { clientSecret, ...change }: OauthProviderChange,
): Promise<OauthProvider> {
  const known = await withOrganisation(db, organisationId, (tx) => findProvider(tx, name));
  if (known === undefined) throw new Problem('oauth_provider_not_found');
  // Outside of the transaction: names are looked up.
  await checkEndpoints(client, change, known);
  const { before, row, lost } = await withOrganisation(db, organisationId, async (tx) => {
    const held = await lockProvider(tx, name);
    if (held === undefined) throw new Problem('oauth_provider_not_found');
    const { values, moved } = changed(held, change);
    if (clientSecret !== undefined) {
      const owner = { organisationId, providerId: held.id };
      values.clientSecret = sealText(keys, 'oauth-client-secret', owner, clientSecret);
    }
    const written = await updateProviderRow(tx, held.id, values);
    if (written === undefined) throw new Problem('oauth_provider_not_found');
    const connection = moved ? await deleteConnection(tx, held.id) : undefined;
    await insertEvent(tx, { organisationId, type: 'provider:updated', provider: name, detail: shown(values), actor });
    const changes = changedFields(shown(valuesOf(held)), shown(values));
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-provider.change',
      subject: { kind: 'oauth-provider', id: name },
      before: changes.before,
      after: { ...changes.after, secretSet: clientSecret !== undefined, accountLost: connection !== undefined },
    });
    if (connection) await insertEvent(tx, { organisationId, type: 'account:disconnected', provider: name, actor });
    return { before: held, row: written, lost: connection };
  });
  // At the old address, where they were given.
  if (lost) await revokeTokens({ keys, client }, before, lost);
  return showProvider(row, ownUrl);
}

/** What a provider becomes; `moved`: what belongs to the old addresses or client must not go on to the new ones. */
function changed(
  before: ProviderRow,
  change: Omit<OauthProviderChange, 'clientSecret'>,
): { values: ProviderValues; moved: boolean } {
  const kept = valuesOf(before);
  const values: ProviderValues = {
    authorizationEndpoint: change.authorizationEndpoint ?? kept.authorizationEndpoint,
    tokenEndpoint: change.tokenEndpoint ?? kept.tokenEndpoint,
    revocationEndpoint: change.revocationEndpoint === undefined ? kept.revocationEndpoint : change.revocationEndpoint,
    clientId: change.clientId ?? kept.clientId,
    clientSecret: kept.clientSecret,
    clientAuthentication: change.clientAuthentication ?? kept.clientAuthentication,
    scopes: change.scopes ?? kept.scopes,
    parameters: texts(change.parameters ?? kept.parameters),
  };
  const moved =
    values.authorizationEndpoint !== before.authorization_endpoint ||
    values.tokenEndpoint !== before.token_endpoint ||
    values.revocationEndpoint !== before.revocation_endpoint ||
    values.clientId !== before.client_id;
  // Nor the secret of the old client.
  return { values: moved ? { ...values, clientSecret: null } : values, moved };
}

/** @throws Problem `oauth_provider_not_found` */
export async function removeProvider(
  { db, keys, client }: Pick<OauthParts, 'db' | 'keys' | 'client'>,
  { organisationId, actor }: Who,
  name: string,
): Promise<void> {
  const { provider, connection } = await withOrganisation(db, organisationId, async (tx) => {
    const found = await findProvider(tx, name);
    if (found === undefined) throw new Problem('oauth_provider_not_found');
    const had = await deleteConnection(tx, found.id);
    await deleteProvider(tx, found.id);
    await insertEvent(tx, { organisationId, type: 'provider:deleted', provider: name, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-provider.delete',
      subject: { kind: 'oauth-provider', id: name },
      before: { accountConnected: had !== undefined },
    });
    return { provider: found, connection: had };
  });
  if (connection) await revokeTokens({ keys, client }, provider, connection);
}

type Endpoints = {
  authorizationEndpoint?: string | undefined;
  tokenEndpoint?: string | undefined;
  revocationEndpoint?: string | null | undefined;
};

/**
 * The browser visits the first, we the others. Those of the presets are known, and those that were there before were
 * checked; the client judges each again when it is used. @throws Problem
 */
async function checkEndpoints(client: GuardedClient, given: Endpoints, before?: ProviderRow): Promise<void> {
  const known = new Set<string | null | undefined>([
    ...Object.values(oauthPresets).flatMap((preset) => [
      preset.authorizationEndpoint,
      preset.tokenEndpoint,
      preset.revocationEndpoint,
    ]),
    before?.authorization_endpoint,
    before?.token_endpoint,
    before?.revocation_endpoint,
  ]);
  const endpoints = [
    ['/authorizationEndpoint', given.authorizationEndpoint],
    ['/tokenEndpoint', given.tokenEndpoint],
    ['/revocationEndpoint', given.revocationEndpoint],
  ] as const;
  const wrong = await Promise.all(
    endpoints.map(async ([field, url]) => {
      if (url === undefined || url === null || known.has(url)) return null;
      try {
        await client.check(url, anyPublicHost, { timeoutMilliseconds: checkMilliseconds });
        return null;
      } catch (error) {
        const hint = error instanceof Error && 'hint' in error ? String(error.hint) : '';
        return { field, message: hint || 'must be a public address that begins with https://' };
      }
    }),
  );
  const fields = wrong.filter((field) => field !== null);
  if (fields.length > 0) throw new Problem('oauth_provider_refused', undefined, fields);
}

function showProvider(row: ProviderRow, ownUrl: () => string): OauthProvider {
  return {
    name: row.name,
    authorizationEndpoint: row.authorization_endpoint,
    tokenEndpoint: row.token_endpoint,
    revocationEndpoint: row.revocation_endpoint,
    clientId: row.client_id,
    hasClientSecret: row.client_secret !== null,
    clientAuthentication: row.client_authentication,
    scopes: row.scopes,
    parameters: row.parameters,
    redirectUri: redirectUri(ownUrl, row.id),
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function valuesOf(row: ProviderRow): ProviderValues {
  return {
    authorizationEndpoint: row.authorization_endpoint,
    tokenEndpoint: row.token_endpoint,
    revocationEndpoint: row.revocation_endpoint,
    clientId: row.client_id,
    clientSecret: row.client_secret,
    clientAuthentication: row.client_authentication,
    scopes: row.scopes,
    parameters: row.parameters,
  };
}

/** For the events: everything but the secret. */
function shown({ tokenEndpoint, authorizationEndpoint, revocationEndpoint, clientId, scopes }: ProviderValues) {
  return { authorizationEndpoint, tokenEndpoint, revocationEndpoint, clientId, scopes };
}

function texts(parameters: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(parameters).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

function required(field: string) {
  return { field, message: 'is required without a preset' };
}
