import { limits } from '@proofpix/contract/limits';
import type { Database } from '../../db/database.ts';
import { deleteInBatches, type Deletion } from '../../db/delete-in-batches.ts';
import { deleteSurplusEvents } from '../security/queries.ts';
import { deleteOldHours } from './activity/queries.ts';
import { deleteExpired } from './storage/queries.ts';

/** What is more than the contract allows, of all organisations, and stored values whose time is over. How long the rest is kept they say themselves. */
export async function deleteOld(db: Database, now: Date, signal?: AbortSignal): Promise<void> {
  const hour = new Date(now.getTime() - limits.activityHours * 3_600_000);
  const deletions: Deletion[] = [
    (tx, most) => deleteSurplusEvents(tx, limits.securityEventsKept, most),
    (tx, most) => deleteOldHours(tx, hour, most),
    deleteExpired,
  ];
  await deleteInBatches(db, deletions, signal);
}
