import { sql } from 'kysely';
import type { Tx } from '../../../db/tenancy.ts';
import { jsonText } from '../../../db/types.ts';
import type { Histogram } from './histogram.ts';

/** What was counted since the last write, for one hook of an installation ('' for its process). */
export type Counted = {
  installationId: string;
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
};

/** Adds to what is there. What belongs to an installation that is gone by now is left out. */
export async function addMetrics(tx: Tx, counted: readonly Counted[]): Promise<void> {
  if (counted.length === 0) return;
  await sql`insert into plugin_metrics (organisation_id, installation_id, hook, calls, errors, latency, host_calls, bytes_read,
      bytes_written, cpu_milliseconds, memory_bytes, deaths)
    select plugins.organisation_id, plugins.id, row."hook", row."calls", row."errors", row."latency", row."hostCalls",
      row."bytesRead", row."bytesWritten", row."cpuMilliseconds", row."memoryBytes", row."deaths"
    from jsonb_to_recordset(${jsonText(counted)}::jsonb) as row ("installationId" uuid, "hook" text, "calls" bigint,
      "errors" bigint, "latency" jsonb, "hostCalls" bigint, "bytesRead" bigint, "bytesWritten" bigint,
      "cpuMilliseconds" double precision, "memoryBytes" bigint, "deaths" bigint)
    join plugins on plugins.id = row."installationId"
    order by plugins.id, row."hook"
    on conflict (installation_id, hook) do update set
      calls = plugin_metrics.calls + excluded.calls,
      errors = plugin_metrics.errors + excluded.errors,
      latency = merge_counts(plugin_metrics.latency, excluded.latency),
      host_calls = plugin_metrics.host_calls + excluded.host_calls,
      bytes_read = plugin_metrics.bytes_read + excluded.bytes_read,
      bytes_written = plugin_metrics.bytes_written + excluded.bytes_written,
      cpu_milliseconds = plugin_metrics.cpu_milliseconds + excluded.cpu_milliseconds,
      memory_bytes = greatest(plugin_metrics.memory_bytes, excluded.memory_bytes),
      deaths = plugin_metrics.deaths + excluded.deaths`.execute(tx);
}

export async function findMetrics(tx: Tx, installationId: string) {
  return tx
    .selectFrom('plugin_metrics')
    .select([
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
      'since',
    ])
    .where('installation_id', '=', installationId)
    .orderBy('hook')
    .execute();
}
