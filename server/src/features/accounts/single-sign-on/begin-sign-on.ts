import { createHash, randomBytes } from 'node:crypto';
import { buildAuthorizationUrl } from 'openid-client';
import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../../db/tenancy.ts';
import type { Caller } from '../../../http/bind.ts';
import type { Keys } from '../../../keys.ts';
import { requireSession } from '../sessions/require-session.ts';
import { callbackPath, openClientSecret, redirectUri } from './manage-settings.ts';
import type { SingleSignOnParts } from './parts.ts';
import { readProvider, reasonOf } from './provider.ts';
import { deleteExpiredFlows, findByDomain, findByName, findSettings, insertFlow } from './queries.ts';

const flowMilliseconds = 10 * 60_000;

export type Begun = {
  url: string;
  expiresAt: Date;
  /** Marks the browser: only who began may end. */
  cookie: { name: string; value: string; path: string };
};

/**
 * By its exact name, or by a domain that no other organisation claims: whoever claims somebody else's domain takes the way
 * by the domain from both, and sends nobody to a provider of his own. @throws Problem single_sign_on_not_found, rate_limited
 */
export async function findOrganisation(
  { db, attempts }: Pick<SingleSignOnParts, 'db' | 'attempts'>,
  given: { organisation: string; address: string },
): Promise<{ id: string; organisation: string; provider: string }> {
  await attempts.begin([{ key: `find ${given.address}`, allowed: 60 }]);
  const text = given.organisation.trim();
  const found = await asSystem(db, 'single-sign-on', async (tx) => {
    const named = await findByName(tx, text);
    if (named !== undefined) return named;
    const [first, ...others] = await findByDomain(tx, text.slice(text.lastIndexOf('@') + 1).toLowerCase());
    return others.length === 0 ? first : undefined;
  });
  if (found === undefined) throw new Problem('single_sign_on_not_found');
  return { id: found.id, organisation: found.name, provider: new URL(found.issuer).host };
}

/** @throws Problem single_sign_on_not_found, single_sign_on_failed, rate_limited */
export async function beginSignIn(
  parts: SingleSignOnParts,
  given: { organisationId: string; returnTo: string; address: string },
): Promise<Begun> {
  // Each of them asks a server outside.
  await parts.attempts.begin([{ key: `sign-on ${given.address}`, allowed: 60 }]);
  return begin(parts, { ...given, member: null });
}

/**
 * For a member who has an account: it is theirs to say that the provider may sign them in.
 * @throws Problem single_sign_on_not_found, single_sign_on_failed, session_required, single_sign_on_session
 */
export async function beginConnecting(parts: SingleSignOnParts, caller: Caller): Promise<Begun> {
  requireSession(caller);
  await parts.attempts.begin([{ key: `sign-on ${caller.userId}`, allowed: 30 }]);
  const { organisationId, userId, credentialId: sessionId } = caller;
  return begin(parts, { organisationId, returnTo: '/account', member: { userId, sessionId } });
}

async function begin(
  { db, keys, client, ownUrl, log }: SingleSignOnParts,
  wanted: { organisationId: string; returnTo: string; member: { userId: string; sessionId: string } | null },
): Promise<Begun> {
  const { organisationId } = wanted;
  const settings = await asSystem(db, 'single-sign-on', (tx) => findSettings(tx, organisationId));
  if (settings === undefined) throw new Problem('single_sign_on_not_found');
  const asked = {
    issuer: settings.issuer,
    clientId: settings.client_id,
    clientSecret: openClientSecret(keys, settings),
  };
  const provider = await readProvider(client, asked).catch((error: unknown) => {
    log.warn({ organisation: organisationId, reason: reasonOf(error) }, 'a provider could not be read');
    throw new Problem('single_sign_on_failed');
  });
  const [state, verifier, nonce, browser] = [secret(), secret(), secret(), secret()];
  const expiresAt = new Date(Date.now() + flowMilliseconds);
  await asSystem(db, 'single-sign-on', async (tx) => {
    await deleteExpiredFlows(tx);
    // Removed while we asked.
    if ((await findSettings(tx, organisationId)) === undefined) throw new Problem('single_sign_on_not_found');
    await insertFlow(tx, {
      ...wanted,
      stateHash: hashOf(state),
      browserHash: hashOf(browser),
      secrets: sealSecrets(keys, organisationId, { verifier, nonce }),
      expiresAt,
    });
  });
  const url = buildAuthorizationUrl(provider, {
    redirect_uri: redirectUri(ownUrl, organisationId),
    scope: 'openid email profile',
    code_challenge: hashOf(verifier).toString('base64url'),
    code_challenge_method: 'S256',
    state,
    nonce,
  });
  const cookie = { name: browserCookie(state), value: browser, path: callbackPath(organisationId) };
  return { url: url.href, expiresAt, cookie };
}

/** One for each flow, so that two that are under way do not replace each other. */
export function browserCookie(state: string): string {
  return `proofpix_sign_on_${hashOf(state).toString('hex').slice(0, 12)}`;
}

export function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function secret(): string {
  return randomBytes(32).toString('base64url');
}

type Secrets = { verifier: string; nonce: string };
const flowPurpose = (organisationId: string) => `single-sign-on-flow\n${organisationId}`;

function sealSecrets(keys: Keys, organisationId: string, secrets: Secrets): Uint8Array {
  return keys.seal(Buffer.from(JSON.stringify(secrets)), flowPurpose(organisationId));
}

export function openSecrets(keys: Keys, organisationId: string, sealed: Uint8Array): Secrets {
  return JSON.parse(Buffer.from(keys.open(sealed, flowPurpose(organisationId))).toString()) as Secrets; // what was sealed above
}
