import { activityHours, type Activity, type PluginActivity } from '@proofpix/contract/activity';
import { Problem } from '@proofpix/contract/errors';
import type { Host } from '@proofpix/host/host';
import { withOrganisation } from '../../../db/tenancy.ts';
import { sum } from '../metrics/figures.ts';
import { merge, percentile } from '../metrics/histogram.ts';
import type { PluginParts } from '../parts.ts';
import { findInstallation } from '../queries.ts';
import { hourOf, lastHours } from './measure-hours.ts';
import { findHours, findIds, type HourRow } from './queries.ts';

type Parts = Pick<PluginParts, 'db' | 'host' | 'capabilities'>;

/** The last 24 hours of every plugin of the organisation, in one answer. */
export async function readActivity({ db, host, capabilities }: Parts, organisationId: string): Promise<Activity> {
  await capabilities.flush();
  const hours = lastHours(activityHours, new Date());
  const from = hours[0] ?? ''; // there are 24
  const { plugins, rows } = await withOrganisation(db, organisationId, async (tx) => ({
    plugins: await findIds(tx),
    rows: await findHours(tx, { organisationId, from }),
  }));
  const byPlugin = Map.groupBy(rows, (row) => row.installation_id);
  const items = plugins.map(({ id, plugin_id: plugin }) => {
    const own = byPlugin.get(id) ?? [];
    const byHour = hours.map((hour) => own.filter((row) => hourOf(row.hour) === hour));
    return {
      plugin,
      ...figuresOf(own),
      ...processOf(host, id),
      callsByHour: byHour.map((of) => sum(of, ({ calls }) => calls)),
      errorsByHour: byHour.map((of) => sum(of, ({ errors }) => errors)),
    };
  });
  return { from, items };
}

/** @throws Problem plugin_not_found */
export async function readPluginActivity(
  { db, host, capabilities }: Parts,
  { organisationId, pluginId }: { organisationId: string; pluginId: string },
): Promise<PluginActivity> {
  const installation = await withOrganisation(db, organisationId, (tx) => findInstallation(tx, pluginId));
  if (!installation) throw new Problem('plugin_not_found');
  const { id } = installation;
  await capabilities.flush(id);
  const hours = lastHours(activityHours, new Date());
  const rows = await withOrganisation(db, organisationId, (tx) =>
    findHours(tx, { organisationId, installationId: id, from: hours[0] ?? '' }),
  );
  return {
    plugin: pluginId,
    ...figuresOf(rows),
    ...processOf(host, id),
    hours: hours.map((hour) => ({ hour, ...figuresOf(rows.filter((row) => hourOf(row.hour) === hour)) })),
  };
}

function figuresOf(rows: readonly HourRow[]) {
  return {
    calls: sum(rows, ({ calls }) => calls),
    errors: sum(rows, ({ errors }) => errors),
    p95Milliseconds: percentile(merge(rows.map(({ latency }) => latency)), 0.95),
  };
}

/** One without a process starts one with its next call: it sleeps, and holds nothing. */
function processOf(host: Host, installationId: string) {
  const running = host.state(installationId).runner === 'ready';
  return { running, memoryBytes: running ? Math.round(host.usage(installationId).memoryBytes) : null };
}
