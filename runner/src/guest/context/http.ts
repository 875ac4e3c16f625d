import { limits } from '@proofpix/contract/limits';
import { compute } from '../bridge.ts';
import { bytesOf, bytesOfBuffer, encodeUtf8 } from '../bytes.ts';
import { codedError } from '../errors.ts';
import { callHost, type Caller } from '../host-calls.ts';
import {
  bareArray,
  dictionary,
  floor,
  freeze,
  isArray,
  keys,
  min,
  parseJson,
  sealed,
  StringOf,
} from '../intrinsics.ts';
import { URLSearchParams } from '../search-params.ts';
import { json, number, optional, text } from './arguments.ts';

export type Header = readonly [name: string, value: string];

/** One request as the host takes it. */
export type Outgoing = {
  method: string;
  url: string;
  headers: readonly Header[];
  body: Uint8Array | undefined;
  auth?: unknown;
  timeout?: unknown;
  maxRedirects?: unknown;
  maxBytes?: unknown;
  /** Made by a module that knows no call: it goes on while any call of the plugin is open. */
  anyCall?: boolean;
};

export type Incoming = {
  status: number;
  statusText: string;
  url: string;
  headers: { [name: string]: string };
  body: Uint8Array;
};

type Options = {
  method?: unknown;
  url?: unknown;
  headers?: unknown;
  body?: unknown;
  auth?: unknown;
  timeout?: unknown;
  maxRedirects?: unknown;
  maxBytes?: unknown;
};

export function createHttp(call: Caller): object {
  const request = async (
    method: unknown,
    url: unknown,
    options: Options = {},
    body = options.body,
  ): Promise<object> => {
    const headers = readHeaders(options.headers);
    const outgoing: Outgoing = {
      method: StringOf(method ?? 'GET').toUpperCase(),
      url: StringOf(url),
      body: writeBody(body, headers),
      headers,
      auth: options.auth,
      timeout: options.timeout,
      maxRedirects: options.maxRedirects,
      maxBytes: options.maxBytes,
    };
    return answerOf(await send(call, outgoing));
  };
  const without = (method: string) => sealed(async (url: unknown, options?: Options) => request(method, url, options));
  const withBody = (method: string) =>
    sealed(async (url: unknown, body?: unknown, options?: Options) => request(method, url, options, body));
  return freeze({
    request: sealed(async (url: unknown, options?: Options) =>
      typeof url === 'object' && url !== null && 'url' in url
        ? request((url as Options).method, (url as Options).url, url as Options)
        : request(options?.method, url, options),
    ),
    get: without('GET'),
    head: without('HEAD'),
    delete: without('DELETE'),
    post: withBody('POST'),
    put: withBody('PUT'),
    patch: withBody('PATCH'),
  });
}

/** Hands a request to the host, which decides; nothing is checked here but forms. */
export async function send(call: Caller, outgoing: Outgoing): Promise<Incoming> {
  const { body } = outgoing;
  if (body !== undefined && body.length > limits.httpRequestBytes) {
    throw codedError('http_too_large', `The body of a request can have ${limits.httpRequestBytes} bytes.`);
  }
  let pairs = '';
  for (let index = 0; index < outgoing.headers.length; index += 1) {
    const header = outgoing.headers[index] as Header; // within its length
    pairs += `${index === 0 ? '' : ','}[${text(header[0], 'A header')},${text(header[1], 'A header')}]`;
  }
  const rest =
    optional('timeoutMilliseconds', outgoing.timeout, atMost(limits.httpMilliseconds)) +
    optional('maxRedirects', outgoing.maxRedirects, atMost(limits.httpRedirects)) +
    optional('maxResponseBytes', outgoing.maxBytes, atMost(limits.httpResponseBytes)) +
    optional('auth', outgoing.auth, json) +
    (outgoing.anyCall === true ? ',"anyCall":true' : '');
  const head = `"method":${text(outgoing.method, 'The method')},"url":${text(outgoing.url, 'The address')}`;
  const args = `{${head},"headers":[${pairs}],"hasBody":${body !== undefined}${rest}}`;
  const { value, bytes } = await callHost(call, 'http.request', args, body);
  // The contract's result of this call.
  const answer = value as { status: number; statusText: string; url: string; headers: readonly Header[] };
  const headers = dictionary<string>();
  for (let index = 0; index < answer.headers.length; index += 1) {
    const header = answer.headers[index] as Header; // within its length
    const before = headers[header[0]];
    headers[header[0]] = before === undefined ? header[1] : `${before}, ${header[1]}`;
  }
  return { status: answer.status, statusText: answer.statusText, url: answer.url, headers, body: bytes };
}

/** More than there is is not an error: a library's own default may be higher. */
function atMost(most: number): (value: unknown, what: string) => number {
  return (value, what) => floor(min(number(value, what), most));
}

/** Names and values in turn, of an object or of pairs. A value may be a list: the header is then sent several times. */
export function readHeaders(given: unknown): Header[] {
  const found = bareArray<Header>();
  if (given === undefined || given === null) return found;
  if (typeof given !== 'object') throw codedError('host_call_invalid', 'Headers must be an object.');
  if (isArray(given)) {
    for (let index = 0; index < given.length; index += 1) {
      const pair: unknown = given[index];
      if (!isArray(pair)) throw codedError('host_call_invalid', 'Headers in a list must be pairs of name and value.');
      found[found.length] = [StringOf(pair[0]), StringOf(pair[1])];
    }
    return found;
  }
  const names = keys(given);
  for (let index = 0; index < names.length; index += 1) {
    const name = names[index] as string; // within its length
    const value = (given as { readonly [name: string]: unknown })[name]; // its own key
    if (value === undefined || value === null || value === false) continue;
    if (!isArray(value)) found[found.length] = [name, StringOf(value)];
    else for (let at = 0; at < value.length; at += 1) found[found.length] = [name, StringOf(value[at])];
  }
  return found;
}

export function hasHeader(headers: readonly Header[], name: string): boolean {
  for (let index = 0; index < headers.length; index += 1) {
    if ((headers[index] as Header)[0].toLowerCase() === name) return true; // within its length
  }
  return false;
}

/** The bytes of a body; adds its type where none is given. */
export function writeBody(
  body: unknown,
  headers: Header[],
  textType = 'text/plain;charset=UTF-8',
): Uint8Array | undefined {
  if (body === undefined || body === null) return undefined;
  let type = textType;
  let bytes = bytesOfBuffer(body);
  if (bytes !== undefined) {
    type = 'application/octet-stream';
  } else if (typeof body === 'string') {
    bytes = encodeUtf8(body);
  } else if (body instanceof URLSearchParams) {
    type = 'application/x-www-form-urlencoded;charset=UTF-8';
    bytes = bytesOf(StringOf(body), 'The body');
  } else {
    type = 'application/json';
    bytes = encodeUtf8(json(body, 'The body'));
  }
  if (!hasHeader(headers, 'content-type')) headers[headers.length] = ['content-type', type];
  return bytes;
}

export function decodeText(bytes: Uint8Array): string {
  return compute('decode', 'utf-8', false, false, bytes) ?? '';
}

function answerOf({ status, statusText, url, headers, body }: Incoming): object {
  return freeze({
    status,
    statusText,
    ok: status >= 200 && status < 300,
    url,
    headers: freeze(headers),
    bytes: sealed(() => body),
    text: sealed(() => decodeText(body)),
    json: sealed(() => parseJson(decodeText(body)) as unknown),
  });
}
