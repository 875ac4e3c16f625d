import type { PluginListing, Release } from '@proofpix/contract/api/releases';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../../db/database.ts';
import type { Trust } from '../../trust/open-trust.ts';
import { nearestSafe } from '../../releases/newest-offered.ts';
import { findFollowed } from './fetch-release.ts';
import { killOf, offeredOf } from './list-followed.ts';
import type { FollowedPlugin, FollowedVersion } from './read-shard.ts';

type Parts = { db: Database; trust: Pick<Trust, 'killedBy'> };

/** The page of a plugin of another server's marketplace, as it was known last. @throws Problem release_not_found */
export async function readFollowedListing(
  { db, trust }: Parts,
  named: { source: string; publisher: string; pluginId: string },
): Promise<PluginListing> {
  const { source } = named;
  const plugin = await findFollowed({ db }, named);
  const offered = offeredOf(trust, source, plugin);
  const shown = offered ?? plugin.versions[0];
  const first = plugin.versions.at(-1);
  if (shown === undefined || first === undefined) throw new Problem('release_not_found');
  const { manifest } = shown;
  return {
    source,
    // Who it is there is for its own marketplace to prove: here it is a name.
    publisher: {
      name: plugin.publisher,
      displayName: plugin.publisher,
      description: '',
      website: null,
      support: null,
      verified: null,
      plugins: 1,
      since: first.releasedAt,
    },
    plugin: plugin.plugin,
    name: manifest.name,
    description: manifest.description,
    type: manifest.type,
    category: manifest.category,
    keywords: manifest.keywords ?? [],
    license: manifest.license ?? null,
    homepage: manifest.homepage ?? null,
    readme: plugin.readme,
    offered: offered?.version ?? null,
    releases: plugin.versions.map((version) => showVersion(trust, source, plugin, version)),
  };
}

function showVersion(
  trust: Pick<Trust, 'killedBy'>,
  source: string,
  plugin: FollowedPlugin,
  version: FollowedVersion,
): Release {
  const { digest, manifest, yanked } = version;
  const kill = (of: FollowedVersion) => killOf(trust, { source, ...plugin }, of);
  return {
    version: version.version,
    channel: version.channel,
    digest,
    size: version.archiveSize,
    permissions: manifest.permissions ?? [],
    hosts: manifest.hosts ?? [],
    verdict: version.verdict,
    approvedBy: version.approvedBy,
    changelog: null,
    releasedAt: version.releasedAt,
    yanked: yanked && {
      ...yanked,
      safe: nearestSafe(plugin.versions, version.version, (other) => kill(other) !== null),
    },
    deprecated: version.deprecated,
    killed: kill(version),
  };
}
