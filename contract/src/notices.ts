import { Type, type Static } from 'typebox';
import type { Access } from './access.ts';
import { violationSeverities } from './violations.ts';

const Time = Type.String({ format: 'date-time' });
const plugin = Type.String({ description: 'Id of the plugin' });

export const pluginChanges = ['installed', 'updated', 'uninstalled', 'state', 'grants', 'config', 'order'] as const;

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
    Type.Object(
      { type: Type.Literal('plugin:logged'), plugins: Type.Array(plugin) },
      { description: 'New log lines or events are written; told every two seconds at most' },
    ),
    Type.Object({
      type: Type.Literal('plugin:changed'),
      plugin,
      change: Type.Enum(pluginChanges, { description: 'What somebody did; order: of a hook that it implements' }),
    }),
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

/** Something new stands in the audit trail. What it is, is read from its route. */
export const AuditNotice = Type.Object({ type: Type.Literal('audit:recorded') }, { title: 'AuditNotice' });
export type AuditNotice = Static<typeof AuditNotice>;

export type Notice = PluginNotice | AuditNotice;

/** Who hears which notice. */
export const noticeAccess = {
  'plugin:quarantined': 'plugins:read',
  'plugin:released': 'plugins:read',
  'plugin:suspended': 'plugins:read',
  'plugin:resumed': 'plugins:read',
  'plugin:metrics': 'plugins:read',
  'plugin:logged': 'plugins:read',
  'plugin:changed': 'plugins:read',
  'security:event': 'security:read',
  'audit:recorded': 'audit:read',
} as const satisfies Record<Notice['type'], Access>;

export function isNotice(event: { type: string }): event is Notice {
  return Object.hasOwn(noticeAccess, event.type);
}
