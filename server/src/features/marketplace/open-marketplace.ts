import { join } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { isFollowedSource } from '@proofpix/contract/plugin-source';
import type { KeptPackage } from '@proofpix/pack/pack-kept';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import type { Objects } from '../../objects.ts';
import type { SignedPackage } from '@proofpix/signatures/verify-signatures';
import type { Trust } from '../trust/open-trust.ts';
import { fetchRelease } from './follow/fetch-release.ts';
import type { Following } from './follow/follow-marketplace.ts';
import { readRelease } from '../releases/read-release.ts';
import { packBundled } from '@proofpix/pack/pack-bundled';
import { countDownload, deleteOtherListings, saveListing } from './queries.ts';
import { bundledPublisher, bundledSource, readBundled } from './read-bundled.ts';

/** A package of the marketplace, ready to be installed; with what proves it, where it is not ours. */
export type Release = {
  source: string;
  publisher: string;
  archive: Uint8Array;
  fileName: string;
  signature?: string;
  /** What a catalog says that the archive holds. */
  expected?: SignedPackage;
};

export type Marketplace = {
  /**
   * Of another server only where the source says so: a name alone always means ours.
   * @throws Problem release_not_found, marketplace_unreachable, marketplace_refused, marketplace_outdated
   */
  findRelease(wanted: {
    source?: string | undefined;
    publisher: string;
    pluginId: string;
    version?: string | undefined;
  }): Promise<Release>;
  /** Called when a release was installed that was not there before. */
  countDownload(release: { source: string; publisher: string; pluginId: string }): Promise<void>;
};

/** Refreshes the listings from the folder of first-party plugins. What was released here is found beside them. */
export async function openMarketplace({
  db,
  objects,
  log,
  packageRoot,
  trust,
  following,
}: {
  db: Database;
  objects: Objects;
  log: Log;
  trust: Trust;
  /** The other server whose marketplace is used; null without one. */
  following: Pick<Following, 'source' | 'get' | 'refuseOutdated'> | null;
  /** Where `plugins/` lies. */
  packageRoot: string;
}): Promise<Marketplace> {
  const listings = await readBundled(join(packageRoot, 'plugins'), log);
  await asSystem(db, 'fill-marketplace', async (tx) => {
    for (const listing of listings) await saveListing(tx, listing);
    await deleteOtherListings(
      tx,
      bundledSource,
      listings.map(({ pluginId }) => pluginId),
    );
  });
  /** Packed when first asked for, once: the sources do not change while the server runs. */
  const packed = new Map<string, Promise<KeptPackage>>();

  function pack(folder: string): Promise<KeptPackage> {
    const known = packed.get(folder);
    if (known) return known;
    const packing = packBundled(packageRoot, folder);
    packed.set(folder, packing);
    packing.catch(() => packed.delete(folder));
    return packing;
  }

  return {
    async findRelease({ source, publisher, pluginId, version }) {
      if (source !== undefined && isFollowedSource(source)) {
        if (following?.source !== source) throw new Problem('release_not_found');
        following.refuseOutdated();
        return fetchRelease({ db, objects, trust, log }, following.get, { source, publisher, pluginId, version });
      }
      if (publisher !== bundledPublisher) return readRelease({ db, objects }, { publisher, pluginId, version });
      // The folder comes from our own listing, never from the request.
      const listing = listings.find((each) => each.publisher === publisher && each.pluginId === pluginId);
      if (!listing || (version !== undefined && version !== listing.version)) throw new Problem('release_not_found');
      const { archive, fileName } = await pack(listing.archivePath);
      return { source: bundledSource, publisher: bundledPublisher, archive, fileName };
    },
    countDownload: (release) => asSystem(db, 'fill-marketplace', (tx) => countDownload(tx, release)),
  };
}
