import { sql } from 'kysely';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows, type Position } from '../../http/paging.ts';
import { userOf, type Actor } from '../audit/record-act.ts';

const providerColumns = [
  'id',
  'organisation_id',
  'name',
  'authorization_endpoint',
  'token_endpoint',
  'revocation_endpoint',
  'client_id',
  'client_secret',
  'client_authentication',
  'scopes',
  'parameters',
  'created_at',
  'updated_at',
] as const;

export type ProviderRow = NonNullable<Awaited<ReturnType<typeof findProvider>>>;

export async function listProviders(tx: Tx): Promise<ProviderRow[]> {
  return tx.selectFrom('oauth_providers').select(providerColumns).orderBy('name').execute();
}

export async function findProvider(tx: Tx, name: string) {
  return tx.selectFrom('oauth_providers').select(providerColumns).where('name', '=', name).executeTakeFirst();
}

export async function findProviderById(tx: Tx, id: string): Promise<ProviderRow | undefined> {
  return tx.selectFrom('oauth_providers').select(providerColumns).where('id', '=', id).executeTakeFirst();
}

/** Nobody changes it until the transaction ends. */
export async function holdProvider(tx: Tx, id: string): Promise<ProviderRow | undefined> {
  return tx.selectFrom('oauth_providers').select(providerColumns).where('id', '=', id).forShare().executeTakeFirst();
}

/** Nobody else changes it, or connects an account there, until the transaction ends. */
export async function lockProvider(tx: Tx, name: string): Promise<ProviderRow | undefined> {
  return tx
    .selectFrom('oauth_providers')
    .select(providerColumns)
    .where('name', '=', name)
    .forUpdate()
    .executeTakeFirst();
}

export type ProviderValues = {
  authorizationEndpoint: string;
  tokenEndpoint: string;
  revocationEndpoint: string | null;
  clientId: string;
  /** Sealed. */
  clientSecret: Uint8Array | null;
  clientAuthentication: 'basic' | 'body';
  scopes: readonly string[];
  parameters: Readonly<Record<string, string>>;
};

function providerSet(values: ProviderValues) {
  return {
    authorization_endpoint: values.authorizationEndpoint,
    token_endpoint: values.tokenEndpoint,
    revocation_endpoint: values.revocationEndpoint,
    client_id: values.clientId,
    client_secret: values.clientSecret,
    client_authentication: values.clientAuthentication,
    scopes: jsonText(values.scopes),
    parameters: jsonText(values.parameters),
  };
}

export async function countProviders(tx: Tx): Promise<number> {
  const { count } = await tx
    .selectFrom('oauth_providers')
    .select((select) => select.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** Undefined where there is one of this name. */
export async function insertProvider(
  tx: Tx,
  provider: ProviderValues & { id: string; organisationId: string; name: string; createdBy: Actor },
): Promise<ProviderRow | undefined> {
  const { id, organisationId, name, createdBy } = provider;
  return tx
    .insertInto('oauth_providers')
    .values({ id, organisation_id: organisationId, name, created_by: userOf(createdBy), ...providerSet(provider) })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'name']).doNothing())
    .returning(providerColumns)
    .executeTakeFirst();
}

export async function updateProviderRow(tx: Tx, id: string, values: ProviderValues): Promise<ProviderRow | undefined> {
  return tx
    .updateTable('oauth_providers')
    .set(providerSet(values))
    .where('id', '=', id)
    .returning(providerColumns)
    .executeTakeFirst();
}

export async function deleteProvider(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('oauth_providers').where('id', '=', id).execute();
}

export type NewFlow = {
  stateHash: Uint8Array;
  organisationId: string;
  userId: string;
  providerId: string;
  /** The session or token that begins it. */
  credentialId: string;
  browserHash: Uint8Array;
  verifier: Uint8Array;
  plugins: readonly string[] | null;
  expiresAt: Date;
};

