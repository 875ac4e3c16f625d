import { sql } from 'kysely';
import { manifestHooks, type Manifest } from '@proofpix/contract/manifest';
import type { ScanVerdict } from '@proofpix/contract/scan';
import type { Tx } from '../../db/tenancy.ts';
import { jsonText } from '../../db/types.ts';

/** What the cache keeps of a plugin: the parts of its manifest that people see, and its README. */
export type CachedListing = Pick<
  Manifest,
  'name' | 'description' | 'type' | 'category' | 'permissions' | 'hosts' | 'keywords' | 'license'
> & { readme: string | null; verdict?: ScanVerdict; hooks?: readonly string[] };

/** What is listed of a version, from wherever it comes: what one writer left out, its plugins could not be found by. */
export function listingOf(manifest: Manifest, said: { readme: string | null; verdict?: ScanVerdict }): CachedListing {
  const { name, description, type, category, permissions, hosts, keywords, license } = manifest;
  const hooks = manifestHooks(manifest).map((hook) => hook.name);
  return { name, description, type, category, permissions, hosts, keywords, license, hooks, ...said };
}

export type ListingRow = {
  source: string;
  publisher: string;
  plugin_id: string;
  version: string;
  listing: CachedListing;
  featured: boolean;
  downloads: number;
  active_organisations: number;
  trend: number;
  verdict: ScanVerdict | null;
  created_at: Date;
  installed: boolean;
};

export type ListingName = { source: string; publisher: string; pluginId: string };

export type NewListing = {
  source: string;
  publisher: string;
  pluginId: string;
  version: string;
  listing: CachedListing;
  featured: boolean;
  /** Of what came with the server: its folder. Null for a release, which is found by its name. */
  archivePath: string | null;
};

/** So many offers a dry run looks at. */
const mostOffers = 5_000;

/** Only as system: the catalog belongs to no organisation. Downloads are kept. */
export async function saveListing(tx: Tx, listing: NewListing): Promise<void> {
  const values = {
    version: listing.version,
    // The same version stays as old as it is, however often a server starts.
    version_since: sql<Date>`case when plugin_marketplace_cache.version = ${listing.version}
      then plugin_marketplace_cache.version_since else clock_timestamp() end`,
    listing: jsonText(listing.listing),
    featured: listing.featured,
    archive_path: listing.archivePath,
  };
  await tx
    .insertInto('plugin_marketplace_cache')
    .values({
      source: listing.source,
      publisher: listing.publisher,
      plugin_id: listing.pluginId,
      ...values,
      version_since: new Date(),
    })
    .onConflict((conflict) => conflict.columns(['source', 'publisher', 'plugin_id']).doUpdateSet(values))
    .execute();
}

export async function deleteListing(tx: Tx, { source, publisher, pluginId }: ListingName): Promise<void> {
  await tx
    .deleteFrom('plugin_marketplace_cache')
    .where('source', '=', source)
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .execute();
}

export async function deleteOtherListings(tx: Tx, source: string, pluginIds: readonly string[]): Promise<void> {
  let gone = tx.deleteFrom('plugin_marketplace_cache').where('source', '=', source);
  if (pluginIds.length > 0) gone = gone.where('plugin_id', 'not in', pluginIds);
  await gone.execute();
}

export async function countDownload(tx: Tx, { source, publisher, pluginId }: ListingName): Promise<void> {
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

const shown = sql`source, publisher, plugin_id, version, listing - 'readme' as listing, featured, downloads,
  active_organisations, trend, verdict, created_at, ${installed} as installed`;

/** Those that are used most first: how often one was downloaded anybody can script. */
export async function listFeatured(tx: Tx, limit: number): Promise<ListingRow[]> {
  const { rows } = await sql<ListingRow>`
    select ${shown} from plugin_marketplace_cache as cache where featured
    order by active_organisations desc, publisher collate "C", plugin_id collate "C", source collate "C" limit ${limit}`.execute(
    tx,
  );
  return rows;
}

/** In the order of the names. One that is gone meanwhile is left out. */
export async function readListings(tx: Tx, names: readonly ListingName[]): Promise<ListingRow[]> {
  if (names.length === 0) return [];
  const wanted = names.map(({ source, publisher, pluginId }, place) => ({ source, publisher, pluginId, place }));
  const { rows } = await sql<ListingRow>`
    select ${shown} from json_to_recordset(${JSON.stringify(wanted)}::json)
      as wanted (source text, publisher text, "pluginId" text, place integer)
    join plugin_marketplace_cache as cache using (source, publisher)
    where cache.plugin_id = wanted."pluginId" order by place`.execute(tx);
  return rows;
}

/**
 * Counts the changes of the catalog: what was worked out from an older one is out of date. In the same message the rest of
 * the transaction is planned for a catalog that lies in memory: else a word is looked for in every row of it.
 */
export async function readVersion(tx: Tx): Promise<number> {
  const { rows } = await sql<{ version: number }>`
    select version, set_config('random_page_cost', '1.1', true), set_config('jit', 'off', true) from marketplace_catalog`.execute(
    tx,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('The catalog has no version.');
  return row.version;
}

/** Everything that is offered and that the organisation of the transaction does not have. */
export async function listOffers(
  tx: Tx,
): Promise<Pick<ListingRow, 'source' | 'publisher' | 'plugin_id' | 'version' | 'listing'>[]> {
  const { rows } = await sql<Pick<ListingRow, 'source' | 'publisher' | 'plugin_id' | 'version' | 'listing'>>`
    select source, publisher, plugin_id, version, listing from plugin_marketplace_cache as cache
    where not ${installed} order by publisher, plugin_id limit ${mostOffers}`.execute(tx);
  return rows;
}

/** The version that a plugin's own source and publisher offer: an update never crosses either. */
export async function findOffered(
  tx: Tx,
  { source, publisher, pluginId }: ListingName,
): Promise<{ version: string; since: Date } | null> {
  const row = await tx
    .selectFrom('plugin_marketplace_cache')
    .select(['version', 'version_since'])
    .where('source', '=', source)
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .executeTakeFirst();
  return row ? { version: row.version, since: row.version_since } : null;
}
