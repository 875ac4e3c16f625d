import type { AnalyticsItem } from '@proofpix/contract/api/analytics';
import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../../db/tenancy.ts';
import { percentile } from '../metrics/histogram.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { dayOf } from './measure.ts';
import { findSeries } from './queries.ts';

const longestDays = 31;
const dayMilliseconds = 86_400_000;

/** @throws Problem `plugin_not_found`, `invalid_request` */
export async function readAnalytics(
  { db, capabilities }: Pick<PluginParts, 'db' | 'capabilities'>,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
  query: { from?: string | undefined; to?: string | undefined },
): Promise<{ from: string; to: string; items: AnalyticsItem[] }> {
  const { from, to } = spanOf(query);
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  await capabilities.flush();
  const rows = await withOrganisation(db, organisationId, (tx) =>
    findSeries(tx, { installationId: installation.id, from, to }),
  );
  return { from, to, items: rows.map(showSeries) };
}

function spanOf({ from, to }: { from?: string | undefined; to?: string | undefined }): { from: string; to: string } {
  const last = to ?? (from === undefined ? dayOf(new Date()) : shifted(from, longestDays - 1));
  const first = from ?? shifted(last, 1 - longestDays);
  const days = (Date.parse(last) - Date.parse(first)) / dayMilliseconds + 1;
  if (days >= 1 && days <= longestDays) return { from: first, to: last };
  throw new Problem('invalid_request', undefined, [
    { field: 'to', message: `must be 0 to ${longestDays - 1} days after from` },
  ]);
}

function shifted(day: string, days: number): string {
  return dayOf(new Date(Date.parse(day) + days * dayMilliseconds));
}

export function showSeries({ histogram, ...row }: Awaited<ReturnType<typeof findSeries>>[number]): AnalyticsItem {
  // The middle of a bucket may lie a little outside of what was there.
  const within = (value: number | null) =>
    value === null || row.kind !== 'time'
      ? null
      : Math.min(Math.max(value, row.minimum ?? value), row.maximum ?? value);
  return {
    ...row,
    count: Number(row.count),
    p50Milliseconds: within(percentile(histogram, 0.5)),
    p95Milliseconds: within(percentile(histogram, 0.95)),
  };
}
