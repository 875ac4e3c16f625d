import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { Histogram } from '../metrics/histogram.ts';

/** What an installation counted under one name on one day. */
export type Series = {
  installationId: string;
  /** UTC, as 2026-11-30. */
  day: string;
  kind: 'count' | 'time' | 'track';
  name: string;
  /** Of a tracked event. */
  value: string;
  count: number;
  sum: number;
  minimum: number | null;
  maximum: number | null;
  histogram: Histogram;
};

export type Known = Pick<Series, 'installationId' | 'day' | 'kind' | 'name' | 'value'> & {
  /** It has a row. */
  known: boolean;
  /** How many rows the installation has on the day. */
  rows: number;
};

/** Which of the series have a row already, and how many others there are beside them. */
export async function findKnown(tx: Tx, series: readonly Series[]): Promise<Known[]> {
  if (series.length === 0) return [];
  const named = series.map(({ installationId, day, kind, name, value }) => ({
    installationId,
    day,
    kind,
    name,
    value,
  }));
  const { rows } = await sql<Known>`
    with named as (
      select * from jsonb_to_recordset(${jsonText(named)}::jsonb)
        as row ("installationId" uuid, "day" date, "kind" text, "name" text, "value" text)
    ), days as (
      select installation_id, day, count(*) as rows from plugin_analytics
      where (installation_id, day) in (select "installationId", "day" from named) group by installation_id, day
    )
    select named.*, stored.installation_id is not null as known, coalesce(days.rows, 0) as rows
    from named
    left join plugin_analytics as stored on stored.installation_id = named."installationId" and stored.day = named."day"
      and stored.kind = named."kind" and stored.name = named."name" and stored.value = named."value"
    left join days on days.installation_id = named."installationId" and days.day = named."day"`.execute(tx);
  return rows.map((row) => ({ ...row, rows: Number(row.rows) }));
}

/** Adds to what is there; no series may stand twice. What belongs to an installation that is gone by now is left out. */
export async function addSeriesRows(tx: Tx, series: readonly Series[]): Promise<void> {
  if (series.length === 0) return;
  await sql`insert into plugin_analytics (organisation_id, installation_id, day, kind, name, value, count, sum, minimum,
      maximum, histogram)
    select plugins.organisation_id, plugins.id, row."day", row."kind", row."name", row."value", row."count", row."sum",
      row."minimum", row."maximum", row."histogram"
    from jsonb_to_recordset(${jsonText(series)}::jsonb) as row ("installationId" uuid, "day" date, "kind" text,
      "name" text, "value" text, "count" bigint, "sum" double precision, "minimum" double precision,
      "maximum" double precision, "histogram" jsonb)
    join plugins on plugins.id = row."installationId"
    order by plugins.id, row."day", row."kind", row."name", row."value"
    on conflict (installation_id, day, kind, name, value) do update set
      count = plugin_analytics.count + excluded.count,
      sum = plugin_analytics.sum + excluded.sum,
      minimum = least(plugin_analytics.minimum, excluded.minimum),
      maximum = greatest(plugin_analytics.maximum, excluded.maximum),
      histogram = merge_counts(plugin_analytics.histogram, excluded.histogram)`.execute(tx);
}

