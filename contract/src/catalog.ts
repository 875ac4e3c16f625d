import { Type, type Static } from 'typebox';
import { limits } from './limits.ts';
import { PluginId, Version } from './manifest.ts';
import { releaseChannels } from './publishing.ts';
import { ScanVerdict } from './scan.ts';
import { PublisherName, SignedTime } from './trust.ts';

const closed = { additionalProperties: false } as const;
const Hex = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Said = Type.Union([
  Type.Object({ at: SignedTime, reason: Type.String({ minLength: 1, maxLength: 1_000 }) }, closed),
  Type.Null(),
]);

/** A release as other servers read it. The newest one that fits and the nearest safe one are theirs to find: they know what they run. */
export const CatalogVersion = Type.Object(
  {
    version: Version,
    channel: Type.Enum([...releaseChannels]),
    digest: Hex,
    archiveDigest: Hex,
    archiveSize: Type.Integer({ minimum: 1, maximum: limits.packageBytes }),
    /** Checked for itself: one that a reader is too old for hides no other. */
    manifest: Type.Unknown(),
    verdict: ScanVerdict,
    approvedBy: Type.Enum(['people', 'rules']),
    releasedAt: SignedTime,
    yanked: Said,
    deprecated: Said,
    signature: Type.String({ maxLength: limits.signatureFileBytes }),
  },
  closed,
);
export type CatalogVersion = Static<typeof CatalogVersion>;

/** All that is released of one plugin, the newest first. */
export const CatalogPlugin = Type.Object(
  {
    publisher: PublisherName,
    plugin: PluginId,
    readme: Type.Union([Type.String({ maxLength: limits.catalogReadmeCharacters }), Type.Null()]),
    versions: Type.Array(CatalogVersion, { minItems: 1, maxItems: limits.catalogVersions }),
  },
  closed,
);
export type CatalogPlugin = Static<typeof CatalogPlugin>;

/** `catalog-<shard>.json` of the trust metadata: the 256th part of what a marketplace offers. */
export const CatalogShard = Type.Object({ version: Type.Literal(1), plugins: Type.Array(CatalogPlugin) }, closed);
export type CatalogShard = Static<typeof CatalogShard>;
