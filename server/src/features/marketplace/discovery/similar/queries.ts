import { sql } from 'kysely';
import type { Tx } from '../../../../db/tenancy.ts';
import { jsonText } from '../../../../db/types.ts';
import type { CachedListing, ListingName } from '../../queries.ts';

/** Looked at in detail; the rest has too little in common anyway. */
const lookedAt = 300;

export async function findListing(
  tx: Tx,
  { publisher, pluginId }: Omit<ListingName, 'source'>,
): Promise<{ source: string; listing: CachedListing } | null> {
  const { rows } = await sql<{ source: string; listing: CachedListing }>`
    select source, listing - 'readme' as listing from plugin_marketplace_cache
    where publisher = ${publisher} and plugin_id = ${pluginId} order by source collate "C" limit 1`.execute(tx);
  return rows[0] ?? null;
}

/**
 * Others by what they share: words in name or keywords (15 each), hooks (5 each), category (10), type (5); among equals those
 * that more organisations use. Whoever shares no word is not like it.
 */
export async function findSimilar(
  tx: Tx,
  {
    publisher,
    pluginId,
    listing,
    words,
    limit,
  }: Omit<ListingName, 'source'> & {
    listing: CachedListing;
    /** Of its keywords. */
    words: readonly string[];
    limit: number;
  },
): Promise<ListingName[]> {
  if (words.length === 0) return [];
  const near = sql.join(
    words.map((word) => sql`to_tsquery('english', ${word})`),
    sql` || `,
  );
  const named = sql.join(
    words.map((word) => sql`case when search @@ to_tsquery('english', ${`${word}:AB`}) then 15 else 0 end`),
    sql` + `,
  );
  const hooks = sql`(select count(*) from jsonb_array_elements_text(
    case when jsonb_typeof(listing -> 'hooks') = 'array' then listing -> 'hooks' else '[]' end) as each (value)
    where ${jsonText(listing.hooks ?? [])}::jsonb ? value)`;
  const { rows } = await sql<ListingName>`
    select source, publisher, plugin_id as "pluginId" from (
      select *, ${named} + 5 * ${hooks} + case when category = ${listing.category} then 10 else 0 end
        + case when type = ${listing.type} then 5 else 0 end as points
      from (
        select * from plugin_marketplace_cache where search @@ (${near}) and (publisher, plugin_id) <> (${publisher}, ${pluginId})
        order by (category = ${listing.category}) desc, active_organisations desc, publisher collate "C", plugin_id collate "C", source collate "C"
        limit ${sql.lit(lookedAt)}
      ) as candidates
    ) as weighed
    order by points desc, active_organisations desc, publisher collate "C", plugin_id collate "C", source collate "C" limit ${limit}`.execute(
    tx,
  );
  return rows;
}
