import type { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { WebSocket } from 'ws';
import { plans, type Access, type Plan, type Role } from '@proofpix/contract/access';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import {
  Binary,
  EventStream,
  type Route,
  type RouteBody,
  type RouteParams,
  type RouteQuery,
} from '@proofpix/contract/route';
import { checksOf, isForm, type RowChecks } from './validate.ts';

/** Who sends a request: looked up anew for each one, so that a removed member's token stops at once. */
export type Caller = {
  userId: string;
  organisationId: string;
  role: Role;
  plan: Plan;
  access: ReadonlySet<Access>;
  /** The organisation's provider says who they are, of an account that is not the provider's: it changes nothing about it. */
  byProvider: boolean;
  /** Their organisation asks for a second factor, and until they have one their access is their own account. */
  secondFactorMissing: boolean;
  /** May create organisations on this server. A mark on the user, not a role. */
  operator: boolean;
  /** What the request is signed in with. */
  credential: 'cookie' | 'bearer' | 'api_token';
  credentialId: string;
  /** From where, and which request: for the audit trail. */
  address: string;
  requestId: string;
};

export type App = FastifyInstance;

declare module 'fastify' {
  interface FastifyInstance {
    /** The caller of a request by its bearer token or session cookie; null when it carries none that is valid. */
    signIn(request: FastifyRequest): Promise<Caller | null>;
    /** Who a caller is by now: for replies that outlive an access token. */
    signInAgain(caller: Caller): Promise<Caller | null>;
    /** Counts a request that may be made. @throws Problem rate_limited, monthly_limit_reached */
    admit(row: Route, request: FastifyRequest, reply: FastifyReply): Promise<void>;
    /** Aborted when the server begins to end: endless replies stop then. */
    ending: AbortSignal;
    /** Checks each JSON reply against its row: on in tests. */
    checkReplies: boolean;
  }
  interface FastifyRequest {
    caller: Caller | null;
  }
}

/** A client sees a download as a `Response`; the server gives bytes or a stream. */
type ReplyBody<Schema> = Schema extends TSchema
  ? [Static<Schema>] extends [Response]
    ? Readable | Uint8Array
    : Static<Schema>
  : never;

type Headers = Readonly<Record<string, string | string[]>>;

/** What a handler gives back: one of the row's replies. */
export type Answer<R extends Route> = {
  [Status in keyof R['replies'] & number]: [ReplyBody<R['replies'][Status]>] extends [null]
    ? { status: Status; body?: null; headers?: Headers }
    : { status: Status; body: ReplyBody<R['replies'][Status]>; headers?: Headers };
}[keyof R['replies'] & number];

type Given<R extends Route> = {
  params: RouteParams<R>;
  query: RouteQuery<R>;
  /** Null on rows that anyone may call. */
  caller: R['access'] extends 'public' ? null : Caller;
  request: FastifyRequest;
  /** Aborted when the client is gone or the server ends. */
  signal: AbortSignal;
};

export type Bound<R extends Route> = Given<R> & {
  /** Undefined where the row takes a form too and the request is one. */
  body: R extends { multipart: object } ? RouteBody<R> | undefined : RouteBody<R>;
  reply: FastifyReply;
};

/**
 * A conditional type on purpose: TypeScript resolves it for the row before it looks at the function, so that
 * `status: 200` in the function is checked as 200 and not as a number.
 */
export type Handler<R extends Route> = [R] extends [Route] ? (given: Bound<R>) => Promise<Answer<R>> : never;

/** Gives a row of the contract its handler. Sign-in, access, plan, limits and input are checked before it runs. */
export function bind<const R extends Route>(app: App, row: R, handler: Handler<R>): void {
  const checks = checksOf(row);
  app.route({
    method: row.method,
    url: row.path,
    bodyLimit: limits.jsonBodyBytes,
    // A HEAD of an endless stream would never end.
    exposeHeadRoute: row.method === 'GET' && !Object.values(row.replies).includes(EventStream),
    onRequest: async (request, reply) => {
      await authorise(app, row, request);
      await app.admit(row, request, reply);
      if (row.multipart !== undefined && row.body === undefined && !isForm(request)) throw new Problem('not_multipart');
    },
    handler: async (request, reply) => {
      const answer = await handler({
        ...given(app, row, checks, request, reply),
        body: checks.body(request),
        reply,
      } as Bound<R>); // the checks made each part the type that the row names
      return send(app, row, checks, reply, answer as AnyAnswer); // every member of the union has this shape
    },
  });
}

/** The same for a row that upgrades to a WebSocket. The checks run before the upgrade, so a refusal is an HTTP answer. */
export function bindSocket<const R extends Route>(
  app: App,
  row: R,
  handler: (given: Given<R> & { socket: WebSocket }) => void | Promise<void>,
): void {
  const checks = checksOf(row);
  app.route({
    method: 'GET',
    url: row.path,
    exposeHeadRoute: false,
    onRequest: async (request, reply) => {
      await authorise(app, row, request);
      await app.admit(row, request, reply);
    },
    handler: () => {
      throw new Problem('invalid_request', 'This address takes WebSocket connections.');
    },
    wsHandler: async (socket, request) => {
      const gone = new AbortController();
      socket.once('close', () => gone.abort());
      const signal = AbortSignal.any([gone.signal, app.ending]);
      signal.addEventListener('abort', () => socket.close(1001), { once: true });
      try {
        const { params, query } = { params: checks.params(request), query: checks.query(request) };
        await handler({ params, query, caller: request.caller, request, signal, socket } as Given<R> & {
          socket: WebSocket;
        }); // as above
      } catch (error) {
        request.log.error({ err: error }, 'a WebSocket handler failed');
        socket.close(1011);
      }
    },
  });
}

async function authorise(app: App, row: Route, request: FastifyRequest): Promise<void> {
  if (row.access === 'public') return;
  const caller = await app.signIn(request);
  if (caller === null) throw new Problem('sign_in_required');
  // Also of one who is refused: that is for the audit trail.
  request.caller = caller;
  if (caller.secondFactorMissing && row.access !== 'own-account') throw new Problem('second_factor_needed');
  if (!caller.access.has(row.access)) throw new Problem('access_denied', `It takes the access "${row.access}".`);
  if (plans.indexOf(caller.plan) < plans.indexOf(row.plan)) {
    throw new Problem('subscription_required', `It takes the plan "${row.plan}".`);
  }
}

function given(app: App, row: Route, checks: RowChecks, request: FastifyRequest, reply: FastifyReply) {
  let signal: AbortSignal | undefined;
  return {
    params: checks.params(request),
    query: checks.query(request),
    caller: request.caller,
    request,
    // Made when it is asked for: most handlers end before anybody can go away.
    get signal() {
      signal ??= AbortSignal.any([signalOf(reply), app.ending]);
      return signal;
    },
  };
}

function signalOf(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  if (reply.raw.destroyed) gone.abort();
  else reply.raw.once('close', () => gone.abort());
  return gone.signal;
}

type AnyAnswer = { status: number; body?: unknown; headers?: Headers };

function send(app: App, row: Route, checks: RowChecks, reply: FastifyReply, answer: AnyAnswer): FastifyReply {
  reply.code(answer.status);
  const schema = row.replies[answer.status];
  if (schema === Binary || schema === EventStream) {
    // What strangers made (photos, reports) must never run as a page of ours.
    reply.header('content-security-policy', "sandbox; default-src 'none'");
    reply.header('cache-control', 'private, no-store');
  } else if (app.checkReplies) {
    checks.reply(answer.status, answer.body);
  }
  if (answer.headers) reply.headers(answer.headers);
  return reply.send(answer.body ?? undefined);
}
