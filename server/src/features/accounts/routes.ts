import { routes } from '@proofpix/contract/routes';
import { asSystem } from '../../db/tenancy.ts';
import { bind, type App, type Caller } from '../../http/bind.ts';
import type { Keys } from '../../keys.ts';
import { actorOf } from '../audit/record-act.ts';
import type { Mailer } from '../mail/open-mail.ts';
import { accessOf } from './access-of.ts';
import type { AccessTokens } from './access-tokens/access-token.ts';
import type { SigningKeys } from './access-tokens/signing-keys.ts';
import { addMember, createOrganisation } from './add-member.ts';
import { changeName, changePassword, readAccount } from './change-account.ts';
import { changeRole } from './change-role.ts';
import { listMembers, type MemberRow, type MembershipRow } from './queries.ts';
import { removeMember } from './remove-member.ts';
import { finishChallenge } from './second-factor/finish-challenge.ts';
import { beginSecondFactor, confirmSecondFactor, disableSecondFactor, replaceCodes } from './second-factor/set-up.ts';
import { endMemberSessions } from './sessions/end-member-sessions.ts';
import { endOtherSessions, endSession, signOut } from './sessions/end-sessions.ts';
import { listSessions } from './sessions/list-sessions.ts';
import { refreshSession } from './sessions/refresh-session.ts';
import {
  sessionCookie,
  signInFrom,
  signInWithCode,
  signInWithPassword,
  type SignedIn,
  type SignInParts,
} from './sign-in.ts';
import { readOrganisations, switchOrganisation } from './switch-organisation.ts';
import { changeSignInRules, readSignInRules } from './sign-in-rules.ts';
import { bindTokenRoutes } from './tokens/token-routes.ts';

export type AccountParts = SignInParts & {
  keys: Keys;
  mail: Mailer;
  accessTokens: AccessTokens;
  signingKeys: SigningKeys;
  secureCookies: boolean;
};

/** Binds the tables `auth`, `account`, `sessions`, `tokens`, `members` and `organisations`. */
export function bindAccountRoutes(app: App, parts: AccountParts): void {
  bindSignIn(app, parts);
  bindAccount(app, parts);
  bindTokenRoutes(app, parts.db);
  bindMembers(app, parts);
}

function bindSignIn(app: App, parts: AccountParts): void {
  const { db, accessTokens, signingKeys } = parts;
  const cookie = (given: { secret: string; expiresAt: Date }) => cookieHeader(app, parts.secureCookies, given);

  /** What a program gets: the first access token of a session, or the next. */
  async function session({ sessionId, secret, expiresAt, membership }: SignedIn) {
    const { user_id: userId, organisation_id: organisationId } = membership;
    const access = await accessTokens.issue({ sessionId, userId, organisationId });
    return {
      accessToken: access.token,
      expiresAt: access.expiresAt.toISOString(),
      refreshToken: secret,
      refreshUntil: expiresAt.toISOString(),
      account: account(membership),
    };
  }

  bind(app, routes.auth.login, async ({ body, request }) => {
    const answer = await signInWithPassword(parts, { ...body, kind: 'bearer', from: signInFrom(request) });
    if ('challenge' in answer) return { status: 202, body: challenge(answer) };
    return { status: 200, body: await session(answer) };
  });
  bind(app, routes.auth.loginStep, async ({ body, request }) => {
    const signedIn = await finishChallenge(parts, { ...body, kind: 'bearer', from: signInFrom(request) });
    return { status: 200, body: await session(signedIn) };
  });
  bind(app, routes.auth.refresh, async ({ body, request }) => {
    const refreshed = await refreshSession(parts, { ...body, from: signInFrom(request) });
    return { status: 200, body: await session(refreshed) };
  });
  bind(app, routes.auth.session, async ({ body, request }) => {
    const answer = await signInWithPassword(parts, {
      ...body,
      kind: 'cookie',
      from: signInFrom(request),
      replaces: request.cookies[sessionCookie],
    });
    if ('challenge' in answer) return { status: 202, body: challenge(answer) };
    return { status: 200, body: account(answer.membership), headers: cookie(answer) };
  });
  bind(app, routes.auth.sessionStep, async ({ body, request }) => {
    const signedIn = await finishChallenge(parts, {
      ...body,
      kind: 'cookie',
      from: signInFrom(request),
      replaces: request.cookies[sessionCookie],
    });
    return { status: 200, body: account(signedIn.membership), headers: cookie(signedIn) };
  });
  bind(app, routes.auth.exchange, async ({ body, request }) => {
    const signedIn = await signInWithCode(parts, {
      code: body.code,
      from: signInFrom(request),
      replaces: request.cookies[sessionCookie],
    });
    return { status: 200, body: account(signedIn.membership), headers: cookie(signedIn) };
  });
  bind(app, routes.auth.logout, async ({ caller }) => {
    await signOut(db, caller);
    return { status: 204, headers: cookie({ secret: '', expiresAt: new Date(0) }) };
  });
  bind(app, routes.auth.switch, async ({ caller, body, request }) => {
    const signedIn = await switchOrganisation(db, caller, { ...body, from: signInFrom(request) });
    return { status: 200, body: account(signedIn.membership, caller), headers: cookie(signedIn) };
  });
  bind(app, routes.auth.keys, async () => ({
    status: 200,
    body: { keys: await signingKeys.published() },
    headers: { 'cache-control': 'public, max-age=300' },
  }));
  bind(app, routes.auth.rotateKey, async ({ caller, body }) => {
    const by = { organisationId: caller.organisationId, actor: actorOf(caller) };
    return { status: 201, body: { keyId: await signingKeys.rotate(by, body.compromised) } };
  });
}

