import type { FastifyRequest } from 'fastify';
import type { Access } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import { recordAct } from '../audit/record-act.ts';
import type { AccessTokens } from './access-tokens/access-token.ts';
import { accessOf } from './access-of.ts';
import type { Attempts } from './attempts.ts';
import { verifyPassword } from './passwords.ts';
import {
  findCaller,
  findMembership,
  findUser,
  takeCode,
  touchSession,
  type CallerRow,
  type MembershipRow,
  type Proven,
} from './queries.ts';
import type { Refusals } from './record-refusals.ts';
import { beginChallenge, type Challenged } from './second-factor/begin-challenge.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { deleteSessionOfCookie, insertRefreshToken, insertSession } from './sessions/queries.ts';
import { tokenCaller, tokenCallerAgain, tokenPrefix } from './tokens/token-caller.ts';

export const sessionCookie = 'proofpix_session';

const day = 24 * 3_600_000;
/** Of a session: a cookie as long as it is; access tokens are renewed until then. */
const sessionMilliseconds = 14 * day;
const touchMilliseconds = 60_000;
/** A browser that sent nothing for so long is one that somebody left. */
const idleMilliseconds = 3 * day;

/** A secret that is longer was not made by us; hashing megabytes of header is not for strangers to ask. */
const longestSecret = 100;
const longestToken = 1_000;

/** What a request signs in with. A bearer token wins; a request with a broken one is not signed in by its cookie. */
function secretOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  return authorization === undefined
    ? request.cookies[sessionCookie]
    : (/^Bearer +([\w.-]+)$/i.exec(authorization)?.[1] ?? '');
}

/** Whether a request tries to sign in at all, be it in vain. */
export function carriesSecret(request: FastifyRequest): boolean {
  return secretOf(request) !== undefined;
}

export type SignIn = {
  /** Who sends a request. */
  signIn(request: FastifyRequest): Promise<Caller | null>;
  /** Who they are by now, for what goes on longer than an access token. */
  signInAgain(caller: Caller): Promise<Caller | null>;
};

/** For the app: who is calling. */
export function createSignIn({ db, accessTokens }: { db: Database; accessTokens: AccessTokens }): SignIn {
  /** A bearer token is a signed access token; a cookie is a secret of ours. */
  async function prove(secret: string, inHeader: boolean): Promise<Proven | null> {
    if (!inHeader) return secret.length > longestSecret ? null : { hash: hashSecret(secret) };
    const sessionId = secret.length > longestToken ? null : await accessTokens.verify(secret);
    return sessionId === null ? null : { id: sessionId };
  }

  return {
    async signIn(request) {
      const secret = secretOf(request);
      if (secret === undefined) return null;
      const inHeader = request.headers.authorization !== undefined;
      const from = { address: request.ip, requestId: request.id };
      if (secret.startsWith(tokenPrefix)) {
        // In a cookie it could be planted.
        return inHeader && secret.length <= longestSecret ? tokenCaller(db, hashSecret(secret), from) : null;
      }
      const proven = await prove(secret, inHeader);
      if (proven === null) return null;
      const row = await findCaller(db, proven);
      if (row === undefined) return null;
      // A cookie's secret in a header would go around the check of the origin; a bearer secret in a cookie could be
      // planted; an access token proves a session of its own kind only. Attack: access-tokens.test.ts.
      if (row.credential !== (inHeader ? 'bearer' : 'cookie')) return null;
      if (row.credential === 'cookie' && isIdle(row.last_used_at)) return null;
      if (isStale(row.last_used_at)) await asSystem(db, 'sign-in', (tx) => touchSession(tx, row.credential_id));
      return callerOf(row, from);
    },
    async signInAgain({ credential, credentialId, address, requestId }) {
      // What a token names holds for as long as the reply goes on.
      if (credential === 'api_token') return tokenCallerAgain(db, credentialId, { address, requestId });
      const row = await findCaller(db, { id: credentialId });
      return row === undefined ? null : callerOf(row, { address, requestId });
    },
  };
}

function isIdle(time: Date | null): boolean {
  return time !== null && Date.now() - time.getTime() > idleMilliseconds;
}

function isStale(time: Date | null): boolean {
  return time === null || Date.now() - time.getTime() > touchMilliseconds;
}

function callerOf(row: CallerRow, from: { address: string; requestId: string }): Caller {
  return {
    userId: row.user_id,
    organisationId: row.organisation_id,
    role: row.role,
    plan: row.plan,
    access: row.second_factor_missing ? new Set<Access>(['own-account']) : accessOf(row),
    byProvider: row.by_provider,
    secondFactorMissing: row.second_factor_missing,
    operator: row.is_operator,
    credential: row.credential,
    credentialId: row.credential_id,
    ...from,
  };
}

/** Where a sign-in comes from. */
export type SignInFrom = { address: string; userAgent: string | null; requestId: string };

export function signInFrom(request: FastifyRequest): SignInFrom {
  return { address: request.ip, userAgent: request.headers['user-agent'] ?? null, requestId: request.id };
}

