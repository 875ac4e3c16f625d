import { withOrganisation } from '../../db/tenancy.ts';
import { lockObjects, unusedObjects } from '../runs/queries.ts';
import type { SubmissionParts } from './parts.ts';

/** What another archive took the place of, unless something else of the organisation is made of the same bytes. */
export async function dropArchive(
  { db, objects }: Pick<SubmissionParts, 'db' | 'objects'>,
  organisationId: string,
  digest: string,
): Promise<void> {
  await withOrganisation(db, organisationId, async (tx) => {
    await lockObjects(tx, organisationId);
    for (const unused of await unusedObjects(tx, organisationId, [digest]))
      await objects.remove(organisationId, unused);
  });
}
