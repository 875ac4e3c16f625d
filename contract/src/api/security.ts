import { Type, type Static } from 'typebox';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { Cursor, page, route } from '../route.ts';
import { violationSeverities, violationTypes } from '../violations.ts';

const Time = Type.String({ format: 'date-time' });
const Day = Type.String({ format: 'date', description: 'UTC' });
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Severity = Type.Enum(violationSeverities);

/** A refused or hostile act of a plugin, or what a plugin with the permission reported. */
export const SecurityEvent = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    type: Type.String({ description: 'See contract/src/violations.ts' }),
    severity: Severity,
    title: Type.String(),
    detail: Type.String(),
    evidence: JsonObject,
    count: Type.Integer({ description: 'How often the same happened within a minute' }),
    plugin: Type.String(),
    version: Type.String(),
    digest: Type.String({ description: 'Identity of the package that did it' }),
    installed: Type.Boolean({ description: 'False once the plugin was uninstalled' }),
    at: Time,
  },
  { title: 'SecurityEvent' },
);
export type SecurityEvent = Static<typeof SecurityEvent>;

const counts = { low: Type.Integer(), medium: Type.Integer(), high: Type.Integer(), critical: Type.Integer() };

/** What an admin looks at first: the last 30 days, and what is locked at the moment. */
export const SecuritySummary = Type.Object(
  {
    days: Type.Array(Type.Object({ day: Day, ...counts }), { description: '30 days, oldest first' }),
    totals: Type.Object(counts),
    circuits: Type.Array(
      Type.Object({
        plugin: PluginId,
        name: Type.String(),
        reason: NullableText,
        retryAt: Type.Union([Time, Type.Null()], { description: 'Null: not before somebody loads or releases it' }),
      }),
      { description: 'Plugins that failed too often and rest' },
    ),
    quarantined: Type.Array(
      Type.Object({ plugin: PluginId, name: Type.String(), version: Type.String(), reason: NullableText }),
    ),
  },
  { title: 'SecuritySummary' },
);
export type SecuritySummary = Static<typeof SecuritySummary>;

export const securityRoutes = {
  events: route({
    method: 'GET',
    path: '/api/security/events',
    summary: 'List what plugins did that was refused or hostile, newest first',
    access: 'security:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
      severity: Type.Optional(Severity),
      type: Type.Optional(Type.Enum(violationTypes)),
      plugin: Type.Optional(PluginId),
      from: Type.Optional(Type.String({ format: 'date-time', description: 'Not before' })),
      to: Type.Optional(Type.String({ format: 'date-time', description: 'Before' })),
    }),
    replies: { 200: page(SecurityEvent) },
    errors: ['invalid_request'],
  }),
  summary: route({
    method: 'GET',
    path: '/api/security/summary',
    summary: 'Get counts by severity and day, the plugins that rest and those in quarantine',
    access: 'security:read',
    plan: 'free',
    replies: { 200: SecuritySummary },
    errors: [],
  }),
};
