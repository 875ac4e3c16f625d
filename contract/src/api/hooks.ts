import { Type } from 'typebox';
import { JsonValue } from '../json.ts';
import { PermissionName } from '../permissions.ts';
import { route } from '../route.ts';

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
};
