import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../db/database.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { bind, type App } from '../../http/bind.ts';
import { addMember, createOrganisation } from './add-member.ts';
import type { Attempts } from './attempts.ts';
import {
  deleteApiToken,
  deleteSession,
  findMembership,
  insertApiToken,
  listApiTokens,
  listMembers,
  type MemberRow,
  type MembershipRow,
} from './queries.ts';
import { removeMember } from './remove-member.ts';
import { hashSecret, newSecret } from './secrets.ts';
import { accessOf, secretOf, sessionCookie, signInWithCode, signInWithPassword, type SignedIn } from './sign-in.ts';

const maxApiTokens = 100;

/** Binds the tables `auth`, `tokens`, `members` and `organisations`. */
export function bindAccountRoutes(app: App, parts: { db: Database; attempts: Attempts; secureCookies: boolean }): void {
  const { db } = parts;

  const cookie = (signedIn: { secret: string; expiresAt: Date }) => ({
    'set-cookie': app.serializeCookie(sessionCookie, signedIn.secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure: parts.secureCookies,
      expires: signedIn.expiresAt,
    }),
  });

  bind(app, routes.auth.login, async ({ body, request }) => {
    const signedIn = await signInWithPassword(parts, { ...body, address: request.ip, kind: 'bearer' });
    return {
      status: 200,
      body: {
        accessToken: signedIn.secret,
        expiresAt: signedIn.expiresAt.toISOString(),
        account: account(signedIn.membership),
      },
    };
  });
  bind(app, routes.auth.session, async ({ body, request }) => {
    const signedIn: SignedIn = await signInWithPassword(parts, { ...body, address: request.ip, kind: 'cookie' });
    return { status: 200, body: account(signedIn.membership), headers: cookie(signedIn) };
  });
  bind(app, routes.auth.exchange, async ({ body, request }) => {
    const signedIn = await signInWithCode(parts, { code: body.code, address: request.ip });
    return { status: 200, body: account(signedIn.membership), headers: cookie(signedIn) };
  });
  bind(app, routes.auth.logout, async ({ request }) => {
    const secret = secretOf(request);
    if (secret !== undefined) await asSystem(db, 'sign-in', (tx) => deleteSession(tx, hashSecret(secret)));
    return { status: 204, headers: cookie({ secret: '', expiresAt: new Date(0) }) };
  });
  bind(app, routes.auth.account, async ({ caller }) => {
    const row = await withOrganisation(db, caller.organisationId, (tx) =>
      findMembership(tx, caller.userId, caller.organisationId),
    );
    if (row === undefined) throw new Problem('sign_in_required'); // removed between two queries
    return { status: 200, body: account(row) };
  });

  bind(app, routes.tokens.list, async ({ caller }) => {
    const rows = await withOrganisation(db, caller.organisationId, (tx) => listApiTokens(tx, caller));
    return { status: 200, body: { items: rows.map(apiToken) } };
  });
  bind(app, routes.tokens.create, async ({ caller, body }) => {
    const expiresAt = body.expiresAt === undefined ? null : new Date(body.expiresAt);
    if (expiresAt !== null && !(expiresAt.getTime() > Date.now())) {
      throw new Problem('invalid_request', undefined, [{ field: '/expiresAt', message: 'must be in the future' }]);
    }
    const { secret, hash } = newSecret('apiToken');
    const row = await withOrganisation(db, caller.organisationId, async (tx) => {
      const existing = await listApiTokens(tx, caller);
      if (existing.length >= maxApiTokens)
        throw new Problem('invalid_request', `You have ${maxApiTokens} tokens. Delete one first.`);
      return insertApiToken(tx, { ...caller, name: body.name, hash, expiresAt });
    });
    return { status: 201, body: { ...apiToken(row), token: secret } };
  });
  bind(app, routes.tokens.remove, async ({ caller, params }) => {
    const removed = await withOrganisation(db, caller.organisationId, (tx) =>
      deleteApiToken(tx, { ...caller, id: params.id }),
    );
    if (!removed) throw new Problem('token_not_found');
    return { status: 204 };
  });

  bind(app, routes.members.list, async ({ caller }) => {
    const rows = await withOrganisation(db, caller.organisationId, (tx) => listMembers(tx, caller.organisationId));
    return { status: 200, body: { items: rows.map(member) } };
  });
  bind(app, routes.members.create, async ({ caller, body }) => ({
    status: 201,
    body: member(await addMember(db, caller, body)),
  }));
  bind(app, routes.members.remove, async ({ caller, params }) => {
    await removeMember(db, caller, params.id);
    return { status: 204 };
  });

  bind(app, routes.organisations.create, async ({ body }) => {
    const wanted = { name: body.name, plan: body.plan ?? 'free', owner: body.owner };
    const { id } = await createOrganisation(db, wanted);
    return { status: 201, body: { id, name: wanted.name, plan: wanted.plan } };
  });
}

function account(row: MembershipRow) {
  return {
    user: { id: row.user_id, email: row.email, name: row.name },
    organisation: { id: row.organisation_id, name: row.organisation_name, plan: row.plan },
    role: row.role,
    access: [...accessOf(row)],
  };
}

function member(row: MemberRow) {
  return { id: row.id, email: row.email, name: row.name, role: row.role, createdAt: row.created_at.toISOString() };
}

function apiToken(row: {
  id: string;
  name: string;
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
}) {
  return {
    id: row.id,
    name: row.name,
    createdAt: row.created_at.toISOString(),
    expiresAt: row.expires_at?.toISOString() ?? null,
    lastUsedAt: row.last_used_at?.toISOString() ?? null,
  };
}
