// The part of axios' own interface that plugins use most, over the same host call as ctx.http. Not the library: its
// adapters, streams, cancel tokens and progress events need what a sandbox does not have.
import { codedError } from '../errors.ts';
import { decodeText, readHeaders, send, writeBody, type Incoming } from '../context/http.ts';
import { currentTarget } from '../log.ts';
import { URLSearchParams } from '../search-params.ts';

type HeaderValues = { [name: string]: unknown };
type Transform = (this: Config, data: unknown, headers: HeaderValues, status?: number) => unknown;

export type Config = {
  url?: string;
  method?: string;
  baseURL?: string;
  headers?: HeaderValues;
  params?: unknown;
  data?: unknown;
  timeout?: number;
  responseType?: 'json' | 'text' | 'arraybuffer';
  maxRedirects?: number;
  maxContentLength?: number;
  auth?: { username: string; password: string };
  validateStatus?: ((status: number) => boolean) | null;
  transformRequest?: Transform | Transform[];
  transformResponse?: Transform | Transform[];
};

export type Response = {
  data: unknown;
  status: number;
  statusText: string;
  headers: { [name: string]: string };
  config: Config;
  request: { responseURL: string };
};

type Fulfilled<Value> = (value: Value) => Value | Promise<Value>;
type Handler<Value> = { fulfilled?: Fulfilled<Value> | null; rejected?: ((error: unknown) => unknown) | null };

export class AxiosError extends Error {
  readonly isAxiosError = true;
  readonly code: string | undefined;
  readonly config: Config | undefined;
  readonly response: Response | undefined;
  readonly status: number | undefined;
  override cause: unknown;

  constructor(message: string, code?: string, config?: Config, _request?: unknown, response?: Response) {
    super(message);
    this.name = 'AxiosError';
    this.code = code;
    this.config = config;
    this.response = response;
    this.status = response?.status;
  }

  toJSON(): object {
    return { name: this.name, message: this.message, code: this.code, status: this.status ?? null };
  }

  static readonly ERR_BAD_REQUEST = 'ERR_BAD_REQUEST';
  static readonly ERR_BAD_RESPONSE = 'ERR_BAD_RESPONSE';
  static readonly ERR_NETWORK = 'ERR_NETWORK';
  static readonly ECONNABORTED = 'ECONNABORTED';
}

class Interceptors<Value> {
  readonly #handlers: (Handler<Value> | null)[] = [];

  use(fulfilled?: Fulfilled<Value> | null, rejected?: ((error: unknown) => unknown) | null): number {
    return this.#handlers.push({ fulfilled, rejected }) - 1;
  }
  eject(id: number): void {
    if (id in this.#handlers) this.#handlers[id] = null;
  }
  clear(): void {
    this.#handlers.length = 0;
  }
  chain(value: Promise<Value>, newestFirst: boolean): Promise<Value> {
    const handlers = this.#handlers.filter((handler) => handler !== null);
    for (const { fulfilled, rejected } of newestFirst ? handlers.toReversed() : handlers) {
      // What a rejection handler gives goes on as the value, as in axios.
      value = value.then(fulfilled ?? undefined, rejected as ((error: unknown) => Value) | undefined);
    }
    return value;
  }
}

const methods = ['get', 'delete', 'head', 'options', 'post', 'put', 'patch'] as const;
const withBody: readonly string[] = ['post', 'put', 'patch'];
const builtInDefaults: Config = {
  headers: { common: { Accept: 'application/json, text/plain, */*' } },
  timeout: 0,
  validateStatus: (status) => status >= 200 && status < 300,
};

/** What went wrong in the host, in the words of axios. */
const codes: { readonly [code: string]: string } = {
  http_timeout: AxiosError.ECONNABORTED,
  http_too_large: AxiosError.ERR_BAD_RESPONSE,
  host_call_invalid: AxiosError.ERR_BAD_REQUEST,
};

function createInstance(defaults: Config) {
  const interceptors = { request: new Interceptors<Config>(), response: new Interceptors<Response>() };

  async function request(first: string | Config, second: Config = {}): Promise<Response> {
    const given = typeof first === 'string' ? { ...second, url: first } : (first ?? {});
    const config = merge(defaults, given);
    const asked = interceptors.request.chain(Promise.resolve(config), true);
    return interceptors.response.chain(asked.then(perform), false);
  }

  const instance = Object.assign((first: string | Config, second?: Config) => request(first, second), {
    defaults,
    interceptors,
    request,
    getUri: (config: Config = {}) => addressOf(merge(defaults, config)),
    create: (config: Config = {}) => createInstance(merge(defaults, config)),
  });
  const shortcuts: { [name: string]: unknown } = {};
  for (const method of methods) {
    shortcuts[method] = withBody.includes(method)
      ? (url: string, data?: unknown, config: Config = {}) => request({ ...config, method, url, data })
      : (url: string, config: Config = {}) => request({ ...config, method, url });
  }
  return Object.assign(instance, shortcuts);
}

async function perform(config: Config): Promise<Response> {
  const method = (config.method ?? 'get').toLowerCase();
  const headers = flatHeaders(config.headers ?? {}, method);
  const data = transformed(config, config.transformRequest, config.data, headers);
  let incoming: Incoming;
  try {
    const target = currentTarget();
    if (target === undefined) throw codedError('call_ended', 'axios can be used only while a call is open.');
    const list = readHeaders(headers);
    const body = data === undefined ? undefined : writeBody(data, list, 'application/x-www-form-urlencoded');
    incoming = await send(
      { id: target.id, hostCalls: 0 },
      {
        method: method.toUpperCase(),
        url: addressOf(config),
        headers: list,
        body,
        auth: config.auth,
        timeout: positive(config.timeout),
        maxRedirects: config.maxRedirects,
        maxBytes: positive(config.maxContentLength),
        anyCall: true,
      },
    );
  } catch (error) {
    throw networkError(error, config);
  }
  const response: Response = {
    data: dataOf(incoming.body, config),
    status: incoming.status,
    statusText: incoming.statusText,
    headers: { ...incoming.headers },
    config,
    request: { responseURL: incoming.url },
  };
  response.data = transformed(config, config.transformResponse, response.data, response.headers, response.status);
  const { validateStatus } = config;
  if (typeof validateStatus !== 'function' || validateStatus(response.status)) return response;
  throw new AxiosError(
    `Request failed with status code ${response.status}`,
    response.status >= 500 ? AxiosError.ERR_BAD_RESPONSE : AxiosError.ERR_BAD_REQUEST,
    config,
    response.request,
    response,
  );
}

function networkError(error: unknown, config: Config): AxiosError {
  const { code, message } = error as { code?: unknown; message?: unknown }; // any error may be asked for both
  const failed = new AxiosError(String(message), codes[String(code)] ?? AxiosError.ERR_NETWORK, config);
  failed.cause = error;
  return failed;
}

function dataOf(body: Uint8Array, { responseType = 'json' }: Config): unknown {
  if (responseType === 'arraybuffer') return body;
  const text = decodeText(body);
  if (responseType === 'text') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // As in axios: what is not JSON is handed over as text.
    return text;
  }
}

