import { Problem } from '@proofpix/contract/errors';
import type { PluginMetrics } from '@proofpix/contract/receipts';
import { withOrganisation } from '../../../db/tenancy.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { dayOf } from './day-span.ts';
import { isCalledHook, sumFigures, type FigureRow } from './figures.ts';
import { merge, percentile } from './histogram.ts';
import { findMetrics, sizeOfStorage } from './queries.ts';

type Asked = { organisationId: string; pluginId: string; from?: string | undefined; to?: string | undefined };

/** @throws Problem plugin_not_found, invalid_request */
export async function readMetrics(
  { db, capabilities }: Pick<PluginParts, 'db' | 'capabilities'>,
  { organisationId, pluginId, from, to }: Asked,
): Promise<PluginMetrics> {
  const span = { from: dayOf('from', from), to: dayOf('to', to) };
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  await capabilities.flush(installation.id);
  const { rows, storageBytes } = await withOrganisation(db, organisationId, async (tx) => ({
    rows: await findMetrics(tx, { organisationId, installationId: installation.id }, span),
    storageBytes: await sizeOfStorage(tx, installation.id),
  }));
  const figures = sumFigures(rows);
  const { calls, errors, cpuSeconds } = figures;
  const since = Math.min(installation.installed_at.getTime(), ...rows.map((row) => row.since.getTime()));
  return {
    since: new Date(span.from === null ? since : Math.max(since, Date.parse(span.from))).toISOString(),
    ...figures,
    successRate: calls === 0 ? null : (calls - errors) / calls,
    cpuMilliseconds: cpuSeconds * 1_000,
    storageBytes,
    byHook: figuresByHook(rows.filter(isCalledHook)),
  };
}

function figuresByHook(rows: readonly FigureRow[]): PluginMetrics['byHook'] {
  const byHook = Map.groupBy(rows, ({ hook }) => hook);
  return Object.fromEntries(
    [...byHook].map(([hook, days]) => {
      const latency = merge(days.map((row) => row.latency));
      const { calls, errors } = sumFigures(days);
      return [
        hook,
        {
          calls,
          errors,
          p50Milliseconds: percentile(latency, 0.5) ?? 0,
          p95Milliseconds: percentile(latency, 0.95) ?? 0,
          p99Milliseconds: percentile(latency, 0.99) ?? 0,
        },
      ];
    }),
  );
}
