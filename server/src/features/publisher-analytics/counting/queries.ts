import { sql } from 'kysely';
import {
  largestShare,
  smallestTold,
  type VisitClient,
  type VisitMeasure,
} from '@proofpix/contract/publisher-analytics';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';

/** One organisation on one day; null: another server. It is told to the database, which keeps only how many there were. */
export type Visit = {
  organisationId: string | null;
  publisher: string;
  pluginId: string;
  day: string;
  measure: VisitMeasure;
  client: VisitClient;
  country: string;
  version: string | null;
};

/** Adds visits to the days of publishers that are here. What an organisation does with its own plugins is not counted. */
export async function addVisits(tx: Tx, visits: readonly Visit[]): Promise<void> {
  await sql`
    insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
    select v.publisher, v."pluginId", v.day, v.measure, parts.part, parts.value, count(*)
    from jsonb_to_recordset(${jsonText(visits)}::jsonb) as v ("organisationId" uuid, publisher text, "pluginId" text,
        day date, measure text, client text, country text, version text)
      join publishers p on p.name = v.publisher and (v."organisationId" is null or p.organisation_id is distinct from v."organisationId")
      cross join lateral (values ('all', ''), ('client', v.client), ('country', v.country), ('version', v.version)) as parts (part, value)
    where parts.value is not null
    group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6
    on conflict (publisher, plugin_id, part, measure, value, day)
      do update set count = publisher_analytics.count + excluded.count`.execute(tx);
}

/** Who searched for what and then opened a plugin. */
export type Searched = {
  publisher: string;
  pluginId: string;
  term: string;
  /** All that did so far. */
  organisations: readonly string[];
  /** How many of them are written already. */
  written: number;
  day: string;
};

/** Writes the searches of enough organisations, the publisher's own left out, and gives how many of each are written now. */
export async function addSearches(
  tx: Tx,
  searches: readonly Searched[],
): Promise<(Named & { term: string; written: number })[]> {
  const { rows } = await sql<{ publisher: string; plugin_id: string; term: string; written: number }>`
    with known as (
      select v.publisher, v."pluginId" as plugin_id, v.term, v.day, v.written,
        (select count(*) from jsonb_array_elements_text(v.organisations) as o (id)
          where p.organisation_id is null or o.id::uuid <> p.organisation_id) as organisations
      from jsonb_to_recordset(${jsonText(searches)}::jsonb) as v (publisher text, "pluginId" text, term text,
          organisations jsonb, written integer, day date)
        join publishers p on p.name = v.publisher
    ), added as (
      insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
      select publisher, plugin_id, day, 'searches', 'term', term, organisations - written from known
      where organisations >= ${sql.lit(smallestTold)} and organisations > written order by 1, 2, 6
      on conflict (publisher, plugin_id, part, measure, value, day)
        do update set count = publisher_analytics.count + excluded.count
      returning publisher, plugin_id, value
    )
    select k.publisher, k.plugin_id, k.term, k.organisations as written
    from known k join added a on a.publisher = k.publisher and a.plugin_id = k.plugin_id and a.value = k.term`.execute(
    tx,
  );
  return rows.map((row) => ({
    publisher: row.publisher,
    pluginId: row.plugin_id,
    term: row.term,
    written: row.written,
  }));
}

type Named = { publisher: string; pluginId: string };

/** False where another server was quicker, or the day is counted already. */
export async function takeDay(tx: Tx, day: string): Promise<boolean> {
  const taken = await tx
    .insertInto('publisher_analytics_days')
    .values({ day })
    .onConflict((conflict) => conflict.doNothing())
    .returning('day')
    .executeTakeFirst();
  return taken !== undefined;
}

/** From the trail, where each install stands once, however it was made. An organisation that tries it ten times counts once. */
export async function countInstalls(tx: Tx, day: string): Promise<void> {
  await sql`
    insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
    select publisher, plugin_id, ${day}::date, measure, parts.part, parts.value, count(*) from (
      select distinct on (a.organisation_id, p.name, a.subject_id, a.act) p.name as publisher, a.subject_id as plugin_id,
        case a.act when 'plugin.install' then 'installs' when 'plugin.upgrade' then 'updates' else 'uninstalls' end as measure,
        coalesce(a.after, a.before) ->> 'version' as version,
        case when a.act = 'plugin.upgrade' then concat(a.before ->> 'version', ' ', a.after ->> 'version') end as change
      from audit_acts a join publishers p on p.name = coalesce(a.after, a.before) ->> 'publisher'
        and p.organisation_id is distinct from a.organisation_id
      where a.act in ('plugin.install', 'plugin.upgrade', 'plugin.uninstall') and a.result = 'done'
        and coalesce(a.after, a.before) ->> 'source' = 'marketplace'
        and a.created_at >= ${day}::date::timestamp at time zone 'utc'
        and a.created_at < (${day}::date + 1)::timestamp at time zone 'utc'
      order by a.organisation_id, p.name, a.subject_id, a.act, a.created_at desc, a.id desc
    ) as acts cross join lateral (values ('all', ''), ('version', version), ('change', change)) as parts (part, value)
    where parts.value is not null
    group by publisher, plugin_id, measure, parts.part, parts.value`.execute(tx);
}

