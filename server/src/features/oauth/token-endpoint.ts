import type { GuardedClient } from '@proofpix/host/http/guarded-client';
import { anyPublicHost } from '@proofpix/host/http/guarded-client';
import type { Keys } from '../../keys.ts';
import type { ProviderRow } from './queries.ts';
import { readTokens, readRefusal, type Tokens } from './read-tokens.ts';
import { openText } from './sealing.ts';

/** A person waits for the exchange, a plugin for the refresh. */
const timeoutMilliseconds = 15_000;
const revocationMilliseconds = 5_000;
const maxResponseBytes = 64 * 1024;

/** What the provider said, in the words of RFC 6749 (`invalid_grant`), or what kept it from answering. */
export class ProviderError extends Error {
  readonly reason: string;
  /** The provider has judged: asking again gives the same. */
  readonly final: boolean;

  constructor(reason: string, final: boolean, options?: ErrorOptions) {
    super(`The provider did not give tokens: ${reason}.`, options);
    this.name = 'ProviderError';
    this.reason = reason;
    this.final = final;
  }
}

type Asking = { client: GuardedClient; keys: Keys; provider: ProviderRow };

/** @throws ProviderError */
export async function exchangeCode(
  asking: Asking,
  grant: { code: string; verifier: string; redirectUri: string },
): Promise<Tokens> {
  return askForTokens(asking, {
    grant_type: 'authorization_code',
    code: grant.code,
    redirect_uri: grant.redirectUri,
    code_verifier: grant.verifier,
  });
}

/** @throws ProviderError; `final` where the refresh token is worth nothing any more */
export async function refreshTokens(asking: Asking, refreshToken: string): Promise<Tokens> {
  return askForTokens(asking, { grant_type: 'refresh_token', refresh_token: refreshToken });
}

async function askForTokens(asking: Asking, form: Record<string, string>): Promise<Tokens> {
  const answer = await post(asking, asking.provider.token_endpoint, form, timeoutMilliseconds);
  const refusal = readRefusal(answer);
  if (refusal !== null) {
    // A server that is broken has judged nothing, whatever its page says.
    throw new ProviderError(refusal, answer.status < 500 && answer.status !== 429 && refusal !== 'unreadable_answer');
  }
  const tokens = readTokens(answer);
  if (tokens === null) throw new ProviderError('unreadable_answer', false);
  return tokens;
}

/** RFC 7009. Whether the provider confirmed it; the tokens are gone from here in any case. */
export async function revokeToken(asking: Asking, token: { text: string; hint: 'refresh_token' | 'access_token' }) {
  const endpoint = asking.provider.revocation_endpoint;
  if (endpoint === null) return false;
  try {
    const form = { token: token.text, token_type_hint: token.hint };
    const answer = await post(asking, endpoint, form, revocationMilliseconds);
    return answer.status >= 200 && answer.status < 300 && readRefusal(answer) === null;
  } catch {
    return false; // the provider could not be reached
  }
}

async function post(
  { client, keys, provider }: Asking,
  url: string,
  form: Record<string, string>,
  timeout: number,
): Promise<{ status: number; body: Uint8Array }> {
  const secret =
    provider.client_secret === null
      ? null
      : openText(
          keys,
          'oauth-client-secret',
          { organisationId: provider.organisation_id, providerId: provider.id },
          provider.client_secret,
        );
  const inBody = secret === null || provider.client_authentication === 'body';
  const fields = new URLSearchParams({
    ...form,
    ...(inBody ? { client_id: provider.client_id } : {}),
    ...(inBody && secret !== null ? { client_secret: secret } : {}),
  });
  const headers: [string, string][] = [
    ['content-type', 'application/x-www-form-urlencoded'],
    ['accept', 'application/json'],
  ];
  if (!inBody) headers.push(['authorization', `Basic ${basicCredentials(provider.client_id, secret)}`]);
  try {
    return await client.request({
      url,
      method: 'POST',
      headers,
      body: Buffer.from(fields.toString()),
      allowHost: anyPublicHost,
      timeoutMilliseconds: timeout,
      maxResponseBytes,
      // A code or a secret goes where the admin said, and nowhere else.
      maxRedirects: 0,
    });
  } catch (cause) {
    const reason = cause instanceof Error && 'reason' in cause ? String(cause.reason) : 'failed';
    throw new ProviderError(reason, false, { cause });
  }
}

/** RFC 6749, 2.3.1: each half encoded as in a form, so that a colon in it does not cut it. */
function basicCredentials(clientId: string, secret: string): string {
  const encoded = [clientId, secret].map((part) => new URLSearchParams({ part }).toString().slice('part='.length));
  return Buffer.from(encoded.join(':')).toString('base64');
}
