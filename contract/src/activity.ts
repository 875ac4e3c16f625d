import { Type, type Static } from 'typebox';
import { PluginId } from './manifest.ts';

const Time = Type.String({ format: 'date-time' });
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** Hours that a page shows: the current one, which is still counted, and those before it. */
export const activityHours = 24;

const figures = {
  calls: Type.Integer(),
  errors: Type.Integer(),
  p95Milliseconds: NullableNumber,
};

const now = {
  running: Type.Boolean({ description: 'Whether a process of it runs at this moment; one that idles is ended' }),
  memoryBytes: Type.Union([Type.Integer(), Type.Null()], {
    description: 'Most that the running process held above an empty sandbox; null while none runs',
  }),
};

const hourly = Type.Array(Type.Integer(), { minItems: activityHours, maxItems: activityHours });

/** What the plugins of an organisation did in the last 24 hours: enough for a list with small charts. */
export const Activity = Type.Object(
  {
    from: Type.String({ format: 'date-time', description: 'Begin of the first hour' }),
    items: Type.Array(Type.Object({ plugin: PluginId, ...figures, ...now, callsByHour: hourly, errorsByHour: hourly })),
  },
  { title: 'Activity' },
);
export type Activity = Static<typeof Activity>;

export const PluginActivity = Type.Object(
  {
    plugin: PluginId,
    ...figures,
    ...now,
    hours: Type.Array(Type.Object({ hour: Time, ...figures }), { minItems: activityHours, maxItems: activityHours }),
  },
  { title: 'PluginActivity' },
);
export type PluginActivity = Static<typeof PluginActivity>;
