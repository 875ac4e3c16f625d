import { sql } from 'kysely';
import { useDays, useSteps } from '@proofpix/contract/ranking';
import type { Tx } from '../../../../db/tenancy.ts';

/** Fewer organisations would be named by the number. */
const fewest = Math.min(...useSteps.map(({ organisations }) => organisations));

/**
 * How many organisations really use each plugin of the catalog. Real use is a hook that ran on several days; installing,
 * loading and downloading is none, and what a publisher's own organisation does says nothing. How many more than two weeks
 * before is what is called trending. Gives whether anything changed. Only as system.
 */
export async function countUse(tx: Tx, today: string): Promise<boolean> {
  const ago = (days: number) => sql`(${today}::date - ${days}::integer)`;
  const fewestDays = sql.lit(useDays.days);
  const { numAffectedRows = 0n } = await sql`
    update plugin_marketplace_cache as cache set active_organisations = counted.active, trend = counted.trend from (
      select cache.source, cache.publisher, cache.plugin_id,
        case when coalesce(used.active, 0) < ${sql.lit(fewest)} then 0 else used.active end as active,
        case when coalesce(used.lately, 0) < ${sql.lit(fewest)} then 0 else greatest(0, used.lately - used.before) end as trend
      from plugin_marketplace_cache as cache left join (
        select source, publisher, plugin_id, count(*) filter (where days >= ${fewestDays})::integer as active,
          count(*) filter (where lately)::integer as lately, count(*) filter (where before)::integer as before
        from (
          select p.source, p.publisher, p.plugin_id, p.organisation_id, count(distinct m.day) as days,
            count(distinct m.day) filter (where m.day > ${ago(14)}) >= ${fewestDays} as lately,
            count(distinct m.day) filter (where m.day <= ${ago(14)} and m.day > ${ago(28)}) >= ${fewestDays} as before
          from plugin_metrics as m join plugins as p on p.organisation_id = m.organisation_id and p.id = m.installation_id
          where m.day > ${ago(useDays.of)} and m.calls > m.errors and m.hook like '%:%' and p.source <> 'upload'
            and not exists (select from publishers where publishers.name = p.publisher and publishers.organisation_id = p.organisation_id)
          group by p.source, p.publisher, p.plugin_id, p.organisation_id
        ) as by_organisation group by source, publisher, plugin_id
      ) as used using (source, publisher, plugin_id)
    ) as counted
    where cache.source = counted.source and cache.publisher = counted.publisher and cache.plugin_id = counted.plugin_id
      and (cache.active_organisations, cache.trend) is distinct from (counted.active, counted.trend)`.execute(tx);
  // Ages count from the day of the catalog, so that an order holds as long as its version.
  const changed = await sql`
    update marketplace_catalog set version = version + 1, day = ${today}::date
    where day <> ${today}::date or ${numAffectedRows > 0n}`.execute(tx);
  return (changed.numAffectedRows ?? 0n) > 0n;
}
