import { Type, type Static } from 'typebox';
import { PluginId } from '../manifest.ts';
import { route } from '../route.ts';

const Day = Type.String({ format: 'date', description: 'UTC' });
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** What a plugin counted about itself under one name on one day. */
export const AnalyticsItem = Type.Object(
  {
    day: Day,
    kind: Type.Enum(['count', 'time', 'track']),
    name: Type.String(),
    value: Type.String({ description: 'Of a tracked event; empty for counts and times' }),
    count: Type.Integer({ description: 'How often it was told' }),
    sum: Type.Number({ description: 'Of counts, and of milliseconds' }),
    minimum: NullableNumber,
    maximum: NullableNumber,
    p50Milliseconds: NullableNumber,
    p95Milliseconds: NullableNumber,
  },
  { title: 'AnalyticsItem' },
);
export type AnalyticsItem = Static<typeof AnalyticsItem>;

export const analyticsRoutes = {
  read: route({
    method: 'GET',
    path: '/api/plugins/:id/analytics',
    summary: 'Get what a plugin counted about itself, by day; at most 31 days at once, the last ones when left out',
    access: 'plugins:read',
    plan: 'free',
    params: Type.Object({ id: PluginId }),
    query: Type.Object({ from: Type.Optional(Day), to: Type.Optional(Day) }),
    replies: { 200: Type.Object({ from: Day, to: Day, items: Type.Array(AnalyticsItem) }) },
    errors: ['plugin_not_found', 'invalid_request'],
  }),
};
