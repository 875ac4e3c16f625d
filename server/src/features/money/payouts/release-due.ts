import { releaseLines } from '@proofpix/contract/money/ledger';
import type { Tx } from '../../../db/tenancy.ts';
import { book, heldOf } from '../ledger/queries.ts';
import { lockDue } from '../orders/queries.ts';

const atOnce = 500;

/** Shares whose time for refunds is over can be paid out from now on. Of one publisher, or of all. */
export async function releaseDue(tx: Tx, publisher: string | null, now: Date): Promise<void> {
  for (const row of await lockDue(tx, publisher, now, atOnce)) {
    const lines = releaseLines({ publisher: row.publisher, held: await heldOf(tx, row.id) });
    await book(tx, { kind: 'release', orderId: row.id, currency: row.currency, lines });
  }
}
