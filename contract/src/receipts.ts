import { Type, type Static } from 'typebox';
import { manifestLimits } from './limits.ts';
import { PermissionName } from './permission-name.ts';
import { violationSeverities } from './violations.ts';

const Day = Type.String({ format: 'date', description: 'UTC' });
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);
const NullableInteger = Type.Union([Type.Integer(), Type.Null()]);

export const Traffic = Type.Record(
  Type.String(),
  Type.Object({ requests: Type.Integer(), bytesSent: Type.Integer(), bytesReceived: Type.Integer() }),
  { description: 'By host; the rest of a day that reached very many of them is under "other"' },
);
export type Traffic = Static<typeof Traffic>;

/** What a plugin cost and did in a span of time, measured from outside of it. */
export const Figures = Type.Object(
  {
    calls: Type.Integer(),
    errors: Type.Integer(),
    p50Milliseconds: NullableNumber,
    p95Milliseconds: NullableNumber,
    p99Milliseconds: NullableNumber,
    cpuSeconds: Type.Number(),
    memoryBytes: Type.Integer({ description: 'Most that it held above an empty sandbox, since the server started' }),
    deaths: Type.Integer(),
    hostCalls: Type.Integer(),
    byHostCall: Type.Record(Type.String(), Type.Integer()),
    bytesRead: Type.Integer(),
    bytesWritten: Type.Integer(),
    traffic: Traffic,
  },
  { title: 'Figures' },
);
export type Figures = Static<typeof Figures>;

const StorageBytes = Type.Integer({ description: 'What it keeps at this moment' });

/** Of all time, or of some days. */
export const PluginMetrics = Type.Object(
  {
    since: Type.String({ format: 'date-time' }),
    calls: Type.Integer(),
    errors: Type.Integer(),
    successRate: Type.Union([Type.Number(), Type.Null()], { description: '0 to 1; null before the first call' }),
    p50Milliseconds: NullableNumber,
    p95Milliseconds: NullableNumber,
    p99Milliseconds: NullableNumber,
    cpuMilliseconds: Type.Number({ description: "Processor time of the plugin's processes" }),
    cpuSeconds: Type.Number(),
    memoryBytes: Type.Integer({ description: 'Most that the plugin held above an empty sandbox' }),
    hostCalls: Type.Integer(),
    bytesRead: Type.Integer(),
    bytesWritten: Type.Integer(),
    deaths: Type.Integer({ description: 'How often its process was stopped or ended' }),
    byHostCall: Figures.properties.byHostCall,
    traffic: Traffic,
    storageBytes: StorageBytes,
    byHook: Type.Record(
      Type.String(),
      Type.Object({
        calls: Type.Integer(),
        errors: Type.Integer(),
        p50Milliseconds: Type.Number(),
        p95Milliseconds: Type.Number(),
        p99Milliseconds: Type.Number(),
      }),
    ),
  },
  { title: 'PluginMetrics' },
);
export type PluginMetrics = Static<typeof PluginMetrics>;

/** The limits that a manifest can ask for, in its units. */
export const limitNames = ['memory', 'timeout', 'cpu', 'requestsPerMinute'] as const;
export type LimitName = (typeof limitNames)[number];

/** One limit on its way: what the manifest asks for, what the organisation and the server allow, and what holds. */
export const LimitInForce = Type.Object(
  {
    limit: Type.Enum([...limitNames]),
    unit: Type.Enum(['MB', 'ms', 'requests per minute']),
    asked: Type.Union([Type.Integer(), Type.Null()], { description: 'Null: the usual one' }),
    usual: Type.Integer(),
    organisation: NullableInteger,
    server: Type.Integer(),
    inForce: Type.Integer({ description: 'For calls from now on; memory: from the next start of its process' }),
  },
  { title: 'LimitInForce' },
);
export type LimitInForce = Static<typeof LimitInForce>;

const bounded = ({ minimum, maximum }: { minimum: number; maximum: number }) =>
  Type.Optional(Type.Integer({ minimum, maximum }));

/** Limits that an organisation sets for all of its plugins; what is left out is the server's. */
export const OrganisationLimits = Type.Object(
  {
    memory: bounded(manifestLimits.memory),
    timeout: bounded(manifestLimits.timeout),
    cpu: bounded(manifestLimits.cpu),
    requestsPerMinute: bounded(manifestLimits.requestsPerMinute),
  },
  { additionalProperties: false, title: 'OrganisationLimits' },
);
export type OrganisationLimits = Static<typeof OrganisationLimits>;

const integers = {
  memory: Type.Integer(),
  timeout: Type.Integer(),
  cpu: Type.Integer(),
  requestsPerMinute: Type.Integer(),
};
export const OrganisationLimitsReply = Type.Object(
  {
    limits: OrganisationLimits,
    server: Type.Object(integers, { description: "The operator's own, which hold for everybody" }),
    updatedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  { title: 'OrganisationLimitsReply' },
);
export type OrganisationLimitsReply = Static<typeof OrganisationLimitsReply>;

/** Where a plugin did something else, or less, than it declared. */
export const ReceiptMark = Type.Object(
  {
    mark: Type.Enum(['permission-unused', 'permission-missing', 'host-unused', 'host-undeclared', 'limit-exceeded']),
    subject: Type.String({ description: 'A permission, a host, a limit' }),
    text: Type.String(),
  },
  { title: 'ReceiptMark' },
);
export type ReceiptMark = Static<typeof ReceiptMark>;

export const PluginReceipt = Type.Object(
  {
    plugin: Type.String(),
    version: Type.String({ description: 'The version that is installed now; the figures may be of older ones too' }),
    from: Day,
    to: Type.String({ format: 'date', description: 'UTC; this day is part of it' }),
    totals: Figures,
    days: Type.Array(Type.Object({ day: Day, ...Figures.properties }), {
      description: 'Days on which something happened, oldest first',
    }),
    storageBytes: StorageBytes,
    violations: Type.Array(
      Type.Object({ type: Type.String(), severity: Type.Enum(violationSeverities), count: Type.Integer() }),
    ),
    declared: Type.Object({
      permissions: Type.Array(
        Type.Object({
          permission: PermissionName,
          decision: Type.Enum(['granted', 'refused', 'pending']),
          used: Type.Boolean(),
        }),
      ),
      hosts: Type.Array(Type.Object({ host: Type.String(), requests: Type.Integer() })),
      limits: Type.Array(LimitInForce),
    }),
    marks: Type.Array(ReceiptMark),
  },
  { title: 'PluginReceipt' },
);
export type PluginReceipt = Static<typeof PluginReceipt>;