function transformed(
  config: Config,
  transforms: Transform | Transform[] | undefined,
  data: unknown,
  headers: HeaderValues,
  status?: number,
): unknown {
  const list = transforms === undefined ? [] : Array.isArray(transforms) ? transforms : [transforms];
  return list.reduce((value, transform) => transform.call(config, value, headers, status), data);
}

/** Later ones win; headers are put together. */
function merge(defaults: Config, config: Config): Config {
  const given = Object.entries(config).filter(([, value]) => value !== undefined);
  const headers: HeaderValues = { ...defaults.headers };
  for (const [name, value] of Object.entries(config.headers ?? {})) {
    const before = headers[name];
    headers[name] = isGroup(before) && isGroup(value) ? { ...before, ...value } : value;
  }
  return { ...defaults, ...Object.fromEntries(given), headers };
}

/** `common` and the method's own group first, then what was named directly, whatever its letter case. */
function flatHeaders(headers: HeaderValues, method: string): HeaderValues {
  const groups = [headers['common'], headers[method]].filter(isGroup);
  const direct = Object.entries(headers).filter(([name, value]) => !isGroup(value) && name !== 'common');
  const found = new Map<string, [string, unknown]>();
  for (const [name, value] of [...groups.flatMap((group) => Object.entries(group)), ...direct]) {
    found.set(name.toLowerCase(), [name, value]);
  }
  return Object.fromEntries(found.values());
}

function isGroup(value: unknown): value is HeaderValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function addressOf({ url = '', baseURL = '', params }: Config): string {
  const absolute = /^([a-z][a-z\d+\-.]*:)?\/\//i.test(url);
  const address =
    absolute || baseURL === ''
      ? url
      : url === ''
        ? baseURL
        : `${baseURL.replace(/\/?\/$/, '')}/${url.replace(/^\/+/, '')}`;
  const query = queryOf(params);
  if (query === '') return address;
  const bare = address.replace(/#.*$/s, '');
  return `${bare}${bare.includes('?') ? '&' : '?'}${query}`;
}

function queryOf(params: unknown): string {
  if (params === undefined || params === null) return '';
  if (params instanceof URLSearchParams) return String(params);
  const pairs: string[] = [];
  const add = (name: string, value: unknown): void => {
    if (value === undefined || value === null) return;
    if (Array.isArray(value)) for (const one of value) add(`${name}[]`, one);
    else if (value instanceof Date) add(name, value.toISOString());
    else if (typeof value === 'object') {
      for (const [key, inner] of Object.entries(value)) add(`${name}[${key}]`, inner);
    } else pairs.push(`${encodeURIComponent(name)}=${encodeURIComponent(String(value))}`);
  };
  for (const [name, value] of Object.entries(params)) add(name, value);
  return pairs.join('&');
}

/** 0 and -1 mean no limit in axios: the host's own holds. */
function positive(value: number | undefined): number | undefined {
  return value !== undefined && value > 0 ? value : undefined;
}

const axios = Object.assign(createInstance(builtInDefaults), {
  AxiosError,
  isAxiosError: (value: unknown) =>
    typeof value === 'object' && value !== null && (value as { isAxiosError?: unknown }).isAxiosError === true,
  all: (promises: Iterable<unknown>) => Promise.all(promises),
  spread: (run: (...values: unknown[]) => unknown) => (values: unknown[]) => run(...values),
});

// Plugins write `import axios from 'axios'`, `require('axios')` and `require('axios').default`.
export default Object.assign(axios, { default: axios });
