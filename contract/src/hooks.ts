import { Type, type Static, type TSchema } from 'typebox';
import type { Permission } from './permissions.ts';
import { Finding, Metadata, Question } from './findings.ts';
import { JsonObject } from './json.ts';

const closed = { additionalProperties: false };

/** The one file of a run, as a hook sees it. Its bytes are read with `ctx.files`. */
export const HookFile = Type.Object(
  {
    id: Type.String(),
    name: Type.String(),
    type: Type.String({ description: 'Media type, found from the content' }),
    size: Type.Integer({ minimum: 0, description: 'Bytes' }),
    sha256: Type.String({ description: 'Lower-case hex' }),
  },
  { title: 'HookFile' },
);
export type HookFile = Static<typeof HookFile>;

const options = Type.Optional(JsonObject);
const notification = Type.Union([Type.Null(), JsonObject]);
const event = Type.Object({ event: JsonObject });

type HookRow = {
  /** What a plugin must be granted to receive the hook. */
  permission: Permission;
  summary: string;
  input: TSchema;
  output: TSchema;
  /** Whether the hook works on a file, so that `ctx.files` is open in it. */
  file: boolean;
};

const Looked = Type.Optional(
  Type.Array(Question, {
    maxItems: 4,
    description:
      'The questions that it could look into in this photo, whatever it found: else its silence says nothing',
  }),
);

/** Every built-in hook. Custom hooks (`<plugin-id>:<name>`) come from manifests. */
export const hooks = {
  'file:uploaded': {
    permission: 'files',
    summary: 'A photo was received, before anything looked at it. A notification: what is returned is kept, not used.',
    input: Type.Object({ file: HookFile, run: Type.Object({ id: Type.String() }), options }),
    output: notification,
    file: true,
  },
  'file:process': {
    permission: 'files',
    summary: 'Reads a photo: gives metadata, findings, and derived files through `ctx.files.write`.',
    input: Type.Object({ file: HookFile, metadata: Metadata, options }),
    output: Type.Object(
      { metadata: Type.Optional(Metadata), findings: Type.Optional(Type.Array(Finding)), looked: Looked },
      closed,
    ),
    file: true,
  },
  'file:processed': {
    permission: 'files',
    summary: 'All plugins have read the photo. A notification.',
    input: Type.Object({ file: HookFile, run: Type.Object({ id: Type.String() }), options }),
    output: notification,
    file: true,
  },
  'data:analyze': {
    permission: 'analytics',
    summary: 'Judges the merged metadata and the findings so far: gives findings.',
    input: Type.Object({ file: HookFile, metadata: Metadata, findings: Type.Array(Finding), options }),
    output: Type.Object({ findings: Type.Optional(Type.Array(Finding)), looked: Looked }, closed),
    file: true,
  },
  'export:generate': {
    permission: 'files',
    summary: 'Writes the report of a run: output files through `ctx.files.write`.',
    input: Type.Object({ report: JsonObject, format: Type.String(), options }),
    output: notification,
    file: true,
  },
  'webhook:received': {
    permission: 'webhooks',
    summary: 'A signed message came in at a registered address.',
    input: event,
    output: notification,
    file: false,
  },
  'oauth:authorized': {
    permission: 'oauth',
    summary: 'A member connected an account of a provider.',
    input: event,
    output: notification,
    file: false,
  },
  'analytics:generated': {
    permission: 'analytics',
    summary: "The day's figures were rolled up.",
    input: event,
    output: notification,
    file: false,
  },
  'security:event': {
    permission: 'security',
    summary: 'A plugin did something refused or hostile in this organisation.',
    input: event,
    output: notification,
    file: false,
  },
  'data:erase': {
    permission: 'storage',
    summary:
      'A run, a photo, a person or the organisation was erased: forget what is stored under their ids. Sent again until it is answered without an error, five times at most.',
    input: event,
    output: notification,
    file: false,
  },
} as const satisfies Record<string, HookRow>;

export type HookName = keyof typeof hooks;
export type HookInput<Name extends HookName> = Static<(typeof hooks)[Name]['input']>;
export type HookOutput<Name extends HookName> = Static<(typeof hooks)[Name]['output']>;

export const hookNames = Object.keys(hooks) as HookName[]; // keys of a constant object

export function isBuiltInHook(name: string): name is HookName {
  return Object.hasOwn(hooks, name);
}

/** The hooks a run goes through, in order. */
export const runHooks = [
  'file:uploaded',
  'file:process',
  'file:processed',
  'data:analyze',
] as const satisfies HookName[];

/** Hooks run in this order of priority when the manifest names none: lower runs first. */
export const defaultPriority = 100;
