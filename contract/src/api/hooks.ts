import { Type, type Static } from 'typebox';
import { JsonValue } from '../json.ts';
import { PluginId } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { route } from '../route.ts';

/** A plugin in the order of a hook, loaded or not: one that is stopped keeps its place. */
export const HookPlace = Type.Object(
  {
    plugin: PluginId,
    name: Type.String(),
    version: Type.String(),
    loaded: Type.Boolean(),
    priority: Type.Integer(),
    changed: Type.Boolean({ description: "Set by somebody; otherwise it is the manifest's own" }),
  },
  { title: 'HookPlace' },
);
export type HookPlace = Static<typeof HookPlace>;

/** A hook of the platform or of a plugin, with the loaded plugins that implement it in the order in which they run. */
export const Hook = Type.Object(
  {
    name: Type.String(),
    summary: Type.String(),
    permission: Type.Union([PermissionName, Type.Null()]),
    custom: Type.Boolean(),
    input: JsonValue,
    output: JsonValue,
    implementers: Type.Array(Type.Object({ plugin: Type.String(), version: Type.String(), priority: Type.Integer() })),
    order: Type.Array(HookPlace, { description: 'All installed plugins that implement it, in order' }),
  },
  { title: 'Hook' },
);

export const hookRoutes = {
  list: route({
    method: 'GET',
    path: '/api/hooks',
    summary: 'List every hook with its implementers in order',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Hook) }) },
    errors: [],
  }),
  putOrder: route({
    method: 'PUT',
    path: '/api/hooks/:name/order',
    summary: 'Set the order in which the plugins of a hook run, all at once',
    access: 'plugins:manage',
    plan: 'enterprise',
    params: Type.Object({ name: Type.String({ maxLength: 120 }) }),
    body: Type.Object(
      {
        order: Type.Union([Type.Array(PluginId, { maxItems: 1_000 }), Type.Null()], {
          description: 'Every installed plugin of the hook, once; null: back to what the manifests say',
        }),
      },
      { additionalProperties: false },
    ),
    replies: { 200: Type.Object({ order: Type.Array(HookPlace) }) },
    errors: ['hook_unknown', 'hook_order_outdated', 'invalid_request'],
  }),
};
