import type { PluginMetrics } from '@proofpix/contract/api/plugins';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { merge, percentile } from './histogram.ts';
import { findMetrics } from './queries.ts';

/** Rows that count what the platform itself asked of a plugin: no calls that somebody made. */
const lifecycle = new Set(['', 'initialize', 'cleanup', 'onConfigUpdate']);

export async function readMetrics(
  { db, capabilities }: Pick<PluginParts, 'db' | 'capabilities'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<PluginMetrics> {
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  await capabilities.flush(installation.id);
  const rows = await withOrganisation(db, organisationId, (tx) => findMetrics(tx, installation.id));
  const hooks = rows.filter(({ hook }) => !lifecycle.has(hook));
  const sum = (of: (row: (typeof rows)[number]) => number, list = rows) =>
    list.reduce((total, row) => total + Number(of(row)), 0);
  const calls = sum(({ calls }) => calls, hooks);
  const errors = sum(({ errors }) => errors, hooks);
  const latency = merge(hooks.map((row) => row.latency));
  const since = Math.min(installation.installed_at.getTime(), ...rows.map((row) => row.since.getTime()));
  return {
    since: new Date(since).toISOString(),
    calls,
    errors,
    successRate: calls === 0 ? null : (calls - errors) / calls,
    p50Milliseconds: percentile(latency, 0.5),
    p95Milliseconds: percentile(latency, 0.95),
    cpuMilliseconds: sum((row) => row.cpu_milliseconds),
    memoryBytes: Math.max(0, ...rows.map((row) => Number(row.memory_bytes))),
    hostCalls: sum((row) => row.host_calls),
    bytesRead: sum((row) => row.bytes_read),
    bytesWritten: sum((row) => row.bytes_written),
    deaths: sum((row) => row.deaths),
    byHook: Object.fromEntries(
      hooks.map((row) => [
        row.hook,
        {
          calls: Number(row.calls),
          errors: Number(row.errors),
          p50Milliseconds: percentile(row.latency, 0.5) ?? 0,
          p95Milliseconds: percentile(row.latency, 0.95) ?? 0,
        },
      ]),
    ),
  };
}