function bindAccount(app: App, parts: AccountParts): void {
  const { db } = parts;
  bind(app, routes.auth.account, async ({ caller }) => ({
    status: 200,
    body: account(await readAccount(db, caller), caller),
  }));
  bind(app, routes.account.organisations, async ({ caller }) => ({
    status: 200,
    body: { items: await readOrganisations(db, caller) },
  }));
  bind(app, routes.account.update, async ({ caller, body }) => ({
    status: 200,
    body: account(await changeName(db, caller, body.name), caller),
  }));
  bind(app, routes.account.changePassword, async ({ caller, body }) => {
    await changePassword(parts, caller, body);
    return { status: 204 };
  });
  bind(app, routes.account.beginSecondFactor, async ({ caller }) => ({
    status: 201,
    body: await beginSecondFactor(parts, caller),
  }));
  bind(app, routes.account.confirmSecondFactor, async ({ caller, body }) => ({
    status: 200,
    body: { recoveryCodes: await confirmSecondFactor(parts, caller, body.code) },
  }));
  bind(app, routes.account.newRecoveryCodes, async ({ caller, body }) => ({
    status: 200,
    body: { recoveryCodes: await replaceCodes(parts, caller, body.code) },
  }));
  bind(app, routes.account.disableSecondFactor, async ({ caller, body }) => {
    await disableSecondFactor(parts, caller, body.code);
    return { status: 204 };
  });
  bind(app, routes.sessions.list, async ({ caller }) => ({
    status: 200,
    body: await listSessions(db, caller),
  }));
  bind(app, routes.sessions.remove, async ({ caller, params }) => {
    await endSession(db, caller, params.id);
    return { status: 204 };
  });
  bind(app, routes.sessions.removeOthers, async ({ caller }) => ({
    status: 200,
    body: { ended: await endOtherSessions(db, caller) },
  }));
}

function bindMembers(app: App, { db }: AccountParts): void {
  bind(app, routes.members.list, async ({ caller }) => {
    const rows = await asSystem(db, 'manage-members', (tx) => listMembers(tx, caller.organisationId));
    return { status: 200, body: { items: rows.map((row) => member(row, caller)) } };
  });
  bind(app, routes.members.create, async ({ caller, body }) => ({
    status: 201,
    body: member(await addMember(db, caller, body), caller),
  }));
  bind(app, routes.members.changeRole, async ({ caller, params, body }) => ({
    status: 200,
    body: member(await changeRole(db, caller, params.id, body.role), caller),
  }));
  bind(app, routes.members.remove, async ({ caller, params }) => {
    await removeMember(db, caller, params.id);
    return { status: 204 };
  });
  bind(app, routes.members.signOut, async ({ caller, params }) => ({
    status: 200,
    body: { ended: await endMemberSessions(db, caller, params.id) },
  }));
  bind(app, routes.organisations.create, async ({ caller, body }) => {
    const wanted = { name: body.name, plan: body.plan ?? 'free', owner: body.owner };
    const { id } = await createOrganisation(db, caller, wanted);
    return { status: 201, body: { id, name: wanted.name, plan: wanted.plan } };
  });
  bind(app, routes.organisations.getSignInRules, async ({ caller }) => ({
    status: 200,
    body: await readSignInRules(db, caller),
  }));
  bind(app, routes.organisations.putSignInRules, async ({ caller, body }) => ({
    status: 200,
    body: await changeSignInRules(db, caller, body),
  }));
}

/** The session of a browser: no script reads it, and no other site sends it. */
export function cookieHeader(app: App, secure: boolean, given: { secret: string; expiresAt: Date }) {
  return {
    'set-cookie': app.serializeCookie(sessionCookie, given.secret, {
      path: '/',
      httpOnly: true,
      sameSite: 'strict',
      secure,
      expires: given.expiresAt,
    }),
  };
}

/** @param caller of the request; none while somebody signs in */
export function account(row: MembershipRow, caller?: Caller) {
  const on = row.has_second_factor;
  const needed = caller === undefined ? row.require_second_factor && !on : caller.secondFactorMissing;
  return {
    user: { id: row.user_id, email: row.email, name: row.name },
    organisation: { id: row.organisation_id, name: row.organisation_name, plan: row.plan },
    role: row.role,
    access: needed ? ['own-account'] : [...accessOf(row)],
    hasPassword: row.has_password,
    secondFactor: { on, needed },
    emailVerified: row.email_verified_at !== null,
    singleSignOn: {
      available: row.has_single_sign_on,
      connected: row.is_connected,
      managed: row.managed_by !== null,
      signedIn: caller?.byProvider === true,
    },
  };
}

function challenge({ challenge: secret, expiresAt }: { challenge: string; expiresAt: Date }) {
  return { challenge: secret, expiresAt: expiresAt.toISOString() };
}

function member(row: MemberRow, caller: Caller) {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    role: row.role,
    createdAt: row.created_at.toISOString(),
    ...(caller.access.has('members:manage') ? { secondFactor: row.has_second_factor } : {}),
  };
}
