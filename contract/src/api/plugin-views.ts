import { Type } from 'typebox';
import { Activity, PluginActivity } from '../activity.ts';
import { PluginVulnerabilities } from '../dependencies.ts';
import { PackageInspection, PluginFootprint } from '../inspection.ts';
import { ScanProgress } from './jobs.ts';
import { JsonObject } from '../json.ts';
import { limits } from '../limits.ts';
import { PluginId } from '../manifest.ts';
import { FollowedSource } from '../source-schema.ts';
import { Binary, Cursor, page, route } from '../route.ts';
import { InstalledScan } from '../scan.ts';

const params = Type.Object({ id: PluginId });

const Time = Type.String({ format: 'date-time' });
const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));

export const PluginLogLine = Type.Object(
  { id: Type.String(), level: Type.Enum(['debug', 'info', 'warn', 'error']), message: Type.String(), at: Time },
  { title: 'PluginLogLine' },
);

const Watch = Type.String({
  format: 'uuid',
  description: 'Chosen by whoever asks: under it the progress can be read meanwhile',
});

/** What people look at before and after they decide on a plugin. */
export const pluginViewRoutes = {
  inspect: route({
    method: 'POST',
    path: '/api/plugins/inspect',
    summary:
      'Read a package, uploaded or of the marketplace, and say what installing it would mean, without installing it',
    access: 'plugins:manage',
    plan: 'free',
    multipart: {
      plugin: 'The package: ZIP or TAR.GZ, at most 50 MB',
      signature: 'The content of <file>.sig.json, where there is one',
    },
    body: Type.Object(
      {
        source: Type.Optional(FollowedSource),
        publisher: Type.String({ minLength: 1, maxLength: 100 }),
        pluginId: PluginId,
        version: Type.Optional(Type.String({ maxLength: 64 })),
      },
      { additionalProperties: false, description: 'A release of the marketplace' },
    ),
    query: Type.Object({ watch: Type.Optional(Watch) }),
    replies: { 200: PackageInspection },
    errors: [
      'file_missing',
      'package_too_large',
      'package_not_archive',
      'package_refused',
      'manifest_missing',
      'manifest_invalid',
      'main_missing',
      'package_not_scanned',
      'sandbox_busy',
      'release_not_found',
      'marketplace_unreachable',
      'marketplace_refused',
      'marketplace_outdated',
      'signature_invalid',
      'invalid_request',
    ],
  }),
  inspectionProgress: route({
    method: 'GET',
    path: '/api/plugins/inspect/progress',
    summary:
      'How far the reading of a package is, by the id that was sent along; null before and after, and on another server',
    access: 'plugins:manage',
    plan: 'free',
    query: Type.Object({ watch: Watch }),
    replies: { 200: Type.Object({ progress: Type.Union([ScanProgress, Type.Null()]) }) },
    errors: ['invalid_request'],
  }),
  scan: route({
    method: 'GET',
    path: '/api/plugins/:id/scan',
    summary: "Get what was found in an installed plugin's package, and what your organisation's rules make of it",
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: InstalledScan },
    errors: ['plugin_not_found'],
  }),
  icon: route({
    method: 'GET',
    path: '/api/plugins/:id/icon',
    summary: "Get a plugin's icon: PNG or SVG, in a sandbox of the browser",
    access: 'plugins:read',
    plan: 'free',
    params,
    query: Type.Object({
      v: Type.Optional(Type.String({ maxLength: 64, description: '`icon` of the plugin: lets browsers keep it' })),
    }),
    replies: { 200: Binary },
    errors: ['plugin_not_found', 'file_not_found'],
  }),
  signature: route({
    method: 'GET',
    path: '/api/plugins/:id/signature',
    summary: 'Get the file of signatures of an installed package, as it was given: what `proofpix verify` checks',
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: JsonObject },
    errors: ['plugin_not_found', 'file_not_found'],
  }),
  footprint: route({
    method: 'GET',
    path: '/api/plugins/:id/footprint',
    summary: 'Get what would go with a plugin when it is uninstalled',
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: PluginFootprint },
    errors: ['plugin_not_found'],
  }),
  sbom: route({
    method: 'GET',
    path: '/api/plugins/:id/sbom',
    summary: "Get a plugin's dependencies as a CycloneDX 1.6 document",
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: Binary },
    errors: ['plugin_not_found', 'file_not_found'],
  }),
  vulnerabilities: route({
    method: 'GET',
    path: '/api/plugins/:id/vulnerabilities',
    summary: "Get a plugin's dependencies with their licences and what is known against them",
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: PluginVulnerabilities },
    errors: ['plugin_not_found'],
  }),
  activity: route({
    method: 'GET',
    path: '/api/plugins/:id/activity',
    summary: "Get a plugin's calls of the last 24 hours, by hour",
    access: 'plugins:read',
    plan: 'free',
    params,
    replies: { 200: PluginActivity },
    errors: ['plugin_not_found'],
  }),
  logs: route({
    method: 'GET',
    path: '/api/plugins/:id/logs',
    summary: "List a plugin's log lines, newest first",
    access: 'plugins:read',
    plan: 'free',
    params,
    query: Type.Object({ cursor: Cursor, limit }),
    replies: { 200: page(PluginLogLine) },
    errors: ['plugin_not_found'],
  }),
};

/** Beside `/api/plugins/:id`, where it would hide a plugin of that id. */
export const activityRoutes = {
  list: route({
    method: 'GET',
    path: '/api/activity',
    summary: 'List what all installed plugins did in the last 24 hours, by hour',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: Activity },
    errors: [],
  }),
};
