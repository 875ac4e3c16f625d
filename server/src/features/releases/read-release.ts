import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import { findReleaseRow, listReleases, type ReleaseRow } from './queries.ts';
import { newestOffered } from './newest-offered.ts';
import { releaseSource, releaseStore } from './queries.ts';

/**
 * The archive of a release with the word of this marketplace on it; the newest that is offered, where no version is named.
 * A yanked one only by its version, for those who have it.
 * @throws Problem release_not_found
 */
export async function readRelease(
  { db, objects }: { db: Database; objects: Objects },
  wanted: { publisher: string; pluginId: string; version?: string | undefined },
) {
  const { version } = wanted;
  const row = await asSystem(db, 'releases', async (tx): Promise<ReleaseRow | undefined> => {
    if (version !== undefined) return findReleaseRow(tx, { ...wanted, version });
    return newestOffered(await listReleases(tx, wanted));
  });
  if (row === undefined || (version === undefined && row.yanked_at !== null)) throw new Problem('release_not_found');
  const archive = await objects.read(releaseStore, row.archive_digest, 0, Number(row.archive_size));
  return {
    source: releaseSource,
    publisher: row.publisher,
    archive,
    fileName: `${row.plugin_id}-${row.version}.zip`,
    signature: row.signature_file,
  } as const;
}
