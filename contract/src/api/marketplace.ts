import { Type } from 'typebox';
import { limits } from '../limits.ts';
import { Manifest, PluginId } from '../manifest.ts';
import { PermissionName } from '../permissions.ts';
import { Cursor, page, route } from '../route.ts';

/** A plugin as the marketplace shows it. */
export const Listing = Type.Object(
  {
    source: Type.String(),
    publisher: Type.String(),
    pluginId: PluginId,
    name: Type.String(),
    version: Type.String(),
    description: Type.String(),
    type: Manifest.properties.type,
    category: Manifest.properties.category,
    permissions: Type.Array(PermissionName),
    hosts: Type.Array(Type.String()),
    keywords: Type.Array(Type.String()),
    license: Type.Union([Type.String(), Type.Null()]),
    featured: Type.Boolean(),
    downloads: Type.Integer(),
    installed: Type.Boolean({ description: "Whether the caller's organisation has it" }),
  },
  { title: 'Listing' },
);

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));

export const marketplaceRoutes = {
  featured: route({
    method: 'GET',
    path: '/api/plugins/marketplace/featured',
    summary: 'List featured plugins',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: Type.Object({ items: Type.Array(Listing) }) },
    errors: [],
  }),
  search: route({
    method: 'GET',
    path: '/api/plugins/marketplace/search',
    summary: 'Search the marketplace',
    access: 'plugins:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit,
      q: Type.Optional(Type.String({ maxLength: 200 })),
      category: Type.Optional(Manifest.properties.category),
      type: Type.Optional(Manifest.properties.type),
      permission: Type.Optional(PermissionName),
    }),
    replies: { 200: page(Listing) },
    errors: ['invalid_request'],
  }),
};
