import type { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import type { RouteReply } from '@proofpix/contract/route';
import { withOrganisation } from '../../../db/tenancy.ts';
import { readListings, readVersion } from '../queries.ts';
import { searchCatalog } from './search/queries.ts';
import type { Discovery } from './open-discovery.ts';
import { wordsOf } from './search-listings.ts';
import { completeWord } from './words/queries.ts';

type Reply = RouteReply<typeof marketplaceRoutes.suggestions>;

const shown = 5;

/** What was typed with its last word completed, and the plugins that come first for it. */
export async function suggest({ db, replies }: Discovery, organisationId: string, q: string): Promise<Reply> {
  const words = wordsOf(q);
  const last = words.at(-1);
  if (last === undefined) return { searches: [], plugins: [] };
  return withOrganisation(db, organisationId, async (tx) =>
    replies.get(await readVersion(tx), JSON.stringify(['suggest', words]), async () => {
      const ends = await completeWord(tx, last, shown);
      const wanted = {
        words,
        phrase: words.join(' '),
        matched: 'all',
        sort: 'relevance',
        after: null,
        limit: shown,
      } as const;
      const rows = await readListings(tx, (await searchCatalog(tx, wanted)).hits);
      const typed = words.join(' ');
      return {
        searches: ends.map((end) => [...words.slice(0, -1), end].join(' ')).filter((search) => search !== typed),
        plugins: rows.map(({ source, publisher, plugin_id: pluginId, listing }) => ({
          source,
          publisher,
          pluginId,
          name: listing.name,
        })),
      };
    }),
  );
}
