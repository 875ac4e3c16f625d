import { canonicalJson } from '@proofpix/contract/canonical-json';
import type { Json } from '@proofpix/contract/json';
import { killSentence } from '@proofpix/signatures/kill-list';
import type { Database } from '../../../db/database.ts';
import { asSystem } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import { newestOffered } from '../../releases/newest-offered.ts';
import type { Trust } from '../../trust/open-trust.ts';
import { deleteListing, listingOf, saveListing, type CachedListing } from '../queries.ts';
import { findShard, findShardListings } from './queries.ts';
import { readShard, type FollowedPlugin, type FollowedVersion } from './read-shard.ts';

type Parts = { db: Database; trust: Pick<Trust, 'killedBy'> };

/** What a kill list says of a version, or null. */
export function killOf(
  trust: Pick<Trust, 'killedBy'>,
  { source, publisher, plugin: id }: Pick<FollowedPlugin, 'publisher' | 'plugin'> & { source: string },
  { version, digest }: Pick<FollowedVersion, 'version' | 'digest'>,
): string | null {
  const entry = trust.killedBy({ source, id, version, digest, publishers: [publisher], keyIds: [] });
  return entry === null ? null : killSentence(entry);
}

/** The newest that is offered and that no kill list names. */
export function offeredOf(
  trust: Pick<Trust, 'killedBy'>,
  source: string,
  plugin: FollowedPlugin,
): FollowedVersion | undefined {
  return newestOffered(plugin.versions.filter((version) => killOf(trust, { source, ...plugin }, version) === null));
}

/** Brings the listings of a part of the catalog in line with it; writes only what is another. @throws TrustFault */
export async function listShard({ db, trust }: Parts, source: string, shard: string): Promise<void> {
  await asSystem(db, 'fill-marketplace', async (tx) => {
    const bytes = await findShard(tx, source, shard);
    const plugins = bytes === null ? [] : readShard(shard, bytes);
    const listed = new Map(
      (await findShardListings(tx, source, shard)).map((row) => [`${row.publisher}/${row.plugin_id}`, row]),
    );
    for (const plugin of plugins) {
      const offered = offeredOf(trust, source, plugin);
      if (offered === undefined) continue;
      const named = { source, publisher: plugin.publisher, pluginId: plugin.plugin };
      const listing = listingOf(offered.manifest, { readme: plugin.readme, verdict: offered.verdict });
      const key = `${plugin.publisher}/${plugin.plugin}`;
      const before = listed.get(key);
      listed.delete(key);
      if (before?.version === offered.version && isSameListing(before.listing, listing)) continue;
      await saveListing(tx, { ...named, version: offered.version, listing, featured: false, archivePath: null });
    }
    for (const { publisher, plugin_id: pluginId } of listed.values())
      await deleteListing(tx, { source, publisher, pluginId });
  });
}

function isSameListing(stored: Json, listing: CachedListing): boolean {
  // As it would be read again: what is undefined is not there.
  return canonicalJson(stored) === canonicalJson(JSON.parse(jsonText(listing)) as Json);
}
