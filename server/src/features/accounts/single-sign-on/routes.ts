import type { FastifyRequest } from 'fastify';
import { routes } from '@proofpix/contract/routes';
import { bind, type App } from '../../../http/bind.ts';
import { beginConnecting, beginSignIn, browserCookie, findOrganisation, type Begun } from './begin-sign-on.ts';
import { liftBlock, readBlocks } from './blocks.ts';
import { finishSignOn } from './finish-sign-on.ts';
import { callbackPath, changeSettings, readSettings, redirectUri, removeSettings } from './manage-settings.ts';
import type { SingleSignOnParts } from './parts.ts';
import { cookieHeader } from '../routes.ts';
import { sessionCookie, signInFrom } from '../sign-in.ts';

const rows = routes.singleSignOn;

export type SingleSignOnRoutes = SingleSignOnParts & { secureCookies: boolean };

/** Binds the table `singleSignOn`. */
export function bindSingleSignOnRoutes(app: App, parts: SingleSignOnRoutes): void {
  // Lax, unlike the session's: it must come along when the provider sends the browser back. It opens nothing by itself.
  const cookie = (path: string, name: string, value: string, expires: Date) =>
    app.serializeCookie(name, value, { path, httpOnly: true, sameSite: 'lax', secure: parts.secureCookies, expires });
  const begun = ({ url, expiresAt, cookie: mark }: Begun) => ({
    status: 200 as const,
    body: { url, expiresAt: expiresAt.toISOString() },
    headers: { 'set-cookie': cookie(mark.path, mark.name, mark.value, expiresAt) },
  });

  bind(app, rows.get, async ({ caller: { organisationId } }) => ({
    status: 200,
    body: {
      settings: await readSettings(parts, organisationId),
      redirectUri: redirectUri(parts.ownUrl, organisationId),
      blocked: await readBlocks(parts.db, organisationId),
    },
  }));
  bind(app, rows.put, async ({ caller, body }) => ({ status: 200, body: await changeSettings(parts, caller, body) }));
  bind(app, rows.remove, async ({ caller }) => {
    await removeSettings(parts, caller);
    return { status: 204 };
  });
  bind(app, rows.unblock, async ({ caller, params }) => {
    await liftBlock(parts.db, caller, params.id);
    return { status: 204 };
  });
  bind(app, rows.find, async ({ body, request }) => ({
    status: 200,
    body: await findOrganisation(parts, { organisation: body.organisation, address: request.ip }),
  }));
  bind(app, rows.begin, async ({ body, request }) => {
    const returnTo = ownPath(body.returnTo);
    return begun(await beginSignIn(parts, { organisationId: body.id, returnTo, address: request.ip }));
  });
  bind(app, rows.connect, async ({ caller }) => begun(await beginConnecting(parts, caller)));
  bind(app, rows.callback, async ({ params, request }) => {
    const state = parameter(request, 'state');
    const name = browserCookie(state);
    const finished = await finishSignOn(parts, {
      organisationId: params.id,
      search: new URL(request.url, 'http://here').search,
      state,
      browser: request.cookies[name],
      from: signInFrom(request),
      replaces: request.cookies[sessionCookie],
    });
    const used = cookie(callbackPath(params.id), name, '', new Date(0));
    const cookies =
      finished.outcome === 'signed-in'
        ? [used, cookieHeader(app, parts.secureCookies, finished.signedIn)['set-cookie']]
        : [used];
    return { status: 303, headers: { location: destination(finished), 'set-cookie': cookies } };
  });
}

/** Pages of the web app: their words are there. */
function destination(finished: Awaited<ReturnType<typeof finishSignOn>>): string {
  if (finished.outcome === 'signed-in') return finished.returnTo;
  if (finished.outcome === 'connected') return '/account?connected=1';
  return `${finished.connecting ? '/account' : '/sign-in'}?problem=${finished.problem}`;
}

/** A place of this app and nothing else: neither `//evil.example` nor `/\evil.example` is one. */
function ownPath(text = '/'): string {
  const url = URL.parse(text, 'http://here');
  if (url === null || url.origin !== 'http://here' || !/^\/(?![/\\])/.test(text)) return '/';
  return `${url.pathname}${url.search}`;
}

function parameter({ query }: FastifyRequest, name: string): string {
  const value = (query as Record<string, unknown>)[name]; // Fastify's query is always an object
  return typeof value === 'string' ? value : '';
}
