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

/**
 * A typed client of every route in the contract.
 * @example
 * const call = createClient({ baseUrl: 'http://127.0.0.1:8787', token });
 * const plugin = await call(pluginRoutes.get, { params: { id: 'exif-reader' } });
 * @throws Problem with the server's code for every answer that is not 2xx
 */
export function createClient(options: { baseUrl: string; token?: string; fetch?: typeof fetch }): Call {
  const send = options.fetch ?? fetch;
  return async function call(route, args) {
    // The arguments' types were checked by the signature; here only their presence matters.
    const given = (args ?? {}) as {
      params?: Record<string, unknown>;
      query?: Record<string, unknown>;
      body?: unknown;
      form?: FormData;
      signal?: AbortSignal;
    };
    const headers = new Headers();
    if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
    if (given.form === undefined && given.body !== undefined) headers.set('content-type', 'application/json');
    const response = await send(options.baseUrl + routeUrl(route, given.params, given.query), {
      method: route.method,
      headers,
      body: given.form ?? (given.body === undefined ? null : JSON.stringify(given.body)),
      ...(given.signal ? { signal: given.signal } : {}),
    });
    if (!response.ok) throw await problemOf(response);
    const type = response.headers.get('content-type') ?? '';
    // The contract says what each route answers; a JSON answer has the type of its row.
    if (response.status === 204) return null as RouteReply<typeof route>;
    return (type.startsWith('application/json') ? await response.json() : response) as RouteReply<typeof route>;
  };
}

/** The path of a route with its parameters and query filled in. */
export function routeUrl(route: Route, params?: Record<string, unknown>, query?: Record<string, unknown>): string {
  const path = route.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined) search.set(name, String(value));
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
