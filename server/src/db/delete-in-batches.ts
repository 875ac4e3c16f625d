import type { Database } from './database.ts';
import { asSystem, type Tx } from './tenancy.ts';

/** Rows in one transaction, so that nobody waits behind a big one. */
const rowsAtOnce = 1_000;

/** Deletes at most so many rows, of all organisations, and gives how many it were. */
export type Deletion = (tx: Tx, most: number) => Promise<number>;

/** Each deletion until it finds no more, a transaction at a time. @throws the signal's reason */
export async function deleteInBatches(
  db: Database,
  deletions: readonly Deletion[],
  signal?: AbortSignal,
): Promise<void> {
  for (const deletion of deletions) {
    let deleted: number;
    do {
      signal?.throwIfAborted();
      deleted = await asSystem(db, 'prune', (tx) => deletion(tx, rowsAtOnce));
    } while (deleted >= rowsAtOnce);
  }
}
