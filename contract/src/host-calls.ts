import { Type, type Static, type TSchema } from 'typebox';
import type { Permission } from './permissions.ts';
import { JsonValue } from './json.ts';
import { limits } from './limits.ts';

const closed = { additionalProperties: false };
const nothing = Type.Null();
const key = Type.String({ minLength: 1, maxLength: limits.storageKeyChars });

type HostCallRow = {
  /** The grant that is checked, in the host, at every single call. `null`: open to every plugin. */
  permission: Permission | null;
  summary: string;
  args: TSchema;
  result: TSchema;
  /** Which way raw bytes travel behind the JSON. */
  bytes: 'none' | 'to-host' | 'to-plugin';
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
    summary: "Reads a range of the run's one file. Shorter at the end of the file.",
    args: Type.Object(
      {
        offset: Type.Integer({ minimum: 0 }),
        length: Type.Integer({ minimum: 0, maximum: limits.readBytes }),
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
    summary: 'The value kept under a key, or null.',
    args: Type.Object({ key }, closed),
    result: Type.Object({ value: JsonValue }),
    bytes: 'none',
  },
  'storage.set': {
    permission: 'storage',
    summary: 'Keeps a value under a key, encrypted at rest.',
    args: Type.Object(
      { key, value: JsonValue, ttlSeconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 31_536_000 })) },
      closed,
    ),
    result: nothing,
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
    summary: 'The keys with a prefix, sorted, at most 1,000.',
    args: Type.Object({ prefix: Type.Optional(Type.String({ maxLength: limits.storageKeyChars })) }, closed),
    result: Type.Object({ keys: Type.Array(Type.String()) }),
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
} as const satisfies Record<string, HostCallRow>;

export type HostCallName = keyof typeof hostCalls;
export type HostCallArgs<Name extends HostCallName> = Static<(typeof hostCalls)[Name]['args']>;
export type HostCallResult<Name extends HostCallName> = Static<(typeof hostCalls)[Name]['result']>;

export const hostCallNames = Object.keys(hostCalls) as HostCallName[]; // keys of a constant object

export function isHostCall(name: string): name is HostCallName {
  return Object.hasOwn(hostCalls, name);
}
