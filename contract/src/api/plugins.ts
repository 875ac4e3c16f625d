import { Type, type Static } from 'typebox';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { Job } from './jobs.ts';
import { PermissionName } from '../permission-name.ts';
import { FollowedSource, PluginSource } from '../source-schema.ts';
import { Cursor, NoContent, page, route } from '../route.ts';
import { LimitInForce, PluginMetrics, PluginReceipt } from '../receipts.ts';
import { HookResult } from '../runs.ts';
import { ExportFormat, Manifest, PluginId } from '../manifest.ts';
import { SignatureMark } from '../trust.ts';

const Time = Type.String({ format: 'date-time' });
const NullableTime = Type.Union([Time, Type.Null()]);
const params = Type.Object({ id: PluginId });

/** `quarantined`: it did something hostile, and nothing of it runs until an admin releases it. */
export const PluginState = Type.Enum(['loaded', 'unloaded', 'failed', 'quarantined']);

/** Whether calls reach a loaded plugin. */
export const PluginCircuit = Type.Object(
  {
    state: Type.Enum(['closed', 'half-open', 'open', 'disabled'], {
      description:
        'open: it failed too often and rests; half-open: the next call decides; disabled: until somebody loads or releases it',
    }),
    reason: Type.Union([Type.String(), Type.Null()]),
    retryAt: NullableTime,
  },
  { title: 'PluginCircuit' },
);
export type PluginCircuit = Static<typeof PluginCircuit>;

/** A permission that the manifest asks for, and what an admin decided. `pending` blocks loading. */
export const PluginPermission = Type.Object({
  permission: PermissionName,
  decision: Type.Enum(['granted', 'refused', 'pending']),
  decidedAt: NullableTime,
});

/** A plugin installed in the caller's organisation. */
export const Plugin = Type.Object(
  {
    id: PluginId,
    publisher: Type.String(),
    source: PluginSource,
    name: Type.String(),
    version: Type.String(),
    description: Type.String(),
    author: Type.String(),
    type: Manifest.properties.type,
    category: Manifest.properties.category,
    state: PluginState,
    stateReason: Type.Union([Type.String(), Type.Null()]),
    circuit: PluginCircuit,
    development: Type.Boolean({
      description: 'Installed with content that may change under one version. Never publishable.',
    }),
    digest: Type.String({ description: 'Identity: SHA-256 of the canonical listing' }),
    archiveDigest: Type.String({ description: 'SHA-256 of the archive that is kept: the same files packed anew' }),
    size: Type.Integer({ description: 'Bytes of the files' }),
    icon: Type.Union([Type.String(), Type.Null()], { description: 'Changes with the icon; null without one' }),
    permissions: Type.Array(PluginPermission),
    hooks: Type.Array(Type.Object({ hook: Type.String(), priority: Type.Integer() })),
    hosts: Type.Array(Type.String()),
    exportFormats: Type.Array(ExportFormat),
    configurable: Type.Boolean({ description: 'Whether it has settings' }),
    warnings: Type.Array(Type.String()),
    signature: SignatureMark,
    killed: Type.Union([Type.String(), Type.Null()], {
      description: 'Why it is on the kill list; it cannot be loaded while the entry stands',
    }),
    denied: Type.Union([Type.String(), Type.Null()], {
      description: 'Why the policy of your organisation, or a stop of all plugins, keeps it from running',
    }),
    installedAt: Time,
    updatedAt: Time,
    loadedAt: NullableTime,
  },
  { title: 'Plugin' },
);
export type Plugin = Static<typeof Plugin>;

export const PluginEvent = Type.Object(
  {
    id: Type.String(),
    type: Type.String(),
    detail: JsonObject,
    actor: Type.Union([Type.String(), Type.Null()]),
    at: Time,
  },
  { title: 'PluginEvent' },
);

/** A plugin's configuration without its secrets. */
export const PluginConfig = Type.Object(
  {
    config: JsonObject,
    schema: Type.Union([JsonObject, Type.Null()]),
    secretsSet: Type.Array(Type.String({ description: 'JSON pointers of secrets that have a value' })),
    updatedAt: NullableTime,
  },
  { title: 'PluginConfig' },
);

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));
const paging = { cursor: Cursor, limit };
const Day = Type.Optional(Type.String({ format: 'date', description: 'UTC, YYYY-MM-DD' }));
const installErrors = [
  'file_missing',
  'package_too_large',
  'package_not_archive',
  'package_refused',
  'manifest_missing',
  'manifest_invalid',
  'main_missing',
  'package_not_scanned',
  'package_blocked',
  'package_review_needed',
  'sandbox_busy',
  'plugin_id_taken',
  'version_changed',
  'grants_missing',
  'grant_not_requested',
  'plugin_load_failed',
  'plugin_quarantined',
  'release_not_found',
  'marketplace_unreachable',
  'marketplace_refused',
  'marketplace_outdated',
  'signature_invalid',
  'signature_required',
  'package_killed',
  'policy_denied',
  'plugins_stopped',
  'version_pinned',
  'invalid_request',
] as const;

