import { Type, type Static } from 'typebox';
import { PluginId, Version } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { UpdateMode, UpdateRules } from '../policies.ts';
import { route } from '../route.ts';
import { Plugin } from './plugins.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const params = Type.Object({ id: PluginId });

/** A state of a plugin that was kept: its package, grants, configuration and everything it stored, at one moment. */
export const RestorePoint = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    reason: Type.Enum(['update', 'config', 'rollback'], { description: 'Before what it was taken' }),
    version: Type.String(),
    digest: Type.String(),
    permissions: Type.Array(PermissionName, { description: 'Granted at that time' }),
    configured: Type.Integer({ description: 'Settings that had a value, secrets included' }),
    values: Type.Integer({ description: 'Stored values' }),
    bytes: Type.Integer({ description: 'Of the stored values' }),
    at: Time,
    watchedUntil: Type.Union([Time, Type.Null()], {
      description: 'Until then the plugin goes back to it by itself when the newer version fails',
    }),
    obstacle: Type.Union([Type.Object({ code: Type.String(), message: Type.String() }), Type.Null()], {
      description: 'Why the plugin cannot be set back to it now',
    }),
  },
  { title: 'RestorePoint' },
);
export type RestorePoint = Static<typeof RestorePoint>;

/** How one plugin is updated. */
export const PluginUpdates = Type.Object(
  {
    mode: Type.Union([UpdateMode, Type.Null()], { description: "Null: the organisation's" }),
    pin: Type.Union([Version, Type.Null()], { description: 'Stays at exactly this version, whatever any rule says' }),
    organisation: UpdateRules,
    dangerous: Type.Union([Type.String(), Type.Null()], {
      description:
        'Why a newer version counts as a security fix; null where nothing is known against what is installed',
    }),
    newer: Type.Array(
      Type.Object({
        version: Type.String(),
        since: Time,
        installs: Type.Boolean({ description: 'By itself, at the next look' }),
        why: Type.String(),
      }),
      { description: 'Newer versions of the same source and publisher, newest first' },
    ),
    waiting: Type.Union(
      [
        Type.Object({
          version: Type.String(),
          permissions: Type.Array(PermissionName, { description: 'That somebody has to decide on first' }),
          message: Type.String(),
        }),
        Type.Null(),
      ],
      { description: 'An update that waits for a person, while the version before goes on' },
    ),
    wentBack: Type.Union(
      [Type.Object({ version: Type.String(), reason: Type.String(), at: NullableTime }), Type.Null()],
      {
        description: 'The version that failed last: it is not installed by itself again',
      },
    ),
  },
  { title: 'PluginUpdates' },
);
export type PluginUpdates = Static<typeof PluginUpdates>;

export const updateRoutes = {
  getUpdates: route({
    method: 'GET',
    path: '/api/plugins/:id/updates',
    summary: 'Get how a plugin is updated, which newer versions there are, and what happens with each',
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: PluginUpdates },
    errors: ['plugin_not_found'],
  }),
  putUpdates: route({
    method: 'PUT',
    path: '/api/plugins/:id/updates',
    summary: 'Set how a plugin is updated, or pin it to the version that is installed',
    access: 'policies:manage',
    plan: 'enterprise',
    params,
    body: Type.Object({ mode: PluginUpdates.properties.mode, pin: PluginUpdates.properties.pin }, closed),
    replies: { 200: PluginUpdates },
    errors: ['plugin_not_found', 'invalid_request'],
  }),
  restorePoints: route({
    method: 'GET',
    path: '/api/plugins/:id/restore-points',
    summary: 'List the states that a plugin can be set back to, newest first',
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: Type.Object({ items: Type.Array(RestorePoint) }) },
    errors: ['plugin_not_found'],
  }),
  rollback: route({
    method: 'POST',
    path: '/api/plugins/:id/rollback',
    summary:
      'Set a plugin back: package, grants, configuration and storage together. The state before is kept as a restore point',
    access: 'plugins:manage',
    plan: 'enterprise',
    params,
    body: Type.Object(
      {
        to: Type.String({ format: 'uuid', description: 'Id of the restore point' }),
        reason: Type.Optional(Type.String({ maxLength: 1_000, description: 'Kept with your name' })),
      },
      closed,
    ),
    replies: { 200: Plugin },
    errors: [
      'plugin_not_found',
      'restore_point_not_found',
      'package_killed',
      'policy_denied',
      'plugins_stopped',
      'version_pinned',
      'plugin_load_failed',
      'invalid_request',
    ],
  }),
};
