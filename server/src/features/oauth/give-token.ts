import { setTimeout as wait } from 'node:timers/promises';
import { Problem } from '@proofpix/contract/errors';
import type { AccessToken, Installation, OauthPort } from '@proofpix/host/capabilities';
import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import type { Keys } from '../../keys.ts';
import type { Log } from '../../log.ts';
import {
  endRefreshTurn,
  findConnection,
  findProviderById,
  insertEvent,
  replaceTokens,
  takeRefreshTurn,
  type ConnectionRow,
  type ProviderRow,
} from './queries.ts';
import { openText, sealText, type ProviderOf } from './sealing.ts';
import { ProviderError, refreshTokens } from './token-endpoint.ts';
import { recordAct, systemActor } from '../audit/record-act.ts';

/** A token that ends sooner than this is renewed first, so that a plugin can still use what it gets. */
const freshMilliseconds = 60_000;
/** Longer than the provider is waited for. */
const turnMilliseconds = 20_000;
const pollMilliseconds = 100;
/** After a failure: a plugin that asks in a loop does not become a storm at the provider. */
const restMilliseconds = 10_000;

type Parts = { db: Database; keys: Keys; client: GuardedClient; log: Log };

/** The access token of an account for a plugin; the refresh token never leaves this server. */
export function createOauthPort(parts: Parts, now: () => number = Date.now): OauthPort {
  /** By organisation and provider: calls at the same moment cause one refresh. */
  const underWay = new Map<string, Promise<void>>();
  const restUntil = new Map<string, number>();

  async function connectionFor(installation: Installation, name: string): Promise<ConnectionRow> {
    const row = await withOrganisation(parts.db, installation.organisationId, (tx) => findConnection(tx, name));
    // One answer for all of them: a plugin does not learn which accounts there are that it may not use.
    if (row === undefined || row.access_token === null) throw new Problem('oauth_not_connected');
    if (row.plugins !== null && !row.plugins.includes(installation.pluginId)) throw new Problem('oauth_not_connected');
    return row;
  }

  async function refreshOnce(organisationId: string, row: ConnectionRow): Promise<void> {
    const key = `${organisationId} ${row.provider_id}`;
    const known = underWay.get(key);
    if (known !== undefined) return known;
    if ((restUntil.get(key) ?? 0) > now()) throw new Problem('oauth_failed', 'It failed a moment ago.');
    const refreshing = refresh(parts, organisationId, row)
      .then(() => void restUntil.delete(key))
      .catch((error: unknown) => {
        restUntil.set(key, now() + restMilliseconds);
        throw error;
      })
      .finally(() => underWay.delete(key));
    underWay.set(key, refreshing);
    return refreshing;
  }

  return {
    async token(installation, provider) {
      const row = await connectionFor(installation, provider);
      if (!endsSoon(row, now())) return open(parts.keys, installation.organisationId, row);
      try {
        if (row.refresh_token === null)
          throw new Problem('oauth_not_connected', 'It ended, and must be connected again.');
        await refreshOnce(installation.organisationId, row);
      } catch (error) {
        // What is still good for some seconds is better than nothing.
        const isGood = row.expires_at !== null && row.expires_at.getTime() > now();
        if (!(error instanceof Problem) || error.code !== 'oauth_failed' || !isGood) throw error;
        return open(parts.keys, installation.organisationId, row);
      }
      return open(parts.keys, installation.organisationId, await connectionFor(installation, provider));
    },
  };
}

function endsSoon({ expires_at: expiresAt }: ConnectionRow, now: number): boolean {
  return expiresAt !== null && expiresAt.getTime() - now < freshMilliseconds;
}

function open(keys: Keys, organisationId: string, row: ConnectionRow): AccessToken {
  if (row.access_token === null) throw new Problem('oauth_not_connected');
  const owner = { organisationId, providerId: row.provider_id };
  return {
    accessToken: openText(keys, 'oauth-access-token', owner, row.access_token),
    tokenType: row.token_type,
    expiresAt: row.expires_at?.toISOString() ?? null,
    scopes: row.scopes,
  };
}

