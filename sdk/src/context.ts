import type { Json } from '@proofpix/contract/json';

/**
 * What a plugin may do. Everything here is a message to the host, which checks the grant at every single call: without
 * it the call rejects with an error whose `code` is `permission_denied`.
 */
export type Context<Config = Json> = {
  /** The plugin itself. */
  readonly plugin: { readonly id: string; readonly version: string };
  /** The configuration with defaults filled in. Secrets (`writeOnly`) are opaque handles, never their text. */
  readonly config: Config;
  /** Lines in the installation's log; at most 200 a call, 8,192 characters each. */
  readonly log: Log;
  /** The one photo of this call. Needs `files`. */
  readonly files: Files;
  /** What the plugin remembers between calls, encrypted at rest, 5 MB. Needs `storage`. */
  readonly storage: Storage;
  /** Hashes, random and signatures. Needs `crypto`. */
  readonly crypto: Crypto;
  /** Requests to the hosts that the manifest names. Needs `http`. */
  readonly http: Http;
  /** Signed messages to the organisation's registered addresses. Needs `webhooks`. */
  readonly webhooks: Webhooks;
  /** The accounts that the organisation connected. Needs `oauth`. */
  readonly oauth: Oauth;
  /** What the plugin counts about itself. Needs `analytics`. */
  readonly analytics: Analytics;
  /** The organisation's security events. Needs `security`. */
  readonly security: Security;
  /**
   * Raises one of the plugin's own custom hooks in every plugin that implements it.
   * @param hook `<this plugin's id>:<name>`, declared in `customHooks`
   * @param payload JSON, at most 64 kB
   * @returns how many plugins it was delivered to
   * @example const { delivered } = await ctx.emit('plate-reader:plate', { text: 'B 123' });
   */
  emit(hook: string, payload: Json): Promise<{ delivered: number }>;
};

export type Log = {
  /** @example ctx.log.info('No GPS in this photo.'); */
  debug(...values: unknown[]): void;
  info(...values: unknown[]): void;
  warn(...values: unknown[]): void;
  error(...values: unknown[]): void;
};

export type Files = {
  /** Bytes in the photo; known without reading it. `null` in a call that has no photo. */
  readonly size: number | null;
  /**
   * A range of the photo. Only these bytes travel: read what you need, not the whole photo.
   * @param offset bytes from the start
   * @param length bytes, at most 4 MB
   * @param options.sha256 in `export:generate`: another photo or derived file that the report names
   * @returns shorter than `length` at the end of the file
   * @example const head = await ctx.files.read(0, 65_536);
   */
  read(offset: number, length: number, options?: { sha256?: string }): Promise<Uint8Array>;
  /**
   * Adds a derived file to the result. It never replaces the photo, and a name can be used once in a call.
   * @param name a relative path, at most 200 characters
   * @param bytes at most 32 MB; text is written as UTF-8
   * @example await ctx.files.write('heatmap.png', png);
   */
  write(name: string, bytes: Uint8Array | ArrayBuffer | string): Promise<void>;
};

export type Storage = {
  /** The value kept under a key, or null. */
  get(key: string): Promise<Json>;
  /** The value and its version, for a later `set` with `ifVersion`; version 0 stands for a key that is not there. */
  read(key: string): Promise<{ value: Json; version: number }>;
  /**
   * Keeps a JSON value (at most 256 kB) under a key (at most 256 characters).
   * @param options.ttlSeconds forgets it after this time
   * @param options.ifVersion keeps it only when the stored version is still this one (0: when there is none)
   * @returns the new version
   * @throws an error with the code `storage_quota` when the 5 MB are full, `storage_conflict` when the version is another
   * @example await ctx.storage.set('seen', { count: 3 }, { ttlSeconds: 86_400 });
   */
  set(key: string, value: Json, options?: { ttlSeconds?: number; ifVersion?: number }): Promise<number>;
  /** Forgets a key; tells whether it was there. */
  delete(key: string): Promise<boolean>;
  /**
   * The keys with a prefix, sorted, at most 1,000.
   * @param options.after the last key of the page before
   */
  list(prefix?: string, options?: { after?: string }): Promise<string[]>;
};

