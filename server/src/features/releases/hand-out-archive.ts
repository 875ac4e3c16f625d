import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import type { Trust } from '../trust/open-trust.ts';
import { findByArchive, releaseSource, releaseStore } from './queries.ts';
import { killOf } from './show-listing.ts';

type Parts = { db: Database; objects: Objects; trust: Pick<Trust, 'killedBy'> };

/**
 * The archive of a release, for anybody: what is released and costs nothing is public. What no such release has does not
 * exist here, whatever else the store holds.
 * @throws Problem release_not_found, package_killed
 */
export async function handOutArchive({ db, objects, trust }: Parts, digest: string) {
  const rows = await asSystem(db, 'releases', (tx) => findByArchive(tx, digest));
  const [row] = rows;
  if (row === undefined) throw new Problem('release_not_found');
  const kills = rows.map((each) => killOf(trust, each));
  const [killed] = kills;
  if (killed !== undefined && killed !== null && !kills.includes(null)) throw new Problem('package_killed', killed);
  const size = Number(row.archive_size);
  const body = await objects.stream(releaseStore, digest, { offset: 0, length: size });
  const release = { source: releaseSource, publisher: row.publisher, pluginId: row.plugin_id, version: row.version };
  return { size, body, release };
}
