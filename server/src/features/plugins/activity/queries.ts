import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { Histogram } from '../metrics/histogram.ts';

/** What was counted since the last write, of an installation in one hour. */
export type CountedHour = {
  installationId: string;
  /** Its begin, UTC. */
  hour: string;
  calls: number;
  errors: number;
  latency: Histogram;
};

/** Adds to what is there. What belongs to an installation that is gone by now is left out. */
export async function addHours(tx: Tx, counted: readonly CountedHour[]): Promise<void> {
  if (counted.length === 0) return;
  await sql`insert into plugin_hours (organisation_id, installation_id, hour, calls, errors, latency)
    select plugins.organisation_id, plugins.id, row."hour", row."calls", row."errors", row."latency"
    from jsonb_to_recordset(${jsonText(counted)}::jsonb) as row ("installationId" uuid, "hour" timestamptz,
      "calls" bigint, "errors" bigint, "latency" jsonb)
    join plugins on plugins.id = row."installationId"
    order by plugins.id, row."hour"
    on conflict (installation_id, hour) do update set
      calls = plugin_hours.calls + excluded.calls,
      errors = plugin_hours.errors + excluded.errors,
      latency = merge_counts(plugin_hours.latency, excluded.latency)`.execute(tx);
}

export type HourRow = { hour: Date; calls: number; errors: number; latency: Histogram };

/** The hours from one on, of all installations of the organisation or of one: at most 24 rows of each. */
export async function findHours(
  tx: Tx,
  { organisationId, installationId, from }: { organisationId: string; installationId?: string; from: string },
): Promise<(HourRow & { installation_id: string })[]> {
  return tx
    .selectFrom('plugin_hours')
    .select(['installation_id', 'hour', 'calls', 'errors', 'latency'])
    .where('organisation_id', '=', organisationId)
    .where('hour', '>=', new Date(from))
    .$if(installationId !== undefined, (query) => query.where('installation_id', '=', installationId ?? ''))
    .execute();
}

export async function findIds(tx: Tx): Promise<{ id: string; plugin_id: string }[]> {
  return tx.selectFrom('plugins').select(['id', 'plugin_id']).orderBy('plugin_id').execute();
}

/** Deletes some of what is older, of all organisations; gives how many. */
export async function deleteOldHours(tx: Tx, before: Date, most: number): Promise<number> {
  const { numAffectedRows } = await sql`delete from plugin_hours where (installation_id, hour) in (
    select installation_id, hour from plugin_hours where hour < ${before.toISOString()}::timestamptz
    order by hour limit ${most})`.execute(tx);
  return Number(numAffectedRows ?? 0);
}