export type NewSession = {
  userId: string;
  organisationId: string;
  /** A cookie for the web app, or access tokens for programs. */
  kind: 'cookie' | 'bearer';
  /** How they proved who they are, second factor included: nothing is asked here. */
  by: 'password' | 'link' | 'invitation' | 'reset' | 'sso';
  from: SignInFrom;
  /** The cookie that the browser had until now: its session ends, so that none goes on without anybody knowing. */
  replaces?: string | undefined;
};

export type SignedIn = {
  sessionId: string;
  /** Of the cookie, or the first refresh token. Always new: a planted one never becomes anybody's session. */
  secret: string;
  expiresAt: Date;
  membership: MembershipRow;
};

/**
 * Makes a signed-in session, and records that. Undefined for somebody who is no member of the organisation.
 * @throws Problem single_sign_on_required
 */
export async function beginSession(tx: Tx, given: NewSession): Promise<SignedIn | undefined> {
  const { userId, organisationId, kind, by, from, replaces } = given;
  const membership = await findMembership(tx, userId, organisationId);
  if (membership === undefined) return undefined;
  if (by !== 'sso' && membership.single_sign_on_required) throw new Problem('single_sign_on_required');
  if (replaces !== undefined) await deleteSessionOfCookie(tx, hashSecret(replaces));
  const { secret, hash } = newSecret(kind === 'cookie' ? 'session' : 'refresh');
  const expiresAt = new Date(Date.now() + sessionMilliseconds);
  const sessionId = await insertSession(tx, {
    organisationId,
    userId,
    hash: kind === 'cookie' ? hash : null,
    kind,
    by,
    userAgent: from.userAgent,
    address: from.address,
    expiresAt,
  });
  if (kind === 'bearer') await insertRefreshToken(tx, { organisationId, sessionId, hash });
  await recordAct(tx, {
    organisationId,
    actor: { kind: 'member', id: userId, role: membership.role, via: kind, ...from },
    act: 'sign-in',
    subject: { kind: 'session', id: sessionId },
    after: { by },
  });
  return { sessionId, secret, expiresAt, membership };
}

export type SignInParts = { db: Database; attempts: Attempts; refusals: Refusals };

/** @throws Problem sign_in_failed, single_sign_on_required */
export async function signInWithPassword(
  parts: SignInParts,
  given: {
    email: string;
    password: string;
    organisationId?: string | undefined;
    kind: 'cookie' | 'bearer';
    from: SignInFrom;
    replaces?: string | undefined;
  },
): Promise<SignedIn | Challenged> {
  const email = given.email.toLowerCase();
  const { address } = given.from;
  // By person and place, so that nobody can lock somebody else out; by person against many places; by place against many persons.
  const attempt = await parts.attempts.begin([
    { key: `${address} ${email}`, allowed: 10 },
    { key: email, allowed: 100 },
    { key: address, allowed: 100 },
  ]);
  const user = await asSystem(parts.db, 'sign-in', (tx) => findUser(tx, email));
  const right = await verifyPassword(given.password, user?.password_hash ?? null);
  if (!right || user === undefined) {
    if (user !== undefined) parts.refusals.add({ userId: user.id, address, reason: 'wrong password' });
    throw new Problem('sign_in_failed');
  }
  const answer = await asSystem(parts.db, 'sign-in', async (tx) => {
    const membership = await findMembership(tx, user.id, given.organisationId);
    if (membership === undefined) return undefined;
    // Said to nobody but who knows the password.
    if (membership.single_sign_on_required) throw new Problem('single_sign_on_required');
    const session = { userId: user.id, organisationId: membership.organisation_id, kind: given.kind };
    if (membership.has_second_factor) return beginChallenge(tx, session);
    return beginSession(tx, { ...session, by: 'password', from: given.from, replaces: given.replaces });
  });
  if (answer === undefined) throw new Problem('sign_in_failed');
  await attempt.succeeded();
  return answer;
}

/**
 * The link that a start prints. It is the whole sign-in, second factor included: whoever starts the server has its data
 * and keys, and it is the way back in for an owner who lost the device and the recovery codes.
 * @throws Problem sign_in_code_invalid
 */
export async function signInWithCode(
  parts: SignInParts,
  given: { code: string; from: SignInFrom; replaces?: string | undefined },
): Promise<SignedIn> {
  const attempt = await parts.attempts.begin([{ key: `code ${given.from.address}`, allowed: 30 }]);
  const signedIn = await asSystem(parts.db, 'sign-in', async (tx) => {
    const code = await takeCode(tx, hashSecret(given.code));
    if (code === undefined) return undefined;
    const { user_id: userId, organisation_id: organisationId } = code;
    return beginSession(tx, { userId, organisationId, kind: 'cookie', by: 'link', ...given });
  });
  if (signedIn === undefined) throw new Problem('sign_in_code_invalid');
  await attempt.succeeded();
  return signedIn;
}