/**
 * One refresh, on one of all servers: most providers take a refresh token once and treat a second use as theft. No
 * transaction is open while the provider is asked.
 */
async function refresh(parts: Parts, organisationId: string, row: ConnectionRow): Promise<void> {
  const { db, keys, client } = parts;
  const owner: ProviderOf = { organisationId, providerId: row.provider_id };
  const tokensId = row.tokens_id;
  if (row.refresh_token === null) throw new Problem('oauth_not_connected');
  const provider = await takeTurn(parts, organisationId, row);
  if (provider === null) return;
  try {
    const refreshToken = openText(keys, 'oauth-refresh-token', owner, row.refresh_token);
    const tokens = await refreshTokens({ client, keys, provider }, refreshToken);
    await withOrganisation(db, organisationId, (tx) =>
      replaceTokens(tx, tokensId, {
        accessToken: sealText(keys, 'oauth-access-token', owner, tokens.accessToken),
        refreshToken: sealText(keys, 'oauth-refresh-token', owner, tokens.refreshToken ?? refreshToken),
        expiresAt: tokens.expiresAt === null ? null : new Date(tokens.expiresAt),
        tokenType: tokens.tokenType,
        ...(tokens.scopes === null ? {} : { scopes: tokens.scopes }),
      }),
    );
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    await giveUpTurn(parts, organisationId, { row, reason: error.reason, final: error.final });
  }
}

/** @throws Problem always */
async function giveUpTurn(
  { db, log }: Parts,
  organisationId: string,
  { row, reason, final }: { row: ConnectionRow; reason: string; final: boolean },
): Promise<void> {
  log.warn({ provider: row.name, reason }, 'a provider did not renew an access token');
  // Only this word says that the grant is gone; a wrong client secret can be mended.
  const lost = final && reason === 'invalid_grant';
  await withOrganisation(db, organisationId, async (tx) => {
    if (!lost) return endRefreshTurn(tx, row.tokens_id);
    const gone = { accessToken: null, refreshToken: null, expiresAt: null, lostReason: reason };
    if (!(await replaceTokens(tx, row.tokens_id, gone))) return;
    const actor = systemActor('oauth-tokens');
    await insertEvent(tx, {
      organisationId,
      type: 'account:lost',
      provider: row.name,
      detail: { reason },
      actor,
    });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-account.lose',
      subject: { kind: 'oauth-provider', id: row.name },
      reason,
    });
  });
  throw lost ? new Problem('oauth_not_connected', 'It was taken back at the provider.') : new Problem('oauth_failed');
}

/**
 * Waits while another server has the turn. Gives the provider as it is while the turn is taken, so that a refresh token
 * never goes to an address that was changed meanwhile. Null when another server's tokens are there. @throws Problem
 */
async function takeTurn({ db }: Parts, organisationId: string, row: ConnectionRow): Promise<ProviderRow | null> {
  const turn = { tokensId: row.tokens_id, milliseconds: turnMilliseconds };
  for (const end = Date.now() + turnMilliseconds; Date.now() < end; await wait(pollMilliseconds)) {
    const { provider, connection } = await withOrganisation(db, organisationId, async (tx) =>
      (await takeRefreshTurn(tx, turn))
        ? { provider: await findProviderById(tx, row.provider_id), connection: undefined }
        : { provider: undefined, connection: await findConnection(tx, row.name) },
    );
    if (provider !== undefined) return provider;
    if (connection === undefined || connection.access_token === null) throw new Problem('oauth_not_connected');
    if (connection.tokens_id !== row.tokens_id) return null;
    if (connection.refreshing_until === null) break; // the other one got nothing
  }
  throw new Problem('oauth_failed');
}
