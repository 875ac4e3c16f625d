import { join } from 'node:path';
import { Problem } from '@proofpix/contract/errors';
import { packPlugin, type PackedPlugin } from '@proofpix/pack/pack-plugin';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { countDownload, deleteOtherListings, saveListing } from './queries.ts';
import { bundledPublisher, bundledSource, readBundled } from './read-bundled.ts';

/** A package of the marketplace, ready to be installed. */
export type Release = { source: 'bundled'; publisher: string; archive: Uint8Array; fileName: string };

export type Marketplace = {
  /** @throws Problem release_not_found */
  findRelease(wanted: { publisher: string; pluginId: string; version?: string | undefined }): Promise<Release>;
  /** Called when a release was installed that was not there before. */
  countDownload(release: { source: string; publisher: string; pluginId: string }): Promise<void>;
};

/** Refreshes the listings from the folder of first-party plugins. */
export async function openMarketplace({
  db,
  log,
  pluginsFolder,
}: {
  db: Database;
  log: Log;
  /** `<packageRoot>/plugins` */
  pluginsFolder: string;
}): Promise<Marketplace> {
  const listings = await readBundled(pluginsFolder, log);
  await asSystem(db, 'fill-marketplace', async (tx) => {
    for (const listing of listings) await saveListing(tx, listing);
    await deleteOtherListings(
      tx,
      bundledSource,
      listings.map(({ pluginId }) => pluginId),
    );
  });
  /** Packed when first asked for, once: the sources do not change while the server runs. */
  const packed = new Map<string, Promise<PackedPlugin>>();

  function pack(folder: string): Promise<PackedPlugin> {
    const known = packed.get(folder);
    if (known) return known;
    const packing = packPlugin(join(pluginsFolder, folder));
    packed.set(folder, packing);
    packing.catch(() => packed.delete(folder));
    return packing;
  }

  return {
    async findRelease({ publisher, pluginId, version }) {
      // The folder comes from our own listing, never from the request.
      const listing = listings.find((each) => each.publisher === publisher && each.pluginId === pluginId);
      if (!listing || (version !== undefined && version !== listing.version)) throw new Problem('release_not_found');
      const { archive, fileName } = await pack(listing.archivePath);
      return { source: bundledSource, publisher: bundledPublisher, archive, fileName };
    },
    countDownload: (release) => asSystem(db, 'fill-marketplace', (tx) => countDownload(tx, release)),
  };
}
