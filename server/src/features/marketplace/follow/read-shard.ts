import { Check } from 'typebox/value';
import { CatalogShard, type CatalogPlugin, type CatalogVersion } from '@proofpix/contract/catalog';
import { checkManifest, type Manifest } from '@proofpix/contract/manifest';
import { JsonFault, parseStrictJson } from '@proofpix/scanner/parse-json';
import { TrustFault } from '@proofpix/signatures/trust/fault';
import { shardOf } from '../../releases/draw-catalog.ts';

/** A version of a catalog that this server understands. The columns of `releases` decide what is offered of either. */
export type FollowedVersion = Omit<CatalogVersion, 'manifest'> & { manifest: Manifest; yanked_at: Date | null };
export type FollowedPlugin = Omit<CatalogPlugin, 'versions'> & { versions: FollowedVersion[] };

/**
 * A part of a catalog, after its signatures were checked. One plugin stands in one part alone: in another, its older
 * version could be served beside the newer one. @throws TrustFault
 */
export function readShard(shard: string, bytes: Uint8Array): FollowedPlugin[] {
  const wrong = (why: string) => new TrustFault('malformed', `catalog-${shard}.json ${why}.`);
  let value: unknown;
  try {
    value = parseStrictJson(bytes);
  } catch (error) {
    throw error instanceof JsonFault ? wrong(error.message) : error;
  }
  if (!Check(CatalogShard, value)) throw wrong('is not a part of a catalog');
  const names = value.plugins.map(({ publisher, plugin }) => `${publisher}/${plugin}`);
  if (new Set(names).size < names.length) throw wrong('has a plugin twice');
  return value.plugins.map((plugin) => {
    if (shardOf({ publisher: plugin.publisher, pluginId: plugin.plugin }) !== shard)
      throw wrong(`has ${plugin.publisher}/${plugin.plugin}, which belongs to another part`);
    return { ...plugin, versions: plugin.versions.flatMap((version) => readVersion(plugin.plugin, version)) };
  });
}

/** None where a newer server writes manifests that this one does not know: it could not install it either. */
function readVersion(plugin: string, version: CatalogVersion): FollowedVersion[] {
  const { manifest } = checkManifest(version.manifest);
  if (manifest === null || manifest.id !== plugin || manifest.version !== version.version) return [];
  return [{ ...version, manifest, yanked_at: version.yanked === null ? null : new Date(version.yanked.at) }];
}
