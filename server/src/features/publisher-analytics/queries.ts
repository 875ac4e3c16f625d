import { sql } from 'kysely';
import { smallestTold } from '@proofpix/contract/publisher-analytics';
import type { Tx } from '../../db/tenancy.ts';

export type PluginName = { publisher: string; pluginId: string };
/** Both days are part of it. */
export type Span = { from: string; to: string };

const few = sql.lit(smallestTold);

/** The first and the newest day of which something is known, and the last one that is counted to its end. */
export async function findBounds(
  tx: Tx,
  { publisher, pluginId }: PluginName,
): Promise<{ first: string | null; counted: string | null; begun: string[] }> {
  const { rows } = await sql<{ first: string | null; counted: string | null; begun: string[] }>`
    select min(day) as first, (select max(day) from publisher_analytics_days) as counted,
      coalesce(array_agg(distinct measure), '{}') as begun
    from publisher_analytics where publisher = ${publisher} and plugin_id = ${pluginId} and part = 'all'`.execute(tx);
  return rows[0] ?? { first: null, counted: null, begun: [] };
}

export type StepRow = { day: string; measure: string; value: string; told: number };

/**
 * What is told of events, on the day on which it is. Of each row, from its first day on, only whole fives are told, and
 * what is left over is carried to the next day: so no span, and no difference of two, gives a number between. What never
 * came to five has no name, and stands under '' with the others. Days of which nothing is told are left out.
 */
export async function readSteps(
  tx: Tx,
  { publisher, pluginId }: PluginName,
  { part, from, to }: Span & { part: 'all' | 'version' | 'client' | 'country' | 'change' | 'term' },
): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    with named as (
      select day, measure, count, case when sum(count) over (partition by measure, value) >= ${few} then value else '' end as value
      from publisher_analytics where publisher = ${publisher} and plugin_id = ${pluginId} and part = ${part}
        and measure not in ('installed', 'active', 'kept')
    ), daily as (
      select day, measure, value, sum(count)::bigint as count from named group by day, measure, value
    ), summed as (
      select daily.*, (sum(count) over (partition by measure, value order by day))::bigint as total from daily
    ), steps as (
      select day, measure, value, (total / ${few} - (total - count) / ${few}) * ${few} as told from summed
    )
    select * from steps where told > 0 and day between ${from}::date and ${to}::date
    order by day, measure, value collate "C"`.execute(tx);
  return rows;
}

/** Who had it at the end of each day, rounded down to fives; versions of fewer stand together under ''. */
export async function readInstalled(
  tx: Tx,
  { publisher, pluginId }: PluginName,
  { part, from, to }: Span & { part: 'all' | 'version' },
): Promise<StepRow[]> {
  const { rows } = await sql<StepRow>`
    with named as (
      select day, measure, case when count >= ${few} then value else '' end as value, count
      from publisher_analytics where publisher = ${publisher} and plugin_id = ${pluginId} and part = ${part}
        and measure in ('installed', 'active') and day between ${from}::date and ${to}::date
    )
    select day, measure, value, (sum(count)::bigint / ${few}) * ${few} as told
    from named group by day, measure, value order by day, measure, value collate "C"`.execute(tx);
  return rows.filter(({ told }) => told > 0);
}

export type UsageRow = {
  day: string;
  version: string;
  calls: number;
  errors: number;
  latency: Record<string, number>;
};

/** Only what five organisations or more did was kept. */
export async function readUsage(tx: Tx, { publisher, pluginId }: PluginName, { from, to }: Span): Promise<UsageRow[]> {
  return tx
    .selectFrom('publisher_usage')
    .select(['day', 'version', 'calls', 'errors', 'latency'])
    .where('publisher', '=', publisher)
    .where('plugin_id', '=', pluginId)
    .where('day', '>=', from)
    .where('day', '<=', to)
    .orderBy('day')
    .orderBy('version')
    .execute();
}

export type CohortRow = { week: string; age: number; told: number };

export async function readCohorts(
  tx: Tx,
  { publisher, pluginId }: PluginName,
  { from, to }: Span,
): Promise<CohortRow[]> {
  const { rows } = await sql<CohortRow>`
    select day as week, value::integer as age, (count / ${few}) * ${few} as told
    from publisher_analytics where publisher = ${publisher} and plugin_id = ${pluginId} and part = 'age' and measure = 'kept'
      and day between ${from}::date and ${to}::date order by day, age`.execute(tx);
  return rows;
}

/** What costs something has no badge: other servers and their visitors are not told of it. */
export async function isSold(tx: Tx, { publisher, pluginId }: PluginName): Promise<boolean> {
  const { rows } = await sql<{ sold: boolean }>`select is_sold(${publisher}, ${pluginId}) as sold`.execute(tx);
  return rows[0]?.sold ?? false;
}
