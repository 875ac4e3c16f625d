import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import type { Log } from '../../log.ts';
import { nobody, type Queue } from '../../queue.ts';
import { listUnsent } from './queries.ts';
import { sendAnnouncement } from './send-announcement.ts';

/** Begins to send announcements, first those that a server before this one gave up or lost. Dispose the queue first. */
export async function openAnnouncements({ db, queue, log }: { db: Database; queue: Queue; log: Log }): Promise<void> {
  await queue.work('announcement', ({ id }, signal) => sendAnnouncement(db, id, signal), {
    concurrency: 1,
    onGivenUp: async ({ id }) => log.error({ announcement: id }, 'an announcement could not be sent to everybody yet'),
  });
  await asSystem(db, 'announcements', async (tx) => {
    for (const id of await listUnsent(tx)) await queue.send(tx, 'announcement', { organisationId: nobody, id });
  });
}