/** Both days are part of the span. */
export async function findSeries(
  tx: Tx,
  { installationId, from, to }: { installationId: string; from: string; to: string },
) {
  return tx
    .selectFrom('plugin_analytics')
    .select(['day', 'kind', 'name', 'value', 'count', 'sum', 'minimum', 'maximum', 'histogram'])
    .where('installation_id', '=', installationId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('kind')
    .orderBy('name')
    .orderBy('value')
    .execute();
}

/**
 * Days of organisations that are over and were not rolled up, where a loaded plugin that was there on that day listens
 * and holds the grant. `from` and `to` are the first and the last day that are looked at.
 */
export async function findDue(
  tx: Tx,
  { from, to, limit }: { from: string; to: string; limit: number },
): Promise<{ organisationId: string; day: string }[]> {
  const { rows } = await sql<{ organisationId: string; day: string }>`
    select distinct plugins.organisation_id as "organisationId", day::date as day
    from generate_series(${from}::timestamp, ${to}::timestamp, interval '1 day') as day
    join plugins on plugins.state = 'loaded' and plugins.installed_at < (day + interval '1 day') at time zone 'utc'
    join plugin_hooks on plugin_hooks.installation_id = plugins.id and plugin_hooks.hook = 'analytics:generated'
    join plugin_permissions on plugin_permissions.installation_id = plugins.id
      and plugin_permissions.permission = 'analytics' and plugin_permissions.decision = 'granted'
    where not exists (select from analytics_days as done
      where done.organisation_id = plugins.organisation_id and done.day = day.day::date)
    order by 2, 1 limit ${limit}`.execute(tx);
  return rows;
}

/** The id of the roll-up, or undefined when somebody else began it. */
export async function beginDay(tx: Tx, organisationId: string, day: string): Promise<string | undefined> {
  const row = await tx
    .insertInto('analytics_days')
    .values({ organisation_id: organisationId, day })
    .onConflict((conflict) => conflict.columns(['organisation_id', 'day']).doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** Begun an hour ago and not finished: their jobs are lost, such as with a queue that was restored from an older copy. */
export async function findForgottenDays(tx: Tx): Promise<{ organisationId: string; id: string }[]> {
  return tx
    .selectFrom('analytics_days')
    .select(['organisation_id as organisationId', 'id'])
    .where('finished_at', 'is', null)
    .where('created_at', '<', sql<Date>`clock_timestamp() - interval '1 hour'`)
    .limit(100)
    .execute();
}

export async function findDay(tx: Tx, id: string) {
  return tx.selectFrom('analytics_days').select(['day', 'told', 'finished_at']).where('id', '=', id).executeTakeFirst();
}

export async function markTold(tx: Tx, id: string, installationId: string): Promise<void> {
  await sql`update analytics_days set told = told || ${jsonText([installationId])}::jsonb where id = ${id}`.execute(tx);
}

export async function finishDay(tx: Tx, id: string): Promise<void> {
  await tx
    .updateTable('analytics_days')
    .set({ finished_at: sql<Date>`clock_timestamp()` })
    .where('id', '=', id)
    .execute();
}

export type PluginDay = {
  plugin: string;
  version: string;
  calls: number;
  errors: number;
  hostCalls: number;
  cpuMilliseconds: number;
  deaths: number;
};

/** What the organisation's plugins did on a day, the busiest first. */
export async function findPluginDays(tx: Tx, day: string, limit: number): Promise<PluginDay[]> {
  // The calls that the platform itself makes are no calls that somebody asked for.
  const asked = sql`hook not in ('', 'initialize', 'cleanup', 'onConfigUpdate')`;
  const { rows } = await sql<PluginDay>`
    select plugins.plugin_id as plugin, plugins.version,
      coalesce(sum(metrics.calls) filter (where ${asked}), 0) as calls,
      coalesce(sum(metrics.errors) filter (where ${asked}), 0) as errors,
      sum(metrics.host_calls) as "hostCalls", sum(metrics.cpu_milliseconds) as "cpuMilliseconds",
      sum(metrics.deaths) as deaths
    from plugin_metrics as metrics join plugins on plugins.id = metrics.installation_id
    where metrics.day = ${day}::date
    group by plugins.id, plugins.plugin_id, plugins.version
    order by calls desc, plugins.plugin_id limit ${limit}`.execute(tx);
  return rows.map(({ plugin, version, ...figures }) => ({ plugin, version, ...numbers(figures) }));
}

function numbers<Figures extends Record<string, number>>(figures: Figures): Figures {
  // The same keys with numbers: some sums come as text.
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [name, Number(value)])) as Figures;
}
