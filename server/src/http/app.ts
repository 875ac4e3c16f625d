import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import cookie from '@fastify/cookie';
import websocket from '@fastify/websocket';
import fastify, { type FastifyBaseLogger, type FastifyRequest } from 'fastify';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import { allRoutes } from '@proofpix/contract/routes';
import type { Log } from '../log.ts';
import type { App, Caller } from './bind.ts';
import { answerBrokenRequest } from './broken-request.ts';
import { createGuard } from './guard.ts';
import { setSecurityHeaders } from './headers.ts';
import { addJsonParser } from './json-body.ts';
import { createNotFound } from './not-found.ts';
import { sendProblem, TooMany } from './problems.ts';
import { addUploads } from './upload.ts';
import { addWebApp } from './web-app.ts';

export type AppOptions = {
  log: Log;
  host: string;
  publicUrl: string | undefined;
  trustedProxies?: readonly string[];
  signIn: (request: FastifyRequest) => Promise<Caller | null>;
  signInAgain: (caller: Caller) => Promise<Caller | null>;
  /** Told of each request that a caller has no access for, or made too many of, before it is answered. */
  onRefused?: (
    caller: Caller,
    refused: { method: string; route: string; reason: string; tooMany: boolean },
  ) => Promise<void>;
  admit: App['admit'];
  ending: AbortSignal;
  /** Compares each JSON reply with its row: on in tests, where a difference is a 500. */
  checkReplies: boolean;
  /** The built web app. */
  webFolder: string;
};

/**
 * The HTTP server without its routes. Each request meets, in this order: Host, Origin, sign-in, access, plan, limits (`bind.ts`),
 * size of the body, validation, handler.
 */
export async function createApp(options: AppOptions): Promise<App> {
  const logger: FastifyBaseLogger = options.log;
  const app: App = fastify({
    loggerInstance: logger,
    logController: new fastify.LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: limits.jsonBodyBytes,
    // From anybody else the header is what the client wishes: it would go around the limits of sign-in.
    trustProxy: options.trustedProxies?.length ? [...options.trustedProxies] : false,
    // Of the whole request; a form of many photos over a slow line takes its time. A body that stands still ends sooner: upload.ts.
    requestTimeout: 30 * 60_000,
    keepAliveTimeout: 65_000,
    forceCloseConnections: 'idle',
    http: {
      headersTimeout: 15_000,
      maxHeaderSize: 16 * 1024,
      connectionsCheckingInterval: 5_000,
      shouldUpgradeCallback: isUpgrade,
    },
    routerOptions: { maxParamLength: 500 },
    clientErrorHandler: answerBrokenRequest,
    frameworkErrors: sendProblem,
  });
  app.decorate('signIn', options.signIn);
  app.decorate('signInAgain', options.signInAgain);
  app.decorate('admit', options.admit);
  app.decorate('ending', options.ending);
  app.decorate('checkReplies', options.checkReplies);
  app.decorateRequest('caller', null);

  // Before our own hooks: it ends the socket of a refused upgrade only when it has seen the request first. A socket that
  // is left over belongs to nobody, and the server would wait for it when it closes.
  await app.register(websocket, { options: { maxPayload: 64 * 1024, perMessageDeflate: false } });
  const https = options.publicUrl?.startsWith('https:') ?? false;
  const guard = createGuard({ host: options.host, port: () => listeningPort(app), publicUrl: options.publicUrl });
  app.addHook('onRequest', async (request, reply) => {
    setSecurityHeaders(request, reply, https);
    reply.header('x-request-id', request.id);
    guard(request);
    if (options.ending.aborted) throw new Problem('shutting_down');
  });
  app.addHook('onResponse', async (request, reply) => {
    request.log.debug(
      {
        method: request.method,
        route: request.routeOptions.url,
        status: reply.statusCode,
        milliseconds: Math.round(reply.elapsedTime),
      },
      'answered',
    );
  });
  app.setErrorHandler(async (error, request, reply) => {
    const { caller } = request;
    const tooMany = error instanceof TooMany;
    if (caller !== null && error instanceof Problem && (tooMany || error.code === 'access_denied'))
      await options.onRefused?.(caller, {
        method: request.method,
        route: request.routeOptions.url ?? '',
        reason: tooMany ? error.code : error.message,
        tooMany,
      });
    return sendProblem(error, request, reply);
  });
  addJsonParser(app);
  addUploads(app);
  await app.register(cookie);
  app.setNotFoundHandler(createNotFound(await addWebApp(app, options.webFolder)));
  return app;
}

const socketPaths = new Set(
  allRoutes()
    .filter(({ route }) => 101 in route.replies)
    .map(({ route }) => route.path),
);

/** Everywhere else the header means nothing: curl, for one, sends it to ask for HTTP/2. */
function isUpgrade(request: IncomingMessage): boolean {
  const path = request.url?.split('?', 1)[0] ?? '';
  return request.headers.upgrade?.toLowerCase() === 'websocket' && socketPaths.has(path);
}

function listeningPort(app: App): number {
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}
