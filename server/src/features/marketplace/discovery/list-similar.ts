import { Problem } from '@proofpix/contract/errors';
import { withOrganisation } from '../../../db/tenancy.ts';
import { showListing, type Listing } from '../list-listings.ts';
import { readListings, readVersion } from '../queries.ts';
import type { Discovery } from './open-discovery.ts';
import { wordsOf } from './search-listings.ts';
import { findListing, findSimilar } from './similar/queries.ts';

/** @throws Problem release_not_found */
export async function listSimilar(
  { db, replies }: Discovery,
  organisationId: string,
  { limit, ...named }: { publisher: string; pluginId: string; limit: number },
): Promise<Listing[]> {
  return withOrganisation(db, organisationId, async (tx) => {
    const { names } = await replies.get(await readVersion(tx), JSON.stringify(['similar', named, limit]), async () => {
      const found = await findListing(tx, named);
      if (found === null) throw new Problem('release_not_found');
      const { listing } = found;
      const words = wordsOf((listing.keywords?.length ? listing.keywords : [listing.name]).join(' '));
      return { names: await findSimilar(tx, { ...named, listing, words, limit }) };
    });
    return (await readListings(tx, names)).map(showListing);
  });
}
