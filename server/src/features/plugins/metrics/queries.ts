import { sql } from 'kysely';
import { limits } from '@proofpix/contract/limits';
import type { Traffic } from '@proofpix/contract/receipts';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { Counts, FigureRow } from './figures.ts';
import type { Histogram } from './histogram.ts';

/** What was counted since the last write, for one hook of an installation ('' for its process) on one day. */
export type Counted = {
  installationId: string;
  /** UTC, as 2026-11-30. */
  day: string;
  hook: string;
  calls: number;
  errors: number;
  latency: Histogram;
  hostCalls: number;
  bytesRead: number;
  bytesWritten: number;
  cpuMilliseconds: number;
  memoryBytes: number;
  deaths: number;
  byHostCall: Counts;
  traffic: Traffic;
};

/** Adds to what is there. What belongs to an installation that is gone by now is left out. */
export async function addMetrics(tx: Tx, counted: readonly Counted[]): Promise<void> {
  if (counted.length === 0) return;
  const most = sql.lit(limits.trafficHosts);
  await sql`insert into plugin_metrics (organisation_id, installation_id, day, hook, calls, errors, latency, host_calls,
      bytes_read, bytes_written, cpu_milliseconds, memory_bytes, deaths, by_host_call, traffic)
    select plugins.organisation_id, plugins.id, row."day", row."hook", row."calls", row."errors", row."latency",
      row."hostCalls", row."bytesRead", row."bytesWritten", row."cpuMilliseconds", row."memoryBytes", row."deaths",
      row."byHostCall", row."traffic"
    from jsonb_to_recordset(${jsonText(counted)}::jsonb) as row ("installationId" uuid, "day" date, "hook" text,
      "calls" bigint, "errors" bigint, "latency" jsonb, "hostCalls" bigint, "bytesRead" bigint, "bytesWritten" bigint,
      "cpuMilliseconds" double precision, "memoryBytes" bigint, "deaths" bigint, "byHostCall" jsonb, "traffic" jsonb)
    join plugins on plugins.id = row."installationId"
    order by plugins.id, row."day", row."hook"
    on conflict (installation_id, day, hook) do update set
      calls = plugin_metrics.calls + excluded.calls,
      errors = plugin_metrics.errors + excluded.errors,
      latency = merge_counts(plugin_metrics.latency, excluded.latency),
      host_calls = plugin_metrics.host_calls + excluded.host_calls,
      bytes_read = plugin_metrics.bytes_read + excluded.bytes_read,
      bytes_written = plugin_metrics.bytes_written + excluded.bytes_written,
      cpu_milliseconds = plugin_metrics.cpu_milliseconds + excluded.cpu_milliseconds,
      memory_bytes = greatest(plugin_metrics.memory_bytes, excluded.memory_bytes),
      deaths = plugin_metrics.deaths + excluded.deaths,
      by_host_call = merge_counts(plugin_metrics.by_host_call, excluded.by_host_call),
      traffic = merge_traffic(plugin_metrics.traffic, excluded.traffic, ${most})`.execute(tx);
}

/** Days are UTC, as 2026-11-30, and both are part of the span; null leaves that side open. */
export type DaySpan = { from: string | null; to: string | null };

export async function findMetrics(
  tx: Tx,
  { organisationId, installationId }: { organisationId: string; installationId: string },
  { from, to }: DaySpan,
): Promise<(FigureRow & { since: Date })[]> {
  let query = tx
    .selectFrom('plugin_metrics')
    .select([
      'day',
      'hook',
      'calls',
      'errors',
      'latency',
      'host_calls',
      'bytes_read',
      'bytes_written',
      'cpu_milliseconds',
      'memory_bytes',
      'deaths',
      'by_host_call',
      'traffic',
      'since',
    ])
    .where('organisation_id', '=', organisationId)
    .where('installation_id', '=', installationId);
  if (from !== null) query = query.where('day', '>=', from);
  if (to !== null) query = query.where('day', '<=', to);
  return query.orderBy('day').orderBy('hook').execute();
}

/** What an installation keeps at this moment, in bytes of its plain values. */
export async function sizeOfStorage(tx: Tx, installationId: string): Promise<number> {
  const row = await tx
    .selectFrom('plugin_storage')
    .select(sql<number>`coalesce(sum(size), 0)`.as('size'))
    .where('installation_id', '=', installationId)
    .where(sql<boolean>`(expires_at is null or expires_at > clock_timestamp())`)
    .executeTakeFirstOrThrow();
  return Number(row.size);
}
