import { withOrganisation } from '../../db/tenancy.ts';
import { lockObjects, unusedObjects } from '../runs/queries.ts';
import { clearLeftover } from './jobs/queries.ts';
import type { PluginParts } from './parts.ts';

/** Removes an object that no row names any more, and forgets that it was on its way. */
export async function removeUnused(
  { db, objects }: Pick<PluginParts, 'db' | 'objects'>,
  leftover: { organisationId: string; sha256: string; jobId: string },
): Promise<void> {
  const { organisationId, sha256, jobId } = leftover;
  await withOrganisation(db, organisationId, async (tx) => {
    // Packages lie beside photos and derived files: whoever removes one of them holds this lock.
    await lockObjects(tx, organisationId);
    for (const unused of await unusedObjects(tx, organisationId, [sha256]))
      await objects.remove(organisationId, unused);
    await clearLeftover(tx, jobId);
  });
}
