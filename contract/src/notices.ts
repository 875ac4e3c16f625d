import { Type, type Static } from 'typebox';
import type { Access } from './access.ts';
import { violationSeverities } from './violations.ts';

const Time = Type.String({ format: 'date-time' });
const plugin = Type.String({ description: 'Id of the plugin' });

/**
 * What happens to the plugins of an organisation: sent beside the RunEvents of `GET /api/events`, to those who may see
 * it. A notice says what changed; the state itself is read from its route.
 */
export const PluginNotice = Type.Union(
  [
    Type.Object({ type: Type.Literal('plugin:quarantined'), plugin, reason: Type.String() }),
    Type.Object({ type: Type.Literal('plugin:released'), plugin }),
    Type.Object({
      type: Type.Literal('plugin:suspended'),
      plugin,
      reason: Type.String(),
      retryAt: Type.Union([Time, Type.Null()], { description: 'Null: not before somebody loads or releases it' }),
    }),
    Type.Object({ type: Type.Literal('plugin:resumed'), plugin }),
    Type.Object({ type: Type.Literal('plugin:metrics'), plugins: Type.Array(plugin) }),
    Type.Object({
      type: Type.Literal('security:event'),
      plugin,
      violation: Type.String(),
      severity: Type.Enum(violationSeverities),
      title: Type.String(),
    }),
  ],
  { title: 'PluginNotice' },
);
export type PluginNotice = Static<typeof PluginNotice>;

/** Who hears which notice. */
export const noticeAccess = {
  'plugin:quarantined': 'plugins:read',
  'plugin:released': 'plugins:read',
  'plugin:suspended': 'plugins:read',
  'plugin:resumed': 'plugins:read',
  'plugin:metrics': 'plugins:read',
  'security:event': 'security:read',
} as const satisfies Record<PluginNotice['type'], Access>;

export function isPluginNotice(event: { type: string }): event is PluginNotice {
  return Object.hasOwn(noticeAccess, event.type);
}