/** Flows of a member that nobody finished go when there are too many: each could be begun again. */
export async function insertFlow(tx: Tx, flow: NewFlow, kept: number): Promise<void> {
  await sql`
    delete from oauth_flows where user_id = ${flow.userId} and state_hash not in (
      select state_hash from oauth_flows where user_id = ${flow.userId} order by created_at desc limit ${kept - 1})
  `.execute(tx);
  await tx
    .insertInto('oauth_flows')
    .values({
      state_hash: flow.stateHash,
      organisation_id: flow.organisationId,
      user_id: flow.userId,
      provider_id: flow.providerId,
      credential_id: flow.credentialId,
      browser_hash: flow.browserHash,
      verifier: flow.verifier,
      plugins: flow.plugins === null ? null : jsonText(flow.plugins),
      expires_at: flow.expiresAt,
    })
    .execute();
}

export type FlowRow = NonNullable<Awaited<ReturnType<typeof takeFlow>>>;

/** Takes a flow, once: two that come back with the same state meet here, and one of them finds nothing. */
export async function takeFlow(
  tx: Tx,
  { stateHash, browserHash, providerId }: { stateHash: Uint8Array; browserHash: Uint8Array; providerId: string },
) {
  return tx
    .deleteFrom('oauth_flows')
    .where('state_hash', '=', stateHash)
    .where('browser_hash', '=', browserHash)
    .where('provider_id', '=', providerId)
    .where('expires_at', '>', sql<Date>`clock_timestamp()`)
    .returning(['organisation_id', 'user_id', 'provider_id', 'credential_id', 'verifier', 'plugins'])
    .executeTakeFirst();
}

export async function deleteExpiredFlows(tx: Tx): Promise<void> {
  await tx
    .deleteFrom('oauth_flows')
    .where('expires_at', '<=', sql<Date>`clock_timestamp()`)
    .execute();
}

const connectionColumns = [
  'oauth_connections.provider_id',
  'oauth_connections.account',
  'oauth_connections.access_token',
  'oauth_connections.refresh_token',
  'oauth_connections.token_type',
  'oauth_connections.scopes',
  'oauth_connections.expires_at',
  'oauth_connections.plugins',
  'oauth_connections.tokens_id',
  'oauth_connections.lost_reason',
  'oauth_connections.refreshing_until',
  'oauth_connections.connected_by',
  'oauth_connections.connected_at',
  'oauth_providers.name',
] as const;

function connections(tx: Tx) {
  return tx
    .selectFrom('oauth_connections')
    .innerJoin('oauth_providers', 'oauth_providers.id', 'oauth_connections.provider_id')
    .select(connectionColumns);
}

export type ConnectionRow = NonNullable<Awaited<ReturnType<typeof findConnection>>>;

export async function listConnections(tx: Tx): Promise<ConnectionRow[]> {
  return connections(tx).orderBy('oauth_providers.name').execute();
}

export async function findConnection(tx: Tx, name: string) {
  return connections(tx).where('oauth_providers.name', '=', name).executeTakeFirst();
}

export async function findConnectionById(tx: Tx, providerId: string): Promise<ConnectionRow | undefined> {
  return connections(tx).where('oauth_connections.provider_id', '=', providerId).executeTakeFirst();
}

export type NewConnection = {
  organisationId: string;
  providerId: string;
  account: string | null;
  accessToken: Uint8Array;
  refreshToken: Uint8Array | null;
  tokenType: string;
  scopes: readonly string[];
  expiresAt: Date | null;
  plugins: readonly string[] | null;
  connectedBy: Actor;
};

/** Connecting again replaces what was connected. */
export async function saveConnection(tx: Tx, connection: NewConnection): Promise<void> {
  const set = {
    account: connection.account,
    access_token: connection.accessToken,
    refresh_token: connection.refreshToken,
    token_type: connection.tokenType,
    scopes: jsonText(connection.scopes),
    expires_at: connection.expiresAt,
    plugins: connection.plugins === null ? null : jsonText(connection.plugins),
    lost_reason: null,
    refreshing_until: null,
    tokens_id: sql<string>`new_id()`,
    connected_by: userOf(connection.connectedBy),
    connected_at: sql<Date>`clock_timestamp()`,
  };
  await tx
    .insertInto('oauth_connections')
    .values({ organisation_id: connection.organisationId, provider_id: connection.providerId, ...set })
    .onConflict((conflict) => conflict.column('provider_id').doUpdateSet(set))
    .execute();
}

