import { asSystem } from '../../db/tenancy.ts';
import { findDeletedLately } from './queries.ts';
import { createObjectKeeper } from './object-keeper.ts';
import type { OpenParts, RunParts } from './parts.ts';
import { createAllowances } from './storage-allowance.ts';
import { takeUpAbandoned, workOnRuns, type Work } from './work/work-on-runs.ts';

export type Runs = OpenParts & AsyncDisposable & { work: Work };

/**
 * Takes up the runs that a crash interrupted and begins to work on waiting ones. Open it after the plugins, so that
 * what they registered is there; dispose it before them: runs under way are then given back and taken up at the next start.
 */
export async function openRuns(given: RunParts): Promise<Runs> {
  const parts = {
    ...given,
    keeper: createObjectKeeper(given),
    allowances: createAllowances(given.db, given.organisationStorageBytes),
  };
  await takeUpAbandoned(parts);
  await removeOrphans(parts);
  await removeDeleted(parts);
  const work = workOnRuns(parts);
  await given.queue.work('run', () => work.wake());
  // Jobs that ended just before a crash do not come again.
  await work.wake();
  return { ...parts, work, [Symbol.asyncDispose]: () => work[Symbol.asyncDispose]() };
}

/** Nothing happens where the bytes are gone already. */
async function removeDeleted({ db, keeper }: Pick<OpenParts, 'db' | 'keeper'>): Promise<void> {
  for (const { organisation_id, sha256 } of await asSystem(db, 'resume-work', findDeletedLately))
    await keeper.release(organisation_id, [sha256]);
}

/**
 * A crash between the last byte of a photo and its row leaves bytes that nobody sees and nobody could delete. Only what
 * is known to have been on its way is looked at: whatever else has no row (a database restored from an older copy, say)
 * may be evidence.
 */
async function removeOrphans({ objects, keeper }: Pick<OpenParts, 'objects' | 'keeper'>): Promise<void> {
  for (const { organisationId, sha256 } of await objects.arriving()) await keeper.release(organisationId, [sha256]);
}
