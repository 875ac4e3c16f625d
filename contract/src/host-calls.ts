import { Type, type Static, type TSchema } from 'typebox';
import type { Permission } from './permissions.ts';
import { JsonObject, JsonValue } from './json.ts';
import { limits } from './limits.ts';
import { violationSeverities } from './violations.ts';

const closed = { additionalProperties: false };
const nothing = Type.Null();
const key = Type.String({ minLength: 1, maxLength: limits.storageKeyChars });
const name = Type.String({ minLength: 1, maxLength: limits.analyticsNameChars });
/** Counts the changes of a stored value; 0 stands for a key that is not there. */
const valueVersion = Type.Integer({ minimum: 0 });
const HeaderPair = Type.Tuple([Type.String({ maxLength: 200 }), Type.String({ maxLength: limits.httpHeaderBytes })]);

type HostCallRow = {
  /** The grant that is checked, in the host, at every single call. `null`: open to every plugin. */
  permission: Permission | null;
  summary: string;
  args: TSchema;
  result: TSchema;
  /** Which way raw bytes travel behind the JSON. */
  bytes: 'none' | 'to-host' | 'to-plugin' | 'both';
  /** No answer is sent and none is awaited. */
  oneWay?: true;
};

/** Every function that a plugin may call in the host. What is not a row here cannot be called. */
export const hostCalls = {
  log: {
    permission: null,
    summary: 'Writes a line into the log of the installation.',
    args: Type.Object(
      {
        level: Type.Enum(['debug', 'info', 'warn', 'error']),
        message: Type.String({ maxLength: limits.logMessageChars }),
      },
      closed,
    ),
    result: nothing,
    bytes: 'none',
    oneWay: true,
  },
  emit: {
    permission: null,
    summary: "Raises one of the plugin's own custom hooks; gives how many plugins it was delivered to.",
    args: Type.Object({ hook: Type.String({ maxLength: 120 }), payload: JsonValue }, closed),
    result: Type.Object({ delivered: Type.Integer() }),
    bytes: 'none',
  },
  'files.read': {
    permission: 'files',
    summary:
      "Reads a range of the run's one file; in export:generate of any photo or derived file of the report, named by its SHA-256. Shorter at the end of the file.",
    args: Type.Object(
      {
        offset: Type.Integer({ minimum: 0 }),
        length: Type.Integer({ minimum: 0, maximum: limits.readBytes }),
        sha256: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })),
      },
      closed,
    ),
    result: nothing,
    bytes: 'to-plugin',
  },
  'files.write': {
    permission: 'files',
    summary: 'Adds a derived file to the result. Never replaces the original; a name can be used once.',
    args: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
    result: nothing,
    bytes: 'to-host',
  },
  'storage.get': {
    permission: 'storage',
    summary: 'The value kept under a key and its version, or null and 0.',
    args: Type.Object({ key }, closed),
    result: Type.Object({ value: JsonValue, version: valueVersion }),
    bytes: 'none',
  },
  'storage.set': {
    permission: 'storage',
    summary: 'Keeps a value under a key, encrypted at rest; with `ifVersion` only when nobody changed it in between.',
    args: Type.Object(
      {
        key,
        value: JsonValue,
        ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })),
        ifVersion: Type.Optional(valueVersion),
      },
      closed,
    ),
    result: Type.Object({ version: valueVersion }),
    bytes: 'none',
  },
  'storage.delete': {
    permission: 'storage',
    summary: 'Forgets a key; tells whether it was there.',
    args: Type.Object({ key }, closed),
    result: Type.Object({ deleted: Type.Boolean() }),
    bytes: 'none',
  },
  'storage.list': {
    permission: 'storage',
    summary: 'The keys with a prefix that come after `after`, sorted, at most 1,000; tells whether there are more.',
    args: Type.Object(
      {
        prefix: Type.Optional(Type.String({ maxLength: limits.storageKeyChars })),
        after: Type.Optional(Type.String({ maxLength: limits.storageKeyChars })),
      },
      closed,
    ),
    result: Type.Object({ keys: Type.Array(Type.String()), more: Type.Boolean() }),
    bytes: 'none',
  },
  'crypto.digest': {
    permission: 'crypto',
    summary: "Digest of the run's one file, computed in the host without copying it into the plugin.",
    args: Type.Object({ algorithm: Type.Enum(['sha256', 'sha512']) }, closed),
    result: Type.Object({ hex: Type.String() }),
    bytes: 'none',
  },
  'crypto.attest': {
    permission: 'crypto',
    summary: "Signs a statement about a SHA-256 digest with the organisation's evidence key (Ed25519).",
    args: Type.Object({ digest: Type.String({ pattern: '^[0-9a-f]{64}$' }) }, closed),
    result: Type.Object({
      statement: Type.String({ description: 'The signed text, exactly' }),
      signature: Type.String({ description: 'base64' }),
      publicKey: Type.String({ description: 'SPKI, base64' }),
    }),
    bytes: 'none',
  },
  'http.request': {
    permission: 'http',
    summary: 'Sends a request to a granted host at a public address. Handles of secrets in it are replaced here.',
    args: Type.Object(
      {
        method: Type.Enum(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']),
        url: Type.String({ minLength: 1, maxLength: limits.httpUrlChars }),
        headers: Type.Array(HeaderPair, { maxItems: limits.httpHeaders }),
        timeoutMilliseconds: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.httpMilliseconds })),
        maxRedirects: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.httpRedirects })),
        maxResponseBytes: Type.Optional(Type.Integer({ minimum: 0, maximum: limits.httpResponseBytes })),
        /** For basic authentication: the header is made here, so that either may be the handle of a secret. */
        auth: Type.Optional(
          Type.Object(
            { username: Type.String({ maxLength: 1_000 }), password: Type.String({ maxLength: 4_096 }) },
            closed,
          ),
        ),
        /** Made by a module that knows no call (axios): it goes on while any call of the plugin is open. */
        anyCall: Type.Optional(Type.Literal(true)),
        /** The raw bytes behind the frame are the body; false stands for none, which an empty one is not. */
        hasBody: Type.Boolean(),
      },
      closed,
    ),
    result: Type.Object({
      status: Type.Integer(),
      statusText: Type.String(),
      headers: Type.Array(HeaderPair, { description: 'Lower-case names, in the order in which they came' }),
      url: Type.String({ description: 'After redirects' }),
    }),
    bytes: 'both',
  },
  'webhooks.send': {
    permission: 'webhooks',
    summary:
      "Sends a signed message to the organisation's registered addresses; it is kept and tried again until taken.",
    args: Type.Object(
      {
        type: Type.String({ pattern: '^[a-zA-Z0-9_.:-]{1,100}$' }),
        data: JsonValue,
        /** Name of one registered address; all that take this type when left out. */
        endpoint: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
      },
      closed,
    ),
    result: Type.Object({ id: Type.String(), endpoints: Type.Integer({ description: 'How many it is sent to' }) }),
    bytes: 'none',
  },
  'oauth.token': {
    permission: 'oauth',
    summary: "A short-lived access token of the organisation's account at a provider. The refresh token stays here.",
    args: Type.Object({ provider: Type.String({ pattern: '^[a-z0-9-]{1,50}$' }) }, closed),
    result: Type.Object({
      accessToken: Type.String(),
      tokenType: Type.String(),
      expiresAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
      scopes: Type.Array(Type.String()),
    }),
    bytes: 'none',
  },
  'analytics.count': {
    permission: 'analytics',
    summary: 'Adds to a counter of the plugin.',
    args: Type.Object({ name, by: Type.Optional(Type.Number({ minimum: -1e12, maximum: 1e12 })) }, closed),
    result: nothing,
    bytes: 'none',
  },
  'analytics.time': {
    permission: 'analytics',
    summary: 'Notes how long something took.',
    args: Type.Object({ name, milliseconds: Type.Number({ minimum: 0, maximum: 86_400_000 }) }, closed),
    result: nothing,
    bytes: 'none',
  },
  'analytics.track': {
    permission: 'analytics',
    summary: 'Counts an event by one property, such as a kind of camera.',
    args: Type.Object({ name, value: Type.Optional(Type.String({ maxLength: 200 })) }, closed),
    result: nothing,
    bytes: 'none',
  },
  'security.report': {
    permission: 'security',
    summary: 'Reports something to the security events of the organisation.',
    args: Type.Object(
      {
        severity: Type.Enum(violationSeverities),
        title: Type.String({ minLength: 1, maxLength: 200 }),
        detail: Type.Optional(Type.String({ maxLength: 2_000 })),
        evidence: Type.Optional(JsonObject),
      },
      closed,
    ),
    result: nothing,
    bytes: 'none',
  },
  'security.events': {
    permission: 'security',
    summary: "The organisation's newest security events.",
    args: Type.Object(
      {
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.securityEventsListed })),
        before: Type.Optional(Type.String({ maxLength: 100, description: 'Id of the last event of the page before' })),
      },
      closed,
    ),
    result: Type.Object({
      events: Type.Array(
        Type.Object({
          id: Type.String(),
          type: Type.String(),
          severity: Type.Enum(violationSeverities),
          title: Type.String(),
          detail: Type.String(),
          plugin: Type.String(),
          version: Type.String(),
          at: Type.String({ format: 'date-time' }),
        }),
      ),
    }),
    bytes: 'none',
  },
} as const satisfies Record<string, HostCallRow>;

export type HostCallName = keyof typeof hostCalls;
export type HostCallArgs<Name extends HostCallName> = Static<(typeof hostCalls)[Name]['args']>;
export type HostCallResult<Name extends HostCallName> = Static<(typeof hostCalls)[Name]['result']>;

export const hostCallNames = Object.keys(hostCalls) as HostCallName[]; // keys of a constant object

export function isHostCall(name: string): name is HostCallName {
  return Object.hasOwn(hostCalls, name);
}
