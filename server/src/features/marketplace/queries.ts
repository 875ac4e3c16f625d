import { sql } from 'kysely';
import type { Manifest } from '@proofpix/contract/manifest';
import type { Permission } from '@proofpix/contract/permissions';
import { cleanText } from '@proofpix/host/clean-text';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';
import { countedRows } from '../../http/paging.ts';

/** What the cache keeps of a plugin: the parts of its manifest that people see, and its README. */
export type CachedListing = Pick<
  Manifest,
  'name' | 'description' | 'type' | 'category' | 'permissions' | 'hosts' | 'keywords' | 'license'
> & { readme: string | null };

export type ListingRow = {
  source: string;
  publisher: string;
  plugin_id: string;
  version: string;
  listing: CachedListing;
  featured: boolean;
  downloads: number;
  installed: boolean;
  rank: number;
};

export type NewListing = {
  source: string;
  publisher: string;
  pluginId: string;
  version: string;
  listing: CachedListing;
  featured: boolean;
  archivePath: string;
};

/** Only as system: the catalog belongs to no organisation. Downloads are kept. */
export async function saveListing(tx: Tx, listing: NewListing): Promise<void> {
  const values = {
    version: listing.version,
    listing: jsonText(listing.listing),
    featured: listing.featured,
    archive_path: listing.archivePath,
  };
  await tx
    .insertInto('plugin_marketplace_cache')
    .values({ source: listing.source, publisher: listing.publisher, plugin_id: listing.pluginId, ...values })
    .onConflict((conflict) => conflict.columns(['source', 'publisher', 'plugin_id']).doUpdateSet(values))
    .execute();
}

export async function deleteOtherListings(tx: Tx, source: string, pluginIds: readonly string[]): Promise<void> {
  let gone = tx.deleteFrom('plugin_marketplace_cache').where('source', '=', source);
  if (pluginIds.length > 0) gone = gone.where('plugin_id', 'not in', pluginIds);
  await gone.execute();
}

export async function countDownload(
  tx: Tx,
  { source, publisher, pluginId }: { source: string; publisher: string; pluginId: string },
): Promise<void> {
  await tx
    .updateTable('plugin_marketplace_cache')
    .set((row) => ({ downloads: row('downloads', '+', 1) }))
    .where('source', '=', source)
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .execute();
}

/** Whether the organisation of the transaction has it: row-level security shows only its own rows. */
const installed = sql<boolean>`exists (
  select from plugins where plugins.organisation_id = nullif(current_setting('app.organisation', true), '')::uuid
    and plugins.plugin_id = cache.plugin_id and plugins.publisher = cache.publisher and plugins.source = cache.source
)`;

export async function listFeatured(tx: Tx, limit: number): Promise<ListingRow[]> {
  const rows = await sql<ListingRow>`
    select source, publisher, plugin_id, version, listing, featured, downloads, ${installed} as installed, 0 as rank
    from plugin_marketplace_cache as cache where featured
    order by downloads desc, source, publisher, plugin_id limit ${limit}`.execute(tx);
  return rows.rows;
}

export type SearchFilter = {
  q?: string | undefined;
  type?: Manifest['type'] | undefined;
  category?: Manifest['category'] | undefined;
  permission?: Permission | undefined;
};

/** Where a page ended, in the order of the search: rank, downloads, then the name's parts. */
export type SearchPosition = { rank: number; downloads: number; source: string; publisher: string; pluginId: string };

/**
 * Full text over name, keywords and description, each word also as the beginning of one, so that results come while
 * somebody types. The rank is a whole number: a cursor that compares fractions would skip or repeat rows.
 */
export async function searchListings(
  tx: Tx,
  filter: SearchFilter,
  { after, limit }: { after: SearchPosition | null; limit: number },
): Promise<{ rows: ListingRow[]; counted: number }> {
  const words = prefixQuery(filter.q);
  const conditions = [sql<boolean>`true`];
  if (words === '') conditions.push(sql`false`);
  else if (words !== null)
    conditions.push(sql`(search @@ to_tsquery('english', ${words}) or search @@ to_tsquery('simple', ${words}))`);
  if (filter.type !== undefined) conditions.push(sql`type = ${filter.type}`);
  if (filter.category !== undefined) conditions.push(sql`category = ${filter.category}`);
  if (filter.permission !== undefined) {
    conditions.push(sql`listing -> 'permissions' @> ${jsonText([filter.permission])}::jsonb`);
  }
  const where = sql.join(conditions, sql` and `);
  const rank = words
    ? sql<number>`(ts_rank(search, to_tsquery('english', ${words})) * 1000000)::integer`
    : sql<number>`0`;
  const counted = await sql<{ count: number }>`
    select count(*) as count from (
      select from plugin_marketplace_cache as cache where ${where} limit ${countedRows}
    ) as counted`.execute(tx);
  const position = after
    ? sql`where (-rank, -downloads, source, publisher, plugin_id) > (${-after.rank}::integer, ${-after.downloads}::bigint, ${after.source}, ${after.publisher}, ${after.pluginId})`
    : sql``;
  const rows = await sql<ListingRow>`
    select * from (
      select source, publisher, plugin_id, version, listing, featured, downloads, ${installed} as installed, ${rank} as rank
      from plugin_marketplace_cache as cache where ${where}
    ) as found ${position}
    order by -rank, -downloads, source, publisher, plugin_id limit ${limit + 1}`.execute(tx);
  return { rows: rows.rows, counted: Number(counted.rows[0]?.count ?? 0) };
}

/** The words of a search as a query of prefixes. Null: everything; empty: nothing can match. */
function prefixQuery(q: string | undefined): string | null {
  if (q === undefined || q.trim() === '') return null;
  // Only letters and digits get through, so nothing of the query language can be typed in.
  const words = cleanText(q).match(/[\p{L}\p{N}]+/gu) ?? [];
  return words
    .slice(0, 20)
    .map((word) => `${word}:*`)
    .join(' & ');
}
