import {
  allowInsecureRequests,
  authorizationCodeGrant,
  ClientSecretBasic,
  ClientSecretPost,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  type ClientAuth,
  type Configuration,
  type CustomFetch,
} from 'openid-client';
import { anyPublicHost, type GuardedClient } from '@proofpix/host/http/guarded-client';
import { OutgoingError } from '@proofpix/host/http/outgoing-error';

/** A person waits for each of these. */
const timeoutMilliseconds = 10_000;
const maxResponseBytes = 512 * 1024;

export type ProviderSettings = { issuer: string; clientId: string; clientSecret: string | null };

/** What a provider says of somebody, once every signature and claim of its token held. */
export type Person = {
  issuer: string;
  subject: string;
  email: string | undefined;
  emailVerified: boolean;
  name: string | undefined;
};

/**
 * Reads what a provider says of itself. Everything that is asked of it goes through the guarded client: the addresses
 * come from a tenant, and from what the provider answers. @throws Error for whatever keeps it from being used
 */
export async function readProvider(client: GuardedClient, settings: ProviderSettings): Promise<Configuration> {
  const { issuer, clientId, clientSecret } = settings;
  const provider = await discovery(
    new URL(issuer),
    clientId,
    undefined,
    clientSecret === null ? None() : proveClient(clientSecret),
    {
      [customFetch]: guardedFetch(client),
      // The guarded client decides: without TLS only where the operator allows it.
      // And what a provider signs is verified although it came over TLS: a proxy of the tenant may stand in between.
      execute: [allowInsecureRequests, enableNonRepudiationChecks],
      timeout: timeoutMilliseconds / 1_000,
    },
  );
  // The browser goes there: never to what is no address of the web, and not into the network of whoever reads this.
  await client.check(provider.serverMetadata().authorization_endpoint ?? '', anyPublicHost, { timeoutMilliseconds });
  return provider;
}

/**
 * Exchanges the code of a callback and reads who it is. Verified are: state, issuer, the token's signature, audience,
 * times, nonce; the code only works with the verifier. @throws Error
 */
export async function readPerson(
  provider: Configuration,
  callback: URL,
  expected: { state: string; nonce: string; verifier: string },
): Promise<Person> {
  const tokens = await authorizationCodeGrant(provider, callback, {
    expectedState: expected.state,
    expectedNonce: expected.nonce,
    pkceCodeVerifier: expected.verifier,
    idTokenExpected: true,
  });
  const claims = tokens.claims();
  if (claims === undefined) throw new Error('The provider gave no ID token.');
  // Some put the address into the token, some answer it only when they are asked.
  const asked = claims.email === undefined && provider.serverMetadata().userinfo_endpoint !== undefined;
  const said = asked ? await fetchUserInfo(provider, tokens.access_token, claims.sub) : claims;
  return {
    issuer: claims.iss,
    subject: claims.sub,
    email: typeof said.email === 'string' ? said.email.toLowerCase() : undefined,
    // Not "true" as a text: who writes that may mean anything.
    emailVerified: said.email_verified === true,
    name: typeof said.name === 'string' ? said.name : undefined,
  };
}

/** For the log: a word, never the text of a provider, which may repeat a code or a token. */
export function reasonOf(error: unknown): string {
  if (error instanceof OutgoingError) return error.reason;
  const { code, cause, name } = Object(error) as { code?: unknown; cause?: unknown; name?: unknown }; // anything may be thrown
  if (cause instanceof OutgoingError) return cause.reason;
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown';
}

/** As the provider takes it; by a header where it says nothing, which is what the standard means then. */
function proveClient(secret: string): ClientAuth {
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  return (server, client, body, headers) => {
    const known = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
    const prove = known.includes('client_secret_basic') ? basic : post;
    return prove(server, client, body, headers);
  };
}

function guardedFetch(client: GuardedClient): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    const answer = await client.request({
      url,
      method: method === 'POST' ? 'POST' : 'GET',
      headers: Object.entries(headers),
      body: bytesOf(body),
      allowHost: anyPublicHost,
      timeoutMilliseconds,
      maxResponseBytes,
      // A code or a secret goes where the provider said, and nowhere else.
      maxRedirects: 0,
      ...(signal === undefined ? {} : { signal }),
    });
    const empty = answer.body.length === 0;
    return new Response(empty ? null : Buffer.from(answer.body), { status: answer.status, headers: answer.headers });
  };
}

function bytesOf(body: Parameters<CustomFetch>[1]['body']): Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (typeof body === 'string' || body instanceof URLSearchParams) return Buffer.from(body.toString());
  throw new Error('A body of another kind was not expected.');
}
