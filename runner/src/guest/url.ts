import type { UrlParts, WritableUrlPart } from '../computations.ts';
import { compute } from './bridge.ts';
import { parseJson, StringOf, TypeErrorOf } from './intrinsics.ts';
import { connectSearchParams, URLSearchParams } from './search-params.ts';

/** The web's URL. Parsing happens in the runner's own process, on strings. */
export class URL {
  #parts: UrlParts;
  #searchParams: URLSearchParams | undefined;

  constructor(input: unknown, base?: unknown) {
    const parts = parse(input, base);
    if (parts === undefined) {
      const error = new TypeErrorOf('Invalid URL') as TypeError & { code: string; input: string }; // both are added next
      error.code = 'ERR_INVALID_URL';
      error.input = StringOf(input);
      throw error;
    }
    this.#parts = parts;
  }

  static canParse(input: unknown, base?: unknown): boolean {
    return parse(input, base) !== undefined;
  }

  static parse(input: unknown, base?: unknown): URL | null {
    return URL.canParse(input, base) ? new URL(input, base) : null;
  }

  #set(part: WritableUrlPart, value: unknown): void {
    const json = compute('setUrl', this.#parts.href, part, StringOf(value));
    if (json === '') {
      if (part === 'href') throw new TypeErrorOf('Invalid URL');
      return;
    }
    this.#parts = parseJson(json) as UrlParts; // written by the runner
    this.#searchParams?.[connectSearchParams](undefined, this.#parts.search);
  }

  get href(): string {
    return this.#parts.href;
  }
  set href(value: unknown) {
    this.#set('href', value);
  }
  get origin(): string {
    return this.#parts.origin;
  }
  get protocol(): string {
    return this.#parts.protocol;
  }
  set protocol(value: unknown) {
    this.#set('protocol', value);
  }
  get username(): string {
    return this.#parts.username;
  }
  set username(value: unknown) {
    this.#set('username', value);
  }
  get password(): string {
    return this.#parts.password;
  }
  set password(value: unknown) {
    this.#set('password', value);
  }
  get host(): string {
    return this.#parts.host;
  }
  set host(value: unknown) {
    this.#set('host', value);
  }
  get hostname(): string {
    return this.#parts.hostname;
  }
  set hostname(value: unknown) {
    this.#set('hostname', value);
  }
  get port(): string {
    return this.#parts.port;
  }
  set port(value: unknown) {
    this.#set('port', value);
  }
  get pathname(): string {
    return this.#parts.pathname;
  }
  set pathname(value: unknown) {
    this.#set('pathname', value);
  }
  get search(): string {
    return this.#parts.search;
  }
  set search(value: unknown) {
    this.#set('search', value);
  }
  get hash(): string {
    return this.#parts.hash;
  }
  set hash(value: unknown) {
    this.#set('hash', value);
  }

  get searchParams(): URLSearchParams {
    if (this.#searchParams === undefined) {
      this.#searchParams = new URLSearchParams();
      this.#searchParams[connectSearchParams]((query) => {
        const json = compute('setUrl', this.#parts.href, 'search', query);
        this.#parts = parseJson(json) as UrlParts; // as above
      }, this.#parts.search);
    }
    return this.#searchParams;
  }

  toString(): string {
    return this.#parts.href;
  }

  toJSON(): string {
    return this.#parts.href;
  }
}

function parse(input: unknown, base: unknown): UrlParts | undefined {
  const json = compute('parseUrl', StringOf(input), base === undefined ? undefined : StringOf(base));
  return json === '' ? undefined : (parseJson(json) as UrlParts); // written by the runner
}
