import { sql } from 'kysely';
import { keysName, killListName } from '@proofpix/signatures/trust/content';
import type { Tx } from '../../../db/tenancy.ts';

/** All of it only as system: what other servers publish belongs to no organisation. */

export type TrustedBy = 'first-use' | 'file';

export async function findMarketplace(tx: Tx, source: string) {
  return tx.selectFrom('followed_marketplaces').selectAll().where('source', '=', source).executeTakeFirst();
}

/** Believes a root to begin with, and forgets all that an earlier one led to. */
export async function beginMarketplace(
  tx: Tx,
  { source, firstRoot, trustedBy, root }: { source: string; firstRoot: string; trustedBy: TrustedBy; root: Uint8Array },
): Promise<void> {
  await tx.deleteFrom('followed_files').where('source', '=', source).execute();
  await tx.deleteFrom('followed_marketplaces').where('source', '=', source).execute();
  await tx
    .insertInto('followed_marketplaces')
    .values({ source, first_root: firstRoot, trusted_by: trustedBy })
    .execute();
  await tx.insertInto('followed_files').values({ source, name: 'root.json', bytes: root, current: true }).execute();
}

export async function saveConfirmed(tx: Tx, source: string, at: Date): Promise<void> {
  await tx.updateTable('followed_marketplaces').set({ confirmed_at: at }).where('source', '=', source).execute();
}

/** One server after the other: each changes a store only where it is as it was read. */
export async function lockFollowed(tx: Tx, source: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${source}, 0))`.execute(tx);
}

export async function findFollowedFile(tx: Tx, source: string, name: string): Promise<Uint8Array | null> {
  const row = await tx
    .selectFrom('followed_files')
    .select('bytes')
    .where('source', '=', source)
    .where('name', '=', name)
    .executeTakeFirst();
  return row?.bytes ?? null;
}

export async function listFollowedFiles(tx: Tx, source: string): Promise<string[]> {
  const rows = await tx.selectFrom('followed_files').select('name').where('source', '=', source).execute();
  return rows.map(({ name }) => name);
}

export async function saveFollowedFile(
  tx: Tx,
  { source, name, bytes, current }: { source: string; name: string; bytes: Uint8Array; current: boolean },
): Promise<void> {
  await tx
    .insertInto('followed_files')
    .values({ source, name, bytes, current })
    // Fetched again by somebody, it is as good as it was.
    .onConflict((conflict) =>
      conflict.columns(['source', 'name']).doUpdateSet({ bytes, ...(current ? { current } : {}) }),
    )
    .execute();
}

/** All that is left is what the newest timestamp leads to. */
export async function makeCurrent(tx: Tx, source: string): Promise<void> {
  await tx
    .updateTable('followed_files')
    .set({ current: true })
    .where('source', '=', source)
    .where('current', '=', false)
    .execute();
}

export async function deleteFollowedFile(tx: Tx, source: string, name: string): Promise<void> {
  await tx.deleteFrom('followed_files').where('source', '=', source).where('name', '=', name).execute();
}

/** Keys and kill lists of every marketplace that was ever followed: what is installed from it is not free of them. */
export async function findFollowedContent(tx: Tx) {
  const rows = await tx
    .selectFrom('followed_files')
    .select(['source', 'name', 'bytes'])
    .where(({ or, eb }) => or([eb('name', 'like', `%.${keysName}`), eb('name', 'like', `%.${killListName}`)]))
    .execute();
  return [...Map.groupBy(rows, ({ source }) => source)].flatMap(([source, files]) => {
    const keys = files.find(({ name }) => name.endsWith(`.${keysName}`));
    const killList = files.find(({ name }) => name.endsWith(`.${killListName}`));
    return keys === undefined || killList === undefined ? [] : [{ source, keys: keys.bytes, killList: killList.bytes }];
  });
}

/** The one file of a part of the catalog. */
export async function findShard(tx: Tx, source: string, shard: string): Promise<Uint8Array | null> {
  const row = await tx
    .selectFrom('followed_files')
    .select('bytes')
    .where('source', '=', source)
    .where('name', 'like', `%.catalog-${shard}.json`)
    .where('current', '=', true)
    .executeTakeFirst();
  return row?.bytes ?? null;
}

/** Listings of marketplaces that are not followed any more are offered no longer. */
export async function deleteOtherMarketplaces(tx: Tx, followed: string | null): Promise<void> {
  let gone = tx.deleteFrom('plugin_marketplace_cache').where('source', 'like', 'marketplace:%');
  if (followed !== null) gone = gone.where('source', '<>', followed);
  await gone.execute();
}

export async function findShardListings(tx: Tx, source: string, shard: string) {
  return tx
    .selectFrom('plugin_marketplace_cache')
    .select(['publisher', 'plugin_id', 'version', 'listing'])
    .where('source', '=', source)
    .where(sql<boolean>`left(md5(publisher || '/' || plugin_id), 2) = ${shard}`)
    .execute();
}

/** Notes that an archive lies here, and gives those for which there is no room any more: the ones that were not used longest. */
export async function keepArchive(
  tx: Tx,
  { digest, size, room }: { digest: string; size: number; room: number },
): Promise<string[]> {
  const used_at = new Date();
  await tx
    .insertInto('followed_archives')
    .values({ archive_digest: digest, size, used_at })
    .onConflict((conflict) => conflict.column('archive_digest').doUpdateSet({ used_at }))
    .execute();
  const { rows } = await sql<{ archive_digest: string }>`
    delete from followed_archives where archive_digest in (
      select archive_digest from (
        select archive_digest, sum(size) over (order by used_at desc, archive_digest) as total from followed_archives
      ) as kept where total > ${room}
    ) and archive_digest <> ${digest} returning archive_digest`.execute(tx);
  return rows.map((row) => row.archive_digest);
}
