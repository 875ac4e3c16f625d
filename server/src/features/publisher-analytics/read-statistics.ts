import type { PluginStatistics } from '@proofpix/contract/api/publisher-analytics';
import { Problem } from '@proofpix/contract/errors';
import type { Database } from '../../db/database.ts';
import { asSystem, type Tx } from '../../db/tenancy.ts';
import { addDays } from '../plugins/metrics/day-span.ts';
import { listReleases } from '../releases/queries.ts';
import { findBounds, readInstalled, readSteps, readUsage, type PluginName } from './queries.ts';
import { figuresOf } from './read-analytics.ts';

/** Of the use of a plugin nothing older is said to those who look at it. */
const usageDays = 28;

/** For everybody who may look at its page. @throws Problem release_not_found */
export async function readStatistics(db: Database, named: PluginName): Promise<PluginStatistics> {
  return asSystem(db, 'publisher-analytics', async (tx) => {
    const releases = await listReleases(tx, named);
    const [newest] = releases;
    if (newest === undefined) throw new Problem('release_not_found');
    return {
      ...(await figures(tx, named)),
      releases: releases.length,
      lastReleasedAt: newest.released_at.toISOString(),
    };
  });
}

async function figures(tx: Tx, named: PluginName) {
  const { first, counted, begun } = await findBounds(tx, named);
  if (first === null || counted === null)
    return { asOf: counted, installs: 0, installed: 0, active: 0, errorFree: null };
  const rows = [
    ...(await readSteps(tx, named, { part: 'all', from: first, to: counted })),
    ...(await readInstalled(tx, named, { part: 'all', from: counted, to: counted })),
  ];
  const usage = await readUsage(tx, named, { from: addDays(counted, 1 - usageDays), to: counted });
  const { installs, installed, active, calls, errors } = figuresOf(rows, usage, begun);
  // A tenth of a percent: one failed call more is not seen.
  const errorFree = calls === null || errors === null ? null : Math.round((1 - errors / calls) * 1_000) / 1_000;
  return { asOf: counted, installs, installed, active, errorFree };
}

/** Installs since the beginning, in the transaction of somebody who knows that it is released. */
export async function countAllInstalls(tx: Tx, named: PluginName): Promise<number | null> {
  return (await figures(tx, named)).installs;
}
