import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { deleteOldNotices, insertNotices, lockUnsent, nextOrganisations, setSent, setSentThrough } from './queries.ts';

const organisationsAtOnce = 200;

/**
 * Some organisations in each transaction, with the place to which it came: whoever goes on after a crash begins behind it,
 * and nobody gets anything twice.
 */
export async function sendAnnouncement(db: Database, id: string, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const more = await asSystem(db, 'announcements', async (tx) => {
      const row = await lockUnsent(tx, id);
      if (row === undefined) return false;
      const organisations = await nextOrganisations(tx, row, organisationsAtOnce);
      const through = organisations.at(-1);
      if (through === undefined) {
        await setSent(tx, id);
        await deleteOldNotices(tx);
        return false;
      }
      await setSentThrough(tx, id, through, await insertNotices(tx, row, organisations));
      return true;
    });
    if (!more) return;
  }
}
