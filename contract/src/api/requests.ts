import { Type, type Static } from 'typebox';
import { PluginId, Version } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { permissionNames } from '../permissions.ts';
import { Cursor, page, route } from '../route.ts';
import { limits } from '../limits.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Permissions = Type.Array(PermissionName, { maxItems: permissionNames.length });
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
const params = Type.Object({ id: Type.String({ format: 'uuid' }) });

/** What a member asks for, and what became of it. */
export const PluginRequest = Type.Object(
  {
    id: Type.String({ format: 'uuid' }),
    kind: Type.Enum(['install', 'permission', 'update']),
    plugin: PluginId,
    publisher: NullableText,
    version: NullableText,
    permissions: Type.Array(PermissionName),
    reason: Type.String(),
    state: Type.Enum(['waiting', 'approved', 'refused', 'expired']),
    requestedBy: NullableText,
    decidedBy: NullableText,
    decisionReason: NullableText,
    decidedAt: NullableTime,
    expiresAt: Type.Union([Time, Type.Null()], {
      description: 'Then what the approval gave is withdrawn; after an update the version before comes back',
    }),
    at: Time,
  },
  { title: 'PluginRequest' },
);
export type PluginRequest = Static<typeof PluginRequest>;

/** A release of the marketplace, or permissions of a plugin that is installed. */
export const NewPluginRequest = Type.Object(
  {
    kind: PluginRequest.properties.kind,
    pluginId: PluginId,
    publisher: Type.Optional(
      Type.String({ minLength: 1, maxLength: 100, description: 'Of what is to be installed or updated' }),
    ),
    version: Type.Optional(Version),
    permissions: Type.Optional(Permissions),
    reason: Reason,
  },
  { title: 'NewPluginRequest', ...closed },
);
export type NewPluginRequest = Static<typeof NewPluginRequest>;

export const requestRoutes = {
  list: route({
    method: 'GET',
    path: '/api/requests',
    summary: 'List what members ask for, newest first: your own, or all of them with policies:manage',
    access: 'plugins:read',
    plan: 'free',
    query: Type.Object({
      cursor: Cursor,
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault })),
      state: Type.Optional(PluginRequest.properties.state),
    }),
    replies: { 200: page(PluginRequest) },
    errors: ['invalid_request'],
  }),
  create: route({
    method: 'POST',
    path: '/api/requests',
    summary: 'Ask an admin for a plugin of the marketplace, a permission, or an update',
    access: 'plugins:read',
    plan: 'free',
    body: NewPluginRequest,
    replies: { 201: PluginRequest },
    errors: ['plugin_not_found', 'grant_not_requested', 'too_many_requests_waiting', 'invalid_request'],
  }),
  approve: route({
    method: 'POST',
    path: '/api/requests/:id/approve',
    summary:
      'Approve a request, wholly or for fewer permissions, and do what it asks for. With an end: then it is withdrawn',
    access: 'policies:manage',
    plan: 'enterprise',
    params,
    body: Type.Object(
      {
        reason: Reason,
        permissions: Type.Optional({ ...Permissions, description: 'Of those that were asked for; all, when left out' }),
        expiresAt: Type.Optional(Time),
      },
      closed,
    ),
    replies: { 200: PluginRequest },
    errors: [
      'request_not_found',
      'request_decided',
      'release_not_found',
      'marketplace_unreachable',
      'marketplace_refused',
      'marketplace_outdated',
      'plugin_not_found',
      'policy_denied',
      'plugins_stopped',
      'package_killed',
      'version_pinned',
      'invalid_request',
    ],
  }),
  refuse: route({
    method: 'POST',
    path: '/api/requests/:id/refuse',
    summary: 'Refuse a request, with the reason that whoever asked reads',
    access: 'policies:manage',
    plan: 'free',
    params,
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: PluginRequest },
    errors: ['request_not_found', 'request_decided', 'invalid_request'],
  }),
};