export async function setPlugins(tx: Tx, providerId: string, plugins: readonly string[] | null): Promise<void> {
  await tx
    .updateTable('oauth_connections')
    .set({ plugins: plugins === null ? null : jsonText(plugins) })
    .where('provider_id', '=', providerId)
    .execute();
}

/** Gives what there was, for revoking it. */
export async function deleteConnection(tx: Tx, providerId: string) {
  return tx
    .deleteFrom('oauth_connections')
    .where('provider_id', '=', providerId)
    .returning(['access_token', 'refresh_token'])
    .executeTakeFirst();
}

/**
 * Lets one of all servers ask for the next access token: a refresh token can mostly be used once. Whoever takes the turn
 * and dies gives it back when its time is over. False when somebody else has it, or the row has changed.
 */
export async function takeRefreshTurn(
  tx: Tx,
  { tokensId, milliseconds }: { tokensId: string; milliseconds: number },
): Promise<boolean> {
  const taken = await tx
    .updateTable('oauth_connections')
    .set({ refreshing_until: sql<Date>`clock_timestamp() + ${milliseconds} * interval '1 millisecond'` })
    .where('tokens_id', '=', tokensId)
    .where((where) =>
      where.or([where('refreshing_until', 'is', null), where('refreshing_until', '<=', sql<Date>`clock_timestamp()`)]),
    )
    .returning('provider_id')
    .executeTakeFirst();
  return taken !== undefined;
}

export async function endRefreshTurn(tx: Tx, tokensId: string): Promise<void> {
  await tx.updateTable('oauth_connections').set({ refreshing_until: null }).where('tokens_id', '=', tokensId).execute();
}

/** False when the account was disconnected or connected again meanwhile: then these tokens belong to nothing any more. */
export async function replaceTokens(
  tx: Tx,
  tokensId: string,
  tokens: {
    accessToken: Uint8Array | null;
    refreshToken: Uint8Array | null;
    expiresAt: Date | null;
    tokenType?: string;
    scopes?: readonly string[];
    lostReason?: string;
  },
): Promise<boolean> {
  const replaced = await tx
    .updateTable('oauth_connections')
    .set({
      access_token: tokens.accessToken,
      refresh_token: tokens.refreshToken,
      expires_at: tokens.expiresAt,
      refreshing_until: null,
      tokens_id: sql<string>`new_id()`,
      lost_reason: tokens.lostReason ?? null,
      ...(tokens.tokenType === undefined ? {} : { token_type: tokens.tokenType }),
      ...(tokens.scopes === undefined ? {} : { scopes: jsonText(tokens.scopes) }),
    })
    .where('tokens_id', '=', tokensId)
    .returning('provider_id')
    .executeTakeFirst();
  return replaced !== undefined;
}

export type EventType =
  | 'provider:created'
  | 'provider:updated'
  | 'provider:deleted'
  | 'account:connected'
  | 'account:changed'
  | 'account:disconnected'
  | 'account:lost';

export async function insertEvent(
  tx: Tx,
  event: {
    organisationId: string;
    type: EventType;
    provider: string;
    detail?: { readonly [key: string]: string | boolean | null | readonly string[] };
    actor: Actor;
  },
): Promise<void> {
  await tx
    .insertInto('oauth_events')
    .values({
      organisation_id: event.organisationId,
      type: event.type,
      provider: event.provider,
      detail: jsonText(event.detail ?? {}),
      actor: userOf(event.actor),
    })
    .execute();
}

export async function listEvents(tx: Tx, after: Position | null, limit: number) {
  let query = tx.selectFrom('oauth_events').select(['id', 'type', 'provider', 'detail', 'actor', 'created_at']);
  if (after !== null) query = query.where(sql<boolean>`(created_at, id) < (${after.at}, ${after.id}::uuid)`);
  const rows = await query
    .orderBy('created_at', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute();
  const { counted } = await tx
    .selectFrom(tx.selectFrom('oauth_events').select('id').limit(countedRows).as('counted'))
    .select((select) => select.fn.countAll<number>().as('counted'))
    .executeTakeFirstOrThrow();
  return { rows, counted: Number(counted) };
}
