import { routes } from './routes.ts';
import { errors, Problem, type ErrorCode, type ProblemDocument } from './errors.ts';
import type { Route, RouteBody, RouteParams, RouteQuery, RouteReply } from './route.ts';

type Argument<Name extends string, Value> = undefined extends Value
  ? unknown
  : Partial<Value> extends Value
    ? { [key in Name]?: Value }
    : { [key in Name]: Value };

export type CallArguments<R extends Route> = Argument<'params', RouteParams<R>> &
  Argument<'query', RouteQuery<R>> &
  (R extends { multipart: object } ? { body?: RouteBody<R>; form?: FormData } : Argument<'body', RouteBody<R>>) & {
    signal?: AbortSignal;
  };

export type Call = <R extends Route>(route: R, args?: CallArguments<R>) => Promise<RouteReply<R>>;

/** What a sign-in gave a program, and each refresh after it: the refresh token works once. */
export type Tokens = { accessToken: string; refreshToken: string };

export type ClientOptions = {
  baseUrl: string;
  /** An API token, or an access token that nobody refreshes. */
  token?: string;
  /** Tokens of POST /api/auth/login, refreshed when the access token is over. One client alone may hold them. */
  tokens?: Tokens;
  /** Called with the next ones before they are used: whoever keeps them on disk writes them here. */
  onRefresh?: (tokens: Tokens) => void | Promise<void>;
  fetch?: typeof fetch;
};

/**
 * A typed client of every route in the contract.
 * @example
 * const call = createClient({ baseUrl: 'http://127.0.0.1:8787', token });
 * const plugin = await call(pluginRoutes.get, { params: { id: 'exif-reader' } });
 * @throws Problem with the server's code for every answer that is not 2xx
 */
export function createClient(options: ClientOptions): Call {
  const send = options.fetch ?? fetch;
  let { tokens } = options;
  let refreshing: Promise<void> | undefined;

  async function ask(route: Route, given: Given): Promise<Response> {
    const headers = new Headers();
    const token = tokens?.accessToken ?? options.token;
    if (token !== undefined) headers.set('authorization', `Bearer ${token}`);
    if (given.form === undefined && given.body !== undefined) headers.set('content-type', 'application/json');
    return send(options.baseUrl + routeUrl(route, given.params, given.query), {
      method: route.method,
      headers,
      body: given.form ?? (given.body === undefined ? null : JSON.stringify(given.body)),
      ...(given.signal ? { signal: given.signal } : {}),
    });
  }

  async function refresh({ refreshToken }: Tokens): Promise<void> {
    const { method, path } = routes.auth.refresh;
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ refreshToken });
    const response = await send(options.baseUrl + path, { method, headers, body });
    if (!response.ok) throw await problemOf(response);
    const next = (await response.json()) as Tokens; // the row says so
    tokens = { accessToken: next.accessToken, refreshToken: next.refreshToken };
    await options.onRefresh?.(tokens);
  }

  return async function call(route, args) {
    // The arguments' types were checked by the signature; here only their presence matters.
    const given = (args ?? {}) as Given;
    const used = tokens;
    let response = await ask(route, given);
    if (response.status === 401 && used !== undefined) {
      const problem = await problemOf(response);
      if (problem.code !== 'sign_in_required') throw problem;
      // Once for all calls that found out at the same time: a second refresh would look like a thief's.
      if (tokens === used) {
        refreshing ??= refresh(used).finally(() => {
          refreshing = undefined;
        });
      }
      await refreshing;
      response = await ask(route, given);
    }
    if (!response.ok) throw await problemOf(response);
    const type = response.headers.get('content-type') ?? '';
    // The contract says what each route answers; a JSON answer has the type of its row.
    if (response.status === 204) return null as RouteReply<typeof route>;
    return (type.startsWith('application/json') ? await response.json() : response) as RouteReply<typeof route>;
  };
}

type Given = {
  params?: Record<string, unknown>;
  query?: Record<string, unknown>;
  body?: unknown;
  form?: FormData;
  signal?: AbortSignal;
};

/** The path of a route with its parameters and query filled in. */
export function routeUrl(route: Route, params?: Record<string, unknown>, query?: Record<string, unknown>): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    for (const each of Array.isArray(value) ? value : [value]) {
      if (each !== undefined) search.append(name, String(each));
    }
  }
  return search.size > 0 ? `${path}?${search}` : path;
}

async function problemOf(response: Response): Promise<Problem> {
  const text = await response.text();
  try {
    const document = JSON.parse(text) as Partial<ProblemDocument>; // checked right below
    if (typeof document.code === 'string' && Object.hasOwn(errors, document.code)) {
      return new Problem(document.code as ErrorCode, document.detail, document.errors);
    }
  } catch {
    // Not a problem document: a proxy in between answered.
  }
  return new Problem('internal', `The server answered ${response.status}.`);
}
