import type { FastifyRequest } from 'fastify';
import { roles, type Access } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Caller } from '../../http/bind.ts';
import type { Attempts } from './attempts.ts';
import { verifyPassword } from './passwords.ts';
import {
  findCaller,
  findMembership,
  findUser,
  insertSession,
  takeCode,
  touchApiToken,
  type CallerRow,
  type MembershipRow,
} from './queries.ts';
import { hashSecret, newSecret } from './secrets.ts';

export const sessionCookie = 'proofpix_session';

const hour = 3_600_000;
const lifetimes = { bearer: 12 * hour, cookie: 14 * 24 * hour };
const touchMilliseconds = 60_000;

/** A secret that is longer was not made by us; hashing megabytes of header is not for strangers to ask. */
const longestSecret = 100;

/** The secret a request carries. A bearer token wins; a request with a broken one is not signed in by its cookie. */
export function secretOf(request: FastifyRequest): string | undefined {
  const { authorization } = request.headers;
  const secret =
    authorization === undefined ? request.cookies[sessionCookie] : /^Bearer +([\w-]+)$/i.exec(authorization)?.[1];
  return secret !== undefined && secret.length <= longestSecret ? secret : undefined;
}

/** For the app: who is calling. */
export function createSignIn(db: Database) {
  return async function signIn(request: FastifyRequest): Promise<Caller | null> {
    const secret = secretOf(request);
    if (secret === undefined) return null;
    const row = await findCaller(db, hashSecret(secret));
    if (row === undefined) return null;
    // A cookie's secret in a header would go around the check of the origin; a bearer secret in a cookie could be planted.
    if ((row.credential === 'cookie') !== (request.headers.authorization === undefined)) return null;
    if (row.credential === 'api_token' && isStale(row.last_used_at)) {
      await asSystem(db, 'sign-in', (tx) => touchApiToken(tx, row.credential_id));
    }
    return callerOf(row);
  };
}

function isStale(time: Date | null): boolean {
  return time === null || Date.now() - time.getTime() > touchMilliseconds;
}

function callerOf(row: CallerRow): Caller {
  return {
    userId: row.user_id,
    organisationId: row.organisation_id,
    role: row.role,
    plan: row.plan,
    access: accessOf(row),
    operator: row.is_operator,
  };
}

export function accessOf(row: Pick<CallerRow, 'role' | 'is_operator'>): ReadonlySet<Access> {
  return new Set<Access>([...roles[row.role], ...(row.is_operator ? (['server:operate'] as const) : [])]);
}

export type SignedIn = { secret: string; expiresAt: Date; membership: MembershipRow };

export async function signInWithPassword(
  parts: { db: Database; attempts: Attempts },
  given: {
    email: string;
    password: string;
    organisationId?: string | undefined;
    address: string;
    kind: 'cookie' | 'bearer';
  },
): Promise<SignedIn> {
  const email = given.email.toLowerCase();
  // By person and place, so that nobody can lock somebody else out; by person against many places; by place against many persons.
  const attempt = parts.attempts.begin([
    { key: `${given.address} ${email}`, allowed: 10 },
    { key: email, allowed: 100 },
    { key: given.address, allowed: 100 },
  ]);
  const user = await asSystem(parts.db, 'sign-in', (tx) => findUser(tx, email));
  const right = await verifyPassword(given.password, user?.password_hash ?? null);
  if (!right || user === undefined) throw new Problem('sign_in_failed');
  const signedIn = await asSystem(parts.db, 'sign-in', async (tx) => {
    const membership = await findMembership(tx, user.id, given.organisationId);
    if (membership === undefined) return undefined;
    const { secret, hash } = newSecret('session');
    const expiresAt = new Date(Date.now() + lifetimes[given.kind]);
    await insertSession(tx, {
      organisationId: membership.organisation_id,
      userId: user.id,
      hash,
      kind: given.kind,
      expiresAt,
    });
    return { secret, expiresAt, membership };
  });
  if (signedIn === undefined) throw new Problem('sign_in_failed');
  attempt.succeeded();
  return signedIn;
}

export async function signInWithCode(
  parts: { db: Database; attempts: Attempts },
  given: { code: string; address: string },
): Promise<SignedIn> {
  const attempt = parts.attempts.begin([{ key: `code ${given.address}`, allowed: 30 }]);
  const signedIn = await asSystem(parts.db, 'sign-in', async (tx) => {
    const code = await takeCode(tx, hashSecret(given.code));
    const membership = code && (await findMembership(tx, code.user_id, code.organisation_id));
    if (membership === undefined) return undefined;
    const { secret, hash } = newSecret('session');
    const expiresAt = new Date(Date.now() + lifetimes.cookie);
    await insertSession(tx, {
      organisationId: membership.organisation_id,
      userId: membership.user_id,
      hash,
      kind: 'cookie',
      expiresAt,
    });
    return { secret, expiresAt, membership };
  });
  if (signedIn === undefined) throw new Problem('sign_in_code_invalid');
  attempt.succeeded();
  return signedIn;
}
