import type { SecuritySummary } from '@proofpix/contract/api/security';
import { violationSeverities } from '@proofpix/contract/violations';
import type { Host } from '@proofpix/host/host';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { findQuarantined } from '../plugins/queries.ts';
import { circuitOf } from '../plugins/show-plugin.ts';
import { countByDay } from './queries.ts';

const days = 30;
const dayMilliseconds = 86_400_000;

/** The last 30 days and what is locked now. `now` is a parameter for tests. */
export async function summariseEvents(
  { db, host, flush }: { db: Database; host: Host; flush: () => Promise<void> },
  organisationId: string,
  now: Date = new Date(),
): Promise<SecuritySummary> {
  const today = Math.floor(now.getTime() / dayMilliseconds);
  const first = today - days + 1;
  await flush();
  const { counts, quarantined } = await withOrganisation(db, organisationId, async (tx) => ({
    counts: await countByDay(tx, organisationId, new Date(first * dayMilliseconds)),
    quarantined: await findQuarantined(tx),
  }));
  const none = { low: 0, medium: 0, high: 0, critical: 0 };
  const totals = { ...none };
  const byDay = new Map(Array.from({ length: days }, (_, index) => [nameOf(first + index), { ...none }]));
  for (const { day, severity, count } of counts) {
    // A clock that was ahead may have written a later day.
    const figures = byDay.get(day);
    if (figures === undefined || !violationSeverities.includes(severity)) continue;
    figures[severity] += Number(count);
    totals[severity] += Number(count);
  }
  const resting = host
    .installations(organisationId)
    .map(({ id, pluginId, manifest }) => ({ plugin: pluginId, name: manifest.name, circuit: circuitOf(host, id) }))
    .filter(({ circuit }) => circuit.state !== 'closed');
  return {
    days: [...byDay].map(([day, figures]) => ({ day, ...figures })),
    totals,
    circuits: resting.map(({ plugin, name, circuit: { reason, retryAt } }) => ({ plugin, name, reason, retryAt })),
    quarantined: quarantined.map(({ plugin_id, name, version, state_reason }) => ({
      plugin: plugin_id,
      name,
      version,
      reason: state_reason,
    })),
  };
}

function nameOf(day: number): string {
  return new Date(day * dayMilliseconds).toISOString().slice(0, 10);
}
