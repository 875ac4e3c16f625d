import { roleHasAccess } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { findCaller, type CallerRow } from '../accounts/queries.ts';
import { hashOf } from './begin-connection.ts';
import type { OauthParts } from './parts.ts';
import {
  deleteExpiredFlows,
  findProviderById,
  holdProvider,
  insertEvent,
  saveConnection,
  takeFlow,
  type FlowRow,
  type ProviderRow,
} from './queries.ts';
import { redirectUri } from './redirect-uri.ts';
import { openText, sealText } from './sealing.ts';
import { exchangeCode, ProviderError } from './token-endpoint.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';

export type Returned = {
  /** The provider in the path: each has an address of its own. */
  providerId: string;
  state: string;
  code: string | undefined;
  error: string | undefined;
  /** The mark of the browser. */
  browser: string | undefined;
  /**
   * The session that the browser has, where it sent one along: it mostly does not, on its way from another site. Null for
   * one that is over.
   */
  credentialId: string | null | undefined;
  /** For the audit trail. */
  address: string;
  requestId: string;
};

const secretPattern = /^[A-Za-z0-9_-]{43}$/;

/**
 * A browser comes back from a provider. What it brings counts once, in the browser that began, at the address of the
 * provider it began with, and only while the session that began is still signed in and may still connect accounts:
 * otherwise somebody could have another's account connected to his organisation, or his own to another's.
 * @throws Problem `oauth_state_invalid`, `oauth_failed`
 */
export async function finishConnection(
  parts: Pick<OauthParts, 'db' | 'keys' | 'queue' | 'client' | 'ownUrl' | 'log'>,
  returned: Returned,
): Promise<{ provider: string; account: string | null }> {
  const { db, keys, queue, client, ownUrl, log } = parts;
  const { flow, caller } = await takeValidFlow(parts, returned);
  const { organisation_id: organisationId, provider_id: providerId } = flow;
  const { address, requestId } = returned;
  const actor: Actor = {
    kind: 'member',
    id: caller.user_id,
    role: caller.role,
    via: caller.credential,
    address,
    requestId,
  };
  const provider = await withOrganisation(db, organisationId, (tx) => findProviderById(tx, providerId));
  if (provider === undefined) throw new Problem('oauth_state_invalid');
  if (returned.code === undefined) throw new Problem('oauth_failed', refusal(returned.error));
  const owner = { organisationId, providerId };
  const verifier = openText(keys, 'oauth-verifier', owner, flow.verifier);
  const grant = { code: returned.code, verifier, redirectUri: redirectUri(ownUrl, providerId) };
  const tokens = await exchangeCode({ client, keys, provider }, grant).catch((error: unknown) => {
    if (!(error instanceof ProviderError)) throw error;
    log.warn({ provider: provider.name, reason: error.reason }, 'a provider did not take a code');
    throw new Problem('oauth_failed', `It said "${error.reason}".`);
  });
  const { refreshToken } = tokens;
  const scopes = tokens.scopes ?? provider.scopes;
  await withOrganisation(db, organisationId, async (tx) => {
    const unchanged = await holdProvider(tx, providerId);
    // Changed while we asked: these tokens belong to what it was before.
    if (unchanged === undefined || !isSame(unchanged, provider)) throw new Problem('oauth_state_invalid');
    await saveConnection(tx, {
      ...owner,
      account: tokens.account,
      accessToken: sealText(keys, 'oauth-access-token', owner, tokens.accessToken),
      refreshToken: refreshToken === null ? null : sealText(keys, 'oauth-refresh-token', owner, refreshToken),
      tokenType: tokens.tokenType,
      scopes,
      expiresAt: tokens.expiresAt === null ? null : new Date(tokens.expiresAt),
      plugins: flow.plugins,
      connectedBy: actor,
    });
    const detail = { account: tokens.account, scopes, plugins: flow.plugins };
    await insertEvent(tx, { organisationId, type: 'account:connected', provider: provider.name, detail, actor });
    await recordAct(tx, {
      organisationId,
      actor,
      act: 'oauth-account.connect',
      subject: { kind: 'oauth-provider', id: provider.name },
      after: { scopes, plugins: flow.plugins },
      personal: { account: tokens.account },
    });
    await queue.send(tx, 'oauth-authorized', { organisationId, id: providerId });
  });
  return { provider: provider.name, account: tokens.account };
}

async function takeValidFlow(
  { db }: Pick<OauthParts, 'db'>,
  { state, browser, providerId, credentialId }: Returned,
): Promise<{ flow: FlowRow; caller: CallerRow }> {
  if (browser === undefined || !secretPattern.test(state) || !secretPattern.test(browser)) {
    throw new Problem('oauth_state_invalid');
  }
  const flow = await asSystem(db, 'find-oauth-flow', async (tx) => {
    await deleteExpiredFlows(tx);
    return takeFlow(tx, { stateHash: hashOf(state), browserHash: hashOf(browser), providerId });
  });
  if (flow === undefined) throw new Problem('oauth_state_invalid');
  if (credentialId !== undefined && credentialId !== flow.credential_id) {
    throw new Problem('oauth_state_invalid', 'Somebody else is signed in by now.');
  }
  const caller = await findCaller(db, { id: flow.credential_id });
  const still =
    caller?.user_id === flow.user_id &&
    caller.organisation_id === flow.organisation_id &&
    !caller.second_factor_missing &&
    roleHasAccess(caller.role, 'oauth:manage');
  if (caller === undefined || !still)
    throw new Problem('oauth_state_invalid', 'Whoever began is not signed in any more.');
  return { flow, caller };
}

/** Whether tokens that one gave belong to the other. */
function isSame(a: ProviderRow, b: ProviderRow): boolean {
  return a.token_endpoint === b.token_endpoint && a.client_id === b.client_id;
}

/** A word of RFC 6749; anything longer is a stranger's text. */
function refusal(error: string | undefined): string {
  const known = error !== undefined && /^[a-z_]{1,50}$/.test(error);
  return known ? `It said "${error}".` : 'It gave no code.';
}
