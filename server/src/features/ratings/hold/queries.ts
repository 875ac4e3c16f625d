import { sql } from 'kysely';
import { ratingBurst } from '@proofpix/contract/community/ratings';
import type { Tx } from '../../../db/tenancy.ts';
import type { Named } from '../queries.ts';

export type Recent = {
  /** Ratings of other organisations within the last hours, also those that wait. */
  recent: number;
  /** Of them, of organisations that are young. */
  recentYoung: number;
  /** Of a day, before these hours. */
  median: number;
  /** The organisation that rates is young. */
  young: boolean;
};

/** How many rated a plugin lately, and how many usually do. Only as system. */
export async function readRecent(tx: Tx, organisationId: string, { publisher, pluginId }: Named): Promise<Recent> {
  const { hours, medianDays, youngDays } = ratingBurst;
  const { rows } = await sql<Recent>`
    with others as materialized (
      select r.rated_at, o.created_at > clock_timestamp() - make_interval(days => ${sql.lit(youngDays)}) as young,
        extract(epoch from clock_timestamp() - r.rated_at) / 3600 as hours
      from ratings as r join organisations as o on o.id = r.organisation_id
      where r.publisher = ${publisher} and r.plugin_id = ${pluginId} and r.organisation_id <> ${organisationId}::uuid
        and r.rated_at > clock_timestamp() - make_interval(days => ${sql.lit(medianDays + 1)}, hours => ${sql.lit(hours)})
    ), days as (
      select ago, count(others.rated_at) as ratings from generate_series(0, ${sql.lit(medianDays - 1)}) as ago
      left join others on others.hours >= ${sql.lit(hours)} + ago * 24 and others.hours < ${sql.lit(hours)} + ago * 24 + 24
      group by ago
    )
    select (select count(*)::integer from others where hours < ${sql.lit(hours)}) as recent,
      (select count(*)::integer from others where hours < ${sql.lit(hours)} and young) as "recentYoung",
      (select percentile_cont(0.5) within group (order by ratings)::float8 from days) as median,
      (select created_at > clock_timestamp() - make_interval(days => ${sql.lit(youngDays)})
        from organisations where id = ${organisationId}::uuid) as young`.execute(tx);
  if (rows[0] === undefined) throw new Error('A query without a row.');
  return rows[0];
}