/** Installations of others than the publisher's own organisation. */
const installations = sql`plugins as i join publishers as p on p.name = i.publisher
  and p.organisation_id is distinct from i.organisation_id and i.source = 'marketplace'`;

/** Who has it as of now, and where it ran lately: it can only be counted of the day that has just ended. */
export async function countInstalled(tx: Tx, day: string): Promise<void> {
  await sql`
    insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
    select publisher, plugin_id, ${day}::date, states.measure, parts.part, parts.value, count(*) from (
      select i.publisher, i.plugin_id, i.version, exists (
        select from plugin_metrics m where m.organisation_id = i.organisation_id and m.installation_id = i.id
          and m.day > ${day}::date - 28 and m.day <= ${day}::date and m.calls > m.errors and m.hook like '%:%'
      ) as active
      from ${installations} where i.installed_at < (${day}::date + 1)::timestamp at time zone 'utc'
    ) as counted cross join lateral (values ('installed', true), ('active', active)) as states (measure, counts)
      cross join lateral (values ('all', ''), ('version', version)) as parts (part, value)
    where states.counts
    group by publisher, plugin_id, states.measure, parts.part, parts.value`.execute(tx);
}

/** Of those who installed it in one week and had it at its end, how many have it now. Who installs it again begins anew. */
export async function countKept(tx: Tx, { week, age }: { week: string; age: number }): Promise<void> {
  const inWeek = sql`i.installed_at >= ${week}::date::timestamp at time zone 'utc'
    and i.installed_at < (${week}::date + 7)::timestamp at time zone 'utc'`;
  if (age === 0) {
    await sql`
      insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
      select i.publisher, i.plugin_id, ${week}::date, 'kept', 'age', '0', count(*) from ${installations}
      where ${inWeek} group by 1, 2`.execute(tx);
    return;
  }
  await sql`
    insert into publisher_analytics (publisher, plugin_id, day, measure, part, value, count)
    select k.publisher, k.plugin_id, k.day, 'kept', 'age', ${String(age)}, (
      select count(*) from ${installations} where i.publisher = k.publisher and i.plugin_id = k.plugin_id and ${inWeek})
    from publisher_analytics k where k.measure = 'kept' and k.part = 'age' and k.value = '0' and k.day = ${week}::date`.execute(
    tx,
  );
}

/**
 * How it ran. A version stands alone where five organisations or more used it; what is left over stands together where it
 * is as many, and is dropped else. So nothing that is told later can be taken from another to give what few did. Nor is a
 * row kept that one organisation makes nearly alone.
 */
export async function countUsage(tx: Tx, day: string): Promise<void> {
  const few = sql.lit(smallestTold);
  await sql`
    with used as (
      select i.publisher, i.plugin_id, i.version, i.organisation_id, sum(m.calls)::bigint as calls,
        sum(m.errors)::bigint as errors, sum_counts(m.latency) as latency
      from ${installations} join plugin_metrics m on m.organisation_id = i.organisation_id and m.installation_id = i.id
      where m.day = ${day}::date and m.hook like '%:%' and m.calls > 0
      group by i.publisher, i.plugin_id, i.version, i.organisation_id
    ), named as (
      select used.*, case
        when count(*) over version >= ${few} and max(calls) over version <= ${largestShare} * sum(calls) over version
        then version else '' end as told
      from used window version as (partition by publisher, plugin_id, version)
    )
    insert into publisher_usage (publisher, plugin_id, day, version, organisations, calls, errors, latency)
    select publisher, plugin_id, ${day}::date, told, count(*), sum(calls), sum(errors), sum_counts(latency)
    from named group by publisher, plugin_id, told
    having count(*) >= ${few} and max(calls) <= ${largestShare} * sum(calls)`.execute(tx);
}
