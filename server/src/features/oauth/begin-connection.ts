import { createHash, randomBytes } from 'node:crypto';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../db/tenancy.ts';
import type { OauthParts } from './parts.ts';
import { findProvider, insertFlow } from './queries.ts';
import { callbackPath, redirectUri } from './redirect-uri.ts';
import { sealText } from './sealing.ts';

const flowMilliseconds = 10 * 60_000;
/** Begun and not finished, for each member. */
const flowsAtOnce = 20;

export type Begun = {
  url: string;
  expiresAt: Date;
  /** Marks the browser: only who began may end. */
  cookie: { name: string; value: string; path: string };
};

/**
 * State, verifier and the browser's mark are 256 random bits each; the database has only their hashes, and the verifier
 * sealed. @throws Problem `oauth_provider_not_found`
 */
export async function beginConnection(
  { db, keys, ownUrl }: Pick<OauthParts, 'db' | 'keys' | 'ownUrl'>,
  { organisationId, userId }: { organisationId: string; userId: string },
  {
    provider: name,
    plugins,
    credentialId,
  }: { provider: string; plugins: readonly string[] | null; credentialId: string },
): Promise<Begun> {
  const state = secret();
  const verifier = secret();
  const browser = secret();
  const expiresAt = new Date(Date.now() + flowMilliseconds);
  const provider = await withOrganisation(db, organisationId, async (tx) => {
    const found = await findProvider(tx, name);
    if (found === undefined) throw new Problem('oauth_provider_not_found');
    const flow = {
      stateHash: hashOf(state),
      organisationId,
      userId,
      providerId: found.id,
      credentialId,
      browserHash: hashOf(browser),
      verifier: sealText(keys, 'oauth-verifier', { organisationId, providerId: found.id }, verifier),
      plugins,
      expiresAt,
    };
    await insertFlow(tx, flow, flowsAtOnce);
    return found;
  });
  const url = new URL(provider.authorization_endpoint);
  const parameters = {
    ...provider.parameters,
    response_type: 'code',
    client_id: provider.client_id,
    redirect_uri: redirectUri(ownUrl, provider.id),
    state,
    code_challenge: hashOf(verifier).toString('base64url'),
    code_challenge_method: 'S256',
    ...(provider.scopes.length === 0 ? {} : { scope: provider.scopes.join(' ') }),
  };
  for (const [key, value] of Object.entries(parameters)) url.searchParams.set(key, value);
  const cookie = { name: browserCookie(state), value: browser, path: callbackPath(provider.id) };
  return { url: url.href, expiresAt, cookie };
}

/** One for each flow, so that two that are under way do not replace each other. */
export function browserCookie(state: string): string {
  return `proofpix_oauth_${hashOf(state).toString('hex').slice(0, 12)}`;
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}