export const pluginRoutes = {
  list: route({
    method: 'GET',
    path: '/api/plugins',
    summary: 'List installed plugins',
    access: 'plugins:read',
    plan: 'free',
    query: Type.Object({
      ...paging,
      state: Type.Optional(PluginState),
      type: Type.Optional(Manifest.properties.type),
      category: Type.Optional(Manifest.properties.category),
      permission: Type.Optional(PermissionName),
      hook: Type.Optional(Type.String({ maxLength: 120 })),
      search: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    replies: { 200: page(Plugin) },
    errors: ['invalid_request'],
  }),
  install: route({
    method: 'POST',
    path: '/api/plugins/install',
    summary: 'Install a plugin from an uploaded package or from the marketplace',
    access: 'plugins:manage',
    plan: 'enterprise',
    limit: 'plugin-operation',
    multipart: {
      plugin: 'The package: ZIP or TAR.GZ, at most 50 MB',
      grants: 'Permissions to grant: a JSON list, names separated by commas, or "requested" for all that it asks for',
      refused: 'Permissions to refuse, in the same forms; what is named in neither waits for a decision',
      autoLoad: '"true" to load it at once',
      development: '"true" to allow other content under a version that is installed already',
      signature: 'The content of <file>.sig.json, where there is one',
      acceptReview: '"true" once you have looked at what was found in the package, where it asks for that',
    },
    body: Type.Object(
      {
        source: Type.Optional(FollowedSource),
        publisher: Type.String({ minLength: 1, maxLength: 100 }),
        pluginId: PluginId,
        version: Type.Optional(Type.String({ maxLength: 64 })),
        grants: Type.Optional(Type.Union([Type.Literal('requested'), Type.Array(PermissionName)])),
        refused: Type.Optional(Type.Array(PermissionName)),
        autoLoad: Type.Optional(Type.Boolean()),
        acceptReview: Type.Optional(Type.Boolean()),
      },
      { additionalProperties: false },
    ),
    replies: { 200: Plugin, 201: Plugin, 202: Job },
    errors: installErrors,
  }),
  get: route({
    method: 'GET',
    path: '/api/plugins/:id',
    summary: 'Get an installed plugin',
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: {
      200: Type.Object(
        {
          ...Plugin.properties,
          manifest: JsonObject,
          readme: Type.Union([Type.String(), Type.Null()]),
          limits: Type.Array(LimitInForce),
        },
        { title: 'PluginDetail' },
      ),
    },
    errors: ['plugin_not_found'],
  }),
  uninstall: route({
    method: 'DELETE',
    path: '/api/plugins/:id',
    summary: 'Uninstall a plugin with its settings, storage, metrics and logs',
    access: 'plugins:manage',
    plan: 'enterprise',
    limit: 'plugin-operation',
    params,
    replies: { 204: NoContent },
    errors: ['plugin_not_found'],
  }),
  load: route({
    method: 'POST',
    path: '/api/plugins/:id/load',
    summary: 'Load a plugin into its sandbox',
    access: 'plugins:manage',
    plan: 'enterprise',
    limit: 'plugin-operation',
    params,
    replies: { 200: Plugin },
    errors: [
      'plugin_not_found',
      'plugin_quarantined',
      'package_killed',
      'policy_denied',
      'plugins_stopped',
      'grants_missing',
      'plugin_load_failed',
      'plugin_timeout',
      'plugin_died',
    ],
  }),
  release: route({
    method: 'POST',
    path: '/api/plugins/:id/release',
    summary: 'Lift the quarantine of a plugin, which is unloaded then, or let one that rests be called at once',
    access: 'plugins:manage',
    plan: 'enterprise',
    params,
    body: Type.Object(
      { reason: Type.String({ minLength: 1, maxLength: 1_000, description: 'Why this is safe; kept with your name' }) },
      { additionalProperties: false },
    ),
    replies: { 200: Plugin },
    errors: ['plugin_not_found', 'invalid_request'],
  }),
  unload: route({
    method: 'POST',
    path: '/api/plugins/:id/unload',
    summary: 'Unload a plugin: cleanup, then its process ends',
    access: 'plugins:manage',
    plan: 'enterprise',
    limit: 'plugin-operation',
    params,
    replies: { 200: Plugin },
    errors: ['plugin_not_found'],
  }),
  getConfig: route({
    method: 'GET',
    path: '/api/plugins/:id/config',
    summary: "Get a plugin's configuration; secrets are left out",
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: PluginConfig },
    errors: ['plugin_not_found'],
  }),
  putConfig: route({
    method: 'PUT',
    path: '/api/plugins/:id/config',
    summary: "Replace a plugin's configuration; a secret that is left out keeps its value",
    access: 'plugins:manage',
    plan: 'enterprise',
    limit: 'plugin-operation',
    params,
    body: Type.Object({ config: JsonObject }, { additionalProperties: false }),
    replies: { 200: PluginConfig },
    errors: ['plugin_not_found', 'config_invalid'],
  }),
  putGrants: route({
    method: 'PUT',
    path: '/api/plugins/:id/grants',
    summary:
      'Decide on the permissions: granted, refused, and what is named in neither stays pending. Works from the next host call on',
    access: 'plugins:manage',
    plan: 'enterprise',
    params,
    body: Type.Object(
      { grants: Type.Array(PermissionName), refused: Type.Optional(Type.Array(PermissionName)) },
      { additionalProperties: false },
    ),
    replies: { 200: Plugin },
    errors: ['plugin_not_found', 'grant_not_requested', 'policy_denied'],
  }),
  putHooks: route({
    method: 'PUT',
    path: '/api/plugins/:id/hooks',
    summary: 'Set the priority of hooks: lower runs first',
    access: 'plugins:manage',
    plan: 'enterprise',
    params,
    body: Type.Object(
      {
        hooks: Type.Array(
          Type.Object({ hook: Type.String(), priority: Type.Integer({ minimum: 0, maximum: 1_000 }) }),
          { maxItems: 50 },
        ),
      },
      { additionalProperties: false },
    ),
    replies: { 200: Plugin },
    errors: ['plugin_not_found', 'hook_unknown'],
  }),
  metrics: route({
    method: 'GET',
    path: '/api/plugins/:id/metrics',
    summary: "Get what a plugin's calls took and used, measured from outside; of all time, or of some days",
    access: 'plugins:read',
    plan: 'free',
    params,
    query: Type.Object({ from: Day, to: Day }),
    replies: { 200: PluginMetrics },
    errors: ['plugin_not_found', 'invalid_request'],
  }),
  receipt: route({
    method: 'GET',
    path: '/api/plugins/:id/receipt',
    summary:
      'Get what a plugin cost and did, day by day, beside what it declared; the last 30 days when none are named',
    access: 'plugins:read',
    plan: 'free',
    params,
    query: Type.Object({ day: Day, from: Day, to: Day }),
    replies: { 200: PluginReceipt },
    errors: ['plugin_not_found', 'invalid_request'],
  }),
  events: route({
    method: 'GET',
    path: '/api/plugins/:id/events',
    summary: 'List what happened to a plugin, newest first; with security:read also what it did that was refused',
    access: 'plugins:read',
    plan: 'free',
    params,
    query: Type.Object(paging),
    replies: { 200: page(PluginEvent) },
    errors: ['plugin_not_found'],
  }),
  executeHook: route({
    method: 'POST',
    path: '/api/plugins/hooks/:hookName',
    summary:
      'Run one hook over the loaded plugins and wait for all results; events of the server take plugins:manage too',
    access: 'hooks:execute',
    plan: 'free',
    limit: 'hook',
    params: Type.Object({ hookName: Type.String({ maxLength: 120 }) }),
    body: Type.Object(
      {
        data: Type.Optional(JsonObject),
        fileId: Type.Optional(Type.String({ format: 'uuid' })),
        plugins: Type.Optional(Type.Array(PluginId, { maxItems: 100 })),
        options: Type.Optional(JsonObject),
      },
      { additionalProperties: false },
    ),
    multipart: {
      file: 'The photo, at most 200 MB',
      data: 'JSON object',
      plugins: 'Ids, separated by commas',
      options: 'JSON object',
    },
    replies: { 200: Type.Object({ results: Type.Array(HookResult) }) },
    errors: [
      'hook_unknown',
      'hook_input_invalid',
      'plugin_not_found',
      'plugin_not_loaded',
      'file_not_found',
      'file_too_large',
      'invalid_request',
    ],
  }),
};
