import { setTimeout as wait } from 'node:timers/promises';
import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { deleteInBatches, type Deletion } from '../../db/delete-in-batches.ts';
import type { Log } from '../../log.ts';
import { deleteOldEvents, deleteSurplusEvents } from '../security/queries.ts';
import { addDays } from './metrics/day-span.ts';
import { deleteOldMetrics } from './metrics/queries.ts';
import { deleteOldSeries } from './analytics/queries.ts';
import { deleteExpired } from './storage/queries.ts';

/** Not while the server starts, when everything else is more urgent. */
const firstAfter = 5 * 60_000;
const pause = 24 * 60 * 60_000;

type Parts = { db: Database; log: Log };

/**
 * Once a day: figures and security events that are older or more than the contract says, stored values whose time is
 * over. Critical acts stay.
 */
export function pruneRecords({ db, log }: Parts): AsyncDisposable {
  const ending = new AbortController();
  async function prune(): Promise<void> {
    const options = { signal: ending.signal, ref: false };
    for (let after = firstAfter; ; after = pause) {
      await wait(after, undefined, options);
      await deleteOld(db, new Date(), ending.signal).catch((error: unknown) =>
        log.error({ err: error }, 'old figures and security events could not be deleted'),
      );
    }
  }
  const pruning = prune().catch(() => {}); // aborted: nothing else ends it
  return {
    async [Symbol.asyncDispose]() {
      ending.abort();
      await pruning;
    },
  };
}

export async function deleteOld(db: Database, now: Date, signal?: AbortSignal): Promise<void> {
  const day = addDays(now.toISOString().slice(0, 10), -limits.metricsDays);
  const time = new Date(now.getTime() - limits.securityEventDays * 86_400_000);
  const deletions: Deletion[] = [
    (tx, most) => deleteOldEvents(tx, time, most),
    (tx, most) => deleteSurplusEvents(tx, limits.securityEventsKept, most),
    (tx, most) => deleteOldMetrics(tx, day, most),
    (tx, most) => deleteOldSeries(tx, day, most),
    deleteExpired,
  ];
  await deleteInBatches(db, deletions, signal);
}
