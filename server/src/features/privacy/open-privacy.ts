import { asSystem } from '../../db/tenancy.ts';
import { findUnfinished } from './erasure/queries.ts';
import { finishPerson, giveUpPerson } from './erasure/finish-erasure.ts';
import { tellToErase } from './notices/tell-plugins.ts';
import type { PrivacyParts } from './parts.ts';

/** Begins to erase whom it was asked for, and to tell plugins of it. Dispose the queue first. */
export async function openPrivacy(parts: PrivacyParts): Promise<PrivacyParts> {
  const { db, queue } = parts;
  await queue.work('erasure', (ids, signal) => finishPerson(parts, ids, signal), {
    concurrency: 1,
    onGivenUp: (ids) => giveUpPerson(parts, ids),
  });
  await queue.work('erase-notice', (ids, signal) => tellToErase(parts, ids, signal), {
    concurrency: 2,
    perOrganisation: 1,
  });
  await asSystem(db, 'erase', async (tx) => {
    for (const { id, organisation_id: organisationId } of await findUnfinished(tx))
      await queue.send(tx, 'erasure', { organisationId, id });
  });
  return parts;
}