/**
 * Requests to other servers. Only over https, only to hosts in the manifest's `hosts` (`api.example.org`,
 * `*.example.org`, `example.org:8443`), only at public addresses; every redirect is checked in the same way. At most 6
 * at a time, 5 MB there, 10 MB back, 30 seconds, 5 redirects, and `requestsPerMinute` of the manifest.
 *
 * The handle of a secret (a `writeOnly` value of `ctx.config`) may stand in path, query, headers, body or `auth`, or be
 * the whole address: its text is filled in outside of the plugin. Not inside of base64 or a hash: use `auth` for basic
 * authentication. It is left out after a redirect to another origin. Answers that repeat the text come back with the
 * handle in its place, where they repeat it as it is, percent-encoded, as JSON or in base64, and it has 6 characters or more.
 *
 * Rejects with an error whose `code` is `http_blocked`, `http_failed`, `http_timeout`, `http_too_large`,
 * `host_call_limit` or `host_call_invalid`. An answer of any status resolves. `require('axios')` gives a part of axios
 * over the same host call.
 * @example const answer = await ctx.http.post('https://api.example.org/notes', { name: input.file.name });
 *   if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
 */
export type Http = {
  request(url: string, options?: HttpOptions & { method?: HttpMethod; body?: HttpBody }): Promise<HttpResponse>;
  request(options: HttpOptions & { url: string; method?: HttpMethod; body?: HttpBody }): Promise<HttpResponse>;
  get(url: string, options?: HttpOptions): Promise<HttpResponse>;
  head(url: string, options?: HttpOptions): Promise<HttpResponse>;
  delete(url: string, options?: HttpOptions & { body?: HttpBody }): Promise<HttpResponse>;
  post(url: string, body?: HttpBody, options?: HttpOptions): Promise<HttpResponse>;
  put(url: string, body?: HttpBody, options?: HttpOptions): Promise<HttpResponse>;
  patch(url: string, body?: HttpBody, options?: HttpOptions): Promise<HttpResponse>;
};

export type HttpMethod = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'OPTIONS';

/** Text and bytes are sent as they are, `URLSearchParams` as a form, everything else as JSON. */
export type HttpBody = string | Uint8Array | ArrayBuffer | URLSearchParams | Json | object;

export type HttpOptions = {
  headers?: { readonly [name: string]: string | readonly string[] } | readonly (readonly [string, string])[];
  /** Basic authentication; either may be the handle of a secret. */
  auth?: { username: string; password: string };
  /** Milliseconds for everything, redirects included; at most 30,000. */
  timeout?: number;
  /** 0 gives the redirect itself as the answer; 5 when left out. */
  maxRedirects?: number;
  /** At most 10 MB. */
  maxBytes?: number;
};

export type HttpResponse = {
  readonly status: number;
  readonly statusText: string;
  /** The status is 200 to 299. */
  readonly ok: boolean;
  /** After redirects. */
  readonly url: string;
  /** Lower-case names. Several of one name are joined by a comma. */
  readonly headers: { readonly [name: string]: string };
  bytes(): Uint8Array;
  /** As UTF-8. */
  text(): string;
  /** @throws SyntaxError where the body is not JSON */
  json(): Json;
};

export type Webhooks = {
  /**
   * Sends a message by the rules of Standard Webhooks. It is kept and tried again until the other side takes it.
   * @param type such as `photo.processed`: letters, digits and `_.:-`
   * @param data JSON, at most 64 kB
   * @param options.endpoint name of one registered address; all that take this type when left out
   * @throws an error with the code `webhook_not_sent` when no address takes it
   * @example await ctx.webhooks.send('photo.processed', { name: input.file.name });
   */
  send(type: string, data: Json, options?: { endpoint?: string }): Promise<{ id: string; endpoints: number }>;
};

