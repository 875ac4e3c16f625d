import { Problem } from '@proofpix/contract/errors';
import type { OauthConnection } from '@proofpix/contract/api/oauth';
import { withOrganisation } from '../../db/tenancy.ts';
import type { OauthParts, Who } from './parts.ts';
import {
  deleteConnection,
  findConnection,
  findProvider,
  insertEvent,
  listConnections,
  setPlugins,
  type ConnectionRow,
  type ProviderRow,
} from './queries.ts';
import { openText } from './sealing.ts';
import { revokeToken } from './token-endpoint.ts';
import { recordAct } from '../audit/record-act.ts';

export async function readConnections({ db }: Pick<OauthParts, 'db'>, organisationId: string) {
  const rows = await withOrganisation(db, organisationId, (tx) => listConnections(tx));
  return rows.map(showConnection);
}

/** @throws Problem `oauth_not_connected` */
export async function choosePlugins(
  { db }: Pick<OauthParts, 'db'>,
  { organisationId, actor }: Who,
  { provider, plugins }: { provider: string; plugins: readonly string[] | null },
): Promise<OauthConnection> {
  return withOrganisation(db, organisationId, async (tx) => {
    const row = await findConnection(tx, provider);
    if (row === undefined) throw new Problem('oauth_not_connected');
    await setPlugins(tx, row.provider_id, plugins);
    await insertEvent(tx, { organisationId, type: 'account:changed', provider, detail: { plugins }, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-account.choose-plugins',
      subject: { kind: 'oauth-provider', id: provider },
      before: { plugins: row.plugins },
      after: { plugins },
    });
    return { ...showConnection(row), plugins: plugins === null ? null : [...plugins] };
  });
}

/** Gone here first, whatever the provider says. @throws Problem `oauth_not_connected` */
export async function disconnect(
  { db, keys, client }: Pick<OauthParts, 'db' | 'keys' | 'client'>,
  { organisationId, actor }: Who,
  name: string,
): Promise<{ revoked: boolean }> {
  const { provider, connection } = await withOrganisation(db, organisationId, async (tx) => {
    const found = await findProvider(tx, name);
    const had = found && (await deleteConnection(tx, found.id));
    if (found === undefined || had === undefined) throw new Problem('oauth_not_connected');
    await insertEvent(tx, { organisationId, type: 'account:disconnected', provider: name, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-account.disconnect',
      subject: { kind: 'oauth-provider', id: name },
    });
    return { provider: found, connection: had };
  });
  return { revoked: await revokeTokens({ keys, client }, provider, connection) };
}

/** The refresh token first: a provider that forgets it forgets what it gave for it. */
export async function revokeTokens(
  { keys, client }: Pick<OauthParts, 'keys' | 'client'>,
  provider: ProviderRow,
  connection: { access_token: Uint8Array | null; refresh_token: Uint8Array | null },
): Promise<boolean> {
  const owner = { organisationId: provider.organisation_id, providerId: provider.id };
  const asking = { client, keys, provider };
  if (connection.refresh_token !== null) {
    const text = openText(keys, 'oauth-refresh-token', owner, connection.refresh_token);
    return revokeToken(asking, { text, hint: 'refresh_token' });
  }
  if (connection.access_token === null) return false;
  const text = openText(keys, 'oauth-access-token', owner, connection.access_token);
  return revokeToken(asking, { text, hint: 'access_token' });
}

function showConnection(row: ConnectionRow): OauthConnection {
  return {
    provider: row.name,
    state: row.access_token === null ? 'lost' : 'connected',
    lostReason: row.lost_reason,
    account: row.account,
    scopes: row.scopes,
    plugins: row.plugins,
    accessTokenExpiresAt: row.expires_at?.toISOString() ?? null,
    renewable: row.refresh_token !== null,
    connectedBy: row.connected_by,
    connectedAt: row.connected_at.toISOString(),
  };
}
