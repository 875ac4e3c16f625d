import { Type, type Static } from 'typebox';
import { Manifest, PluginId, Version } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { FollowedSource } from '../source-schema.ts';
import { releaseChannels } from '../publishing.ts';
import { Binary, route } from '../route.ts';
import { ScanVerdict } from '../scan.ts';
import { PublisherName } from '../trust.ts';
import { PublisherProfile } from './publishers.ts';

const closed = { additionalProperties: false } as const;
const Time = Type.String({ format: 'date-time' });
const NullableText = Type.Union([Type.String(), Type.Null()]);
const Reason = Type.String({ minLength: 1, maxLength: 1_000 });
const pluginParams = { publisher: PublisherName, plugin: PluginId };
export const releaseParams = Type.Object({ ...pluginParams, version: Version });

/** A published version. It never changes; only what is thought of it does. */
export const Release = Type.Object(
  {
    version: Version,
    channel: Type.Enum([...releaseChannels]),
    digest: Type.String({ description: 'Identity: SHA-256 of the canonical listing' }),
    size: Type.Integer({ description: 'Bytes of the archive' }),
    permissions: Type.Array(PermissionName),
    hosts: Type.Array(Type.String()),
    verdict: ScanVerdict,
    approvedBy: Type.Enum(['people', 'rules']),
    changelog: NullableText,
    releasedAt: Time,
    yanked: Type.Union(
      [
        Type.Object({
          at: Time,
          reason: Type.String(),
          safe: Type.Union([Version, Type.Null()], {
            description: 'The nearest version that is neither yanked nor killed',
          }),
        }),
        Type.Null(),
      ],
      { description: 'No longer offered; where it is installed it goes on, with a warning' },
    ),
    deprecated: Type.Union([Type.Object({ at: Time, reason: Type.String() }), Type.Null()]),
    killed: Type.Union([Type.String(), Type.Null()], { description: 'The kill list ends it everywhere, and why' }),
  },
  { title: 'Release' },
);
export type Release = Static<typeof Release>;

/** The page of a plugin in the marketplace. */
export const PluginListing = Type.Object(
  {
    source: Type.String({ description: 'marketplace, or marketplace:<host> for one of another server' }),
    publisher: PublisherProfile,
    plugin: PluginId,
    name: Type.String(),
    description: Type.String(),
    type: Manifest.properties.type,
    category: Manifest.properties.category,
    keywords: Type.Array(Type.String()),
    license: NullableText,
    homepage: NullableText,
    readme: NullableText,
    offered: Type.Union([Version, Type.Null()], { description: 'The newest version that this server would install' }),
    releases: Type.Array(Release, { description: 'The newest first' }),
  },
  { title: 'PluginListing' },
);
export type PluginListing = Static<typeof PluginListing>;

const owned = { access: 'publishing:manage', plan: 'free' } as const;

export const releaseRoutes = {
  listing: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin',
    summary: 'Get the page of a plugin in the marketplace, with all its releases',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params: Type.Object(pluginParams),
    query: Type.Object({ source: Type.Optional(FollowedSource) }),
    replies: { 200: PluginListing },
    errors: ['release_not_found', 'invalid_request'],
  }),
  archive: route({
    method: 'GET',
    path: '/api/marketplace/archives/:digest',
    summary: 'Download the archive of a release, for anybody: other servers use this marketplace',
    access: 'public',
    plan: 'free',
    limit: 'catalog',
    params: Type.Object({
      digest: Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256 of the archive, as the catalog has it' }),
    }),
    replies: { 200: Binary },
    errors: ['release_not_found', 'package_killed'],
  }),
  yank: route({
    method: 'POST',
    path: '/api/marketplace/plugins/:publisher/:plugin/releases/:version/yank',
    summary: 'Offer a release no longer, with the reason that its users read; a null reason offers it again',
    ...owned,
    params: releaseParams,
    body: Type.Object({ reason: Type.Union([Reason, Type.Null()]) }, closed),
    replies: { 200: Release },
    errors: ['release_not_found', 'invalid_request'],
  }),
  deprecate: route({
    method: 'POST',
    path: '/api/marketplace/plugins/:publisher/:plugin/releases/:version/deprecate',
    summary: 'Advise against a release, with the reason; a null reason takes it back',
    ...owned,
    params: releaseParams,
    body: Type.Object({ reason: Type.Union([Reason, Type.Null()]) }, closed),
    replies: { 200: Release },
    errors: ['release_not_found', 'invalid_request'],
  }),
  kill: route({
    method: 'POST',
    path: '/api/marketplace/plugins/:publisher/:plugin/releases/:version/kill',
    summary: 'End a release of yours everywhere within five seconds. Only the operator of the marketplace can lift it',
    ...owned,
    params: releaseParams,
    body: Type.Object({ reason: Reason }, closed),
    replies: { 200: Release },
    errors: ['release_not_found', 'kill_entry_exists', 'invalid_request'],
  }),
};