export type Oauth = {
  /**
   * A short-lived access token; ask for it each time, the host renews it.
   * @throws an error with the code `oauth_not_connected` when nobody connected an account of this provider
   * @example const { accessToken } = await ctx.oauth.token('slack');
   */
  token(
    provider: string,
  ): Promise<{ accessToken: string; tokenType: string; expiresAt: string | null; scopes: string[] }>;
};

export type Analytics = {
  /** @example await ctx.analytics.count('photos-without-gps'); */
  count(name: string, by?: number): Promise<void>;
  time(name: string, milliseconds: number): Promise<void>;
  /** @example await ctx.analytics.track('camera', 'Nikon'); */
  track(name: string, value?: string): Promise<void>;
};

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export type SecurityEvent = {
  id: string;
  type: string;
  severity: Severity;
  title: string;
  detail: string;
  plugin: string;
  version: string;
  /** ISO 8601 */
  at: string;
};

export type Security = {
  /** @example await ctx.security.report({ severity: 'high', title: 'The photo carries a ZIP archive' }); */
  report(report: { severity: Severity; title: string; detail?: string; evidence?: Json }): Promise<void>;
  /**
   * Newest first, at most 100.
   * @param page.before id of the last event of the page before
   */
  events(page?: { limit?: number; before?: string }): Promise<SecurityEvent[]>;
};

export type SignatureAlgorithm =
  | 'ES256'
  | 'ES384'
  | 'ES512'
  | 'PS256'
  | 'PS384'
  | 'PS512'
  | 'RS256'
  | 'RS384'
  | 'RS512'
  | 'EdDSA';

export type HashAlgorithm = 'sha1' | 'sha256' | 'sha384' | 'sha512' | 'md5';
type Data = Uint8Array | ArrayBuffer | string;

export type Crypto = {
  /**
   * @returns lower-case hex
   * @example const hex = await ctx.crypto.hash('sha256', bytes);
   */
  hash(algorithm: HashAlgorithm, data: Data): Promise<string>;
  /** @returns lower-case hex */
  hmac(algorithm: HashAlgorithm, key: Data, data: Data): Promise<string>;
  /** @param length at most 65,536 */
  randomBytes(length: number): Uint8Array;
  randomUUID(): string;
  /**
   * AES-256-GCM.
   * @param key 32 bytes
   * @returns nonce (12 bytes), then ciphertext and tag
   */
  encrypt(key: Uint8Array, plain: Data, additional?: Data): Promise<Uint8Array>;
  /** Reverses `encrypt`. @throws when the key is another or a byte was changed */
  decrypt(key: Uint8Array, sealed: Uint8Array, additional?: Data): Promise<Uint8Array>;
  /** @param publicKey 32 raw bytes */
  verifyEd25519(publicKey: Uint8Array, signature: Uint8Array, data: Data): Promise<boolean>;
  /**
   * Whether a signature over the data was made with the key's private half. Whose key it is, is another question.
   * @param signature for `ES*` r and s side by side, as in COSE and JOSE; the salt of `PS*` is as long as the hash
   * @param publicKey SubjectPublicKeyInfo in DER: RSA of 2,048 to 8,192 bits, P-256, P-384, P-521 or Ed25519
   * @throws where the key is none of these, or not one of the algorithm
   * @example const fits = await ctx.crypto.verify({ algorithm: 'ES256', publicKey, signature, data });
   */
  verify(signed: {
    algorithm: SignatureAlgorithm;
    publicKey: Uint8Array;
    signature: Uint8Array;
    data: Data;
  }): Promise<boolean>;
  /**
   * Digest of the photo of this call, computed in the host without copying the photo.
   * @returns lower-case hex
   */
  digest(algorithm?: 'sha256' | 'sha512'): Promise<string>;
  /** Signs a statement about a SHA-256 digest with the organisation's evidence key (Ed25519). */
  attest(digest: string): Promise<{ statement: string; signature: string; publicKey: string }>;
};
