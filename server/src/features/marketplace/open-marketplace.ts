import type { Database } from '../../db/database.ts';
import type { Log } from '../../log.ts';

/** A package of the marketplace, ready to be installed. */
export type Release = { source: 'bundled'; publisher: string; archive: Uint8Array; fileName: string };

export type Marketplace = {
  /** @throws Problem release_not_found */
  findRelease(wanted: { publisher: string; pluginId: string; version?: string | undefined }): Promise<Release>;
};

/** Refreshes the listings from the folder of first-party plugins. */
export async function openMarketplace(_parts: {
  db: Database;
  log: Log;
  /** `<packageRoot>/plugins` */
  pluginsFolder: string;
}): Promise<Marketplace> {
  throw new Error('replaced by the implementation');
}
