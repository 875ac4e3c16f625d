import type { FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { carriesSecret } from '../accounts/sign-in.ts';
import { beginConnection, browserCookie } from './begin-connection.ts';
import { callbackPage } from './callback-page.ts';
import { choosePlugins, disconnect, readConnections } from './end-connection.ts';
import { finishConnection } from './finish-connection.ts';
import { readEvents } from './list-events.ts';
import { changeProvider, createProvider, readProviders, removeProvider } from './manage-providers.ts';
import type { OauthParts } from './parts.ts';
import { callbackPath } from './redirect-uri.ts';
import { actorOf } from '../audit/record-act.ts';

const rows = routes.oauth;

/** Binds the table `oauth`. */
export function bindOauthRoutes(app: App, oauth: OauthParts & { secureCookies: boolean }): void {
  bindProviders(app, oauth);
  bindConnections(app, oauth);
  bindFlow(app, oauth);
}

function bindProviders(app: App, oauth: OauthParts): void {
  bind(app, rows.listProviders, async ({ caller }) => ({
    status: 200,
    body: { items: await readProviders(oauth, caller.organisationId) },
  }));
  bind(app, rows.createProvider, async ({ caller, body }) => ({
    status: 201,
    body: await createProvider(oauth, whose(caller), body),
  }));
  bind(app, rows.updateProvider, async ({ caller, params, body }) => ({
    status: 200,
    body: await changeProvider(oauth, whose(caller), params.provider, body),
  }));
  bind(app, rows.removeProvider, async ({ caller, params }) => {
    await removeProvider(oauth, whose(caller), params.provider);
    return { status: 204 };
  });
}

function bindConnections(app: App, oauth: OauthParts): void {
  bind(app, rows.listConnections, async ({ caller }) => ({
    status: 200,
    body: { items: await readConnections(oauth, caller.organisationId) },
  }));
  bind(app, rows.updateConnection, async ({ caller, params, body }) => ({
    status: 200,
    body: await choosePlugins(oauth, whose(caller), { ...params, ...body }),
  }));
  bind(app, rows.disconnect, async ({ caller, params }) => ({
    status: 200,
    body: await disconnect(oauth, whose(caller), params.provider),
  }));
  bind(app, rows.events, async ({ caller, query }) => ({
    status: 200,
    body: await readEvents(oauth, caller.organisationId, query),
  }));
}

function bindFlow(app: App, oauth: OauthParts & { secureCookies: boolean }): void {
  // Lax, unlike the session's: it must come along when the provider sends the browser back. It opens nothing by itself.
  const cookie = (path: string, name: string, value: string, expires: Date) => ({
    'set-cookie': app.serializeCookie(name, value, {
      path,
      httpOnly: true,
      sameSite: 'lax',
      secure: oauth.secureCookies,
      expires,
    }),
  });

  bind(app, rows.connect, async ({ caller, params, body }) => {
    const wanted = {
      provider: params.provider,
      plugins: body.plugins ?? null,
      credentialId: caller.credentialId,
    };
    const { url, expiresAt, cookie: mark } = await beginConnection(oauth, caller, wanted);
    return {
      status: 200,
      body: { url, expiresAt: expiresAt.toISOString() },
      headers: cookie(mark.path, mark.name, mark.value, expiresAt),
    };
  });

  bind(app, rows.callback, async ({ params, request }) => {
    const state = parameter(request, 'state') ?? '';
    const name = browserCookie(state);
    const headers = {
      'content-type': 'text/html; charset=utf-8',
      ...cookie(callbackPath(params.id), name, '', new Date(0)),
    };
    try {
      const { provider, account } = await finishConnection(oauth, {
        providerId: params.id,
        state,
        code: parameter(request, 'code'),
        error: parameter(request, 'error'),
        browser: request.cookies[name],
        credentialId: carriesSecret(request) ? ((await app.signIn(request))?.credentialId ?? null) : undefined,
        address: request.ip,
        requestId: request.id,
      });
      const text = `${account ?? 'Your account'} at ${provider} is connected. You can close this page.`;
      return { status: 200, body: callbackPage('Connected', text), headers };
    } catch (error) {
      if (!(error instanceof Problem) || !wantsPage(request)) throw error;
      const status = error.code === 'oauth_failed' ? 502 : 400;
      return { status, body: callbackPage('Not connected', error.message), headers };
    }
  });
}

/** A browser; programs get a problem document like everywhere. */
function wantsPage({ headers }: FastifyRequest): boolean {
  return headers.accept?.includes('text/html') ?? false;
}

/** A parameter that stands there once; the longest codes of known providers have 2,000 characters. */
function parameter({ query }: FastifyRequest, name: string): string | undefined {
  const value = (query as Record<string, unknown>)[name]; // Fastify's query is always an object
  return typeof value === 'string' && value.length <= 4_096 && !value.includes('\0') ? value : undefined;
}

function whose(caller: Caller) {
  return { organisationId: caller.organisationId, actor: actorOf(caller) };
}
