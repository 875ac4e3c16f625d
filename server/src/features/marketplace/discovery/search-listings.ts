import type { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import { cleanText } from '@proofpix/host/clean-text';
import { withOrganisation, type Tx } from '../../../db/tenancy.ts';
import { pageOf } from '../../../http/paging.ts';
import { showListing } from '../list-listings.ts';
import { readListings, readVersion } from '../queries.ts';
import { correctWords } from './correct-words.ts';
import { countFacets } from './count-facets.ts';
import { explain } from './explain.ts';
import type { Discovery } from './open-discovery.ts';
import { searchCatalog, type Found, type Hit, type SearchPosition, type Wanted } from './search/queries.ts';

type Query = RouteQuery<typeof marketplaceRoutes.search>;
type Reply = RouteReply<typeof marketplaceRoutes.search>;

/** Each word is looked up on its own, and weighs the index down. */
const mostWords = 8;

/** @throws Problem invalid_request */
export async function searchListings(
  { db, replies, trigrams }: Discovery,
  organisationId: string,
  query: Query,
): Promise<Reply> {
  const {
    limit = limits.pageDefault,
    sort = 'relevance',
    explain: explained = false,
    cursor,
    q = '',
    ...filters
  } = query;
  const words = wordsOf(q);
  const asked = {
    ...filters,
    words,
    phrase: phraseOf(q),
    sort,
    after: decode(cursor, sort),
    limit: limit + 1,
  } as const;
  // Something was typed, and none of it can be looked for.
  const hopeless = words.length === 0 && q.trim() !== '';
  return withOrganisation(db, organisationId, async (tx) => {
    const answer = await replies.get(await readVersion(tx), JSON.stringify(asked), () =>
      hopeless ? nothing(q) : search(tx, asked, trigrams),
    );
    // What only this organisation has, and what changes without the catalog, is read each time.
    const rows = await readListings(tx, answer.hits);
    const byName = new Map(rows.map((row) => [nameOf({ ...row, pluginId: row.plugin_id }), row]));
    const page = pageOf(answer.hits, answer.total, limit, { item: (hit) => hit, cursor: encode });
    return {
      ...page,
      items: page.items.flatMap((hit) => {
        const row = byName.get(nameOf(hit));
        if (row === undefined) return [];
        return [{ ...showListing(row), ...(explained ? { explanation: explain(hit, answer.words) } : {}) }];
      }),
      facets: answer.facets,
      searched: answer.words.join(' '),
      matched: answer.matched,
      didYouMean: answer.didYouMean,
    };
  });
}

type Answer = { hits: Hit[]; words: readonly string[]; total: number } & Pick<
  Reply,
  'facets' | 'matched' | 'didYouMean'
>;

/** All words; then words that are near to those that occur nowhere; then any of the words. */
async function search(tx: Tx, asked: Omit<Wanted, 'matched'>, trigrams: boolean): Promise<Answer> {
  const given = await searchCatalog(tx, { ...asked, matched: 'all' });
  const all = countAll(given);
  if (all > fewFound || asked.words.length === 0) return shape(given, asked, 'all', null);
  const { words, replaced, suggested } = await correctWords(tx, asked.words, trigrams);
  if (all > 0) return shape(given, asked, 'all', (replaced ? words : suggested)?.join(' ') ?? null);
  const corrected = { ...asked, words, phrase: replaced ? words.join(' ') : asked.phrase };
  const didYouMean = replaced ? words.join(' ') : (suggested?.join(' ') ?? null);
  const found = replaced ? await searchCatalog(tx, { ...corrected, matched: 'all' }) : given;
  if (countAll(found) > 0 || words.length === 1) return shape(found, corrected, 'all', didYouMean);
  return shape(await searchCatalog(tx, { ...corrected, matched: 'any' }), corrected, 'any', didYouMean);
}

/** So few may be there by mistake, or to catch those who mistype. */
const fewFound = 2;

const countAll = ({ groups }: Found) => groups.reduce((sum, { count }) => sum + count, 0);

function shape(
  found: Found,
  asked: Omit<Wanted, 'matched'>,
  matched: 'all' | 'any',
  didYouMean: string | null,
): Answer {
  return { hits: found.hits, words: asked.words, ...countFacets(found, asked), matched, didYouMean };
}

async function nothing(q: string): Promise<Answer> {
  const none = countFacets({ groups: [], publishers: [] }, {});
  return { hits: [], words: [q.trim()], ...none, matched: 'all', didYouMean: null };
}

/** Only letters and digits get through, so nothing of the query language can be typed in. */
export function wordsOf(q: string): string[] {
  const words =
    cleanText(q)
      .normalize('NFKC')
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [];
  return [...new Set(words)].slice(0, mostWords);
}

/** As it is compared with whole names. */
export const phraseOf = (q: string) => cleanText(q).normalize('NFKC').toLowerCase().trim().replaceAll(/\s+/g, ' ');

const nameOf = ({ source, publisher, pluginId }: { source: string; publisher: string; pluginId: string }) =>
  `${source} ${publisher} ${pluginId}`;

function encode({ key, publisher, pluginId, source }: SearchPosition): string {
  return Buffer.from(JSON.stringify([key, publisher, pluginId, source])).toString('base64url');
}

/** @throws Problem invalid_request */
function decode(cursor: string | undefined, sort: Wanted['sort']): SearchPosition | null {
  if (cursor === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 4) {
      const [key, publisher, pluginId, source] = value as unknown[]; // JSON of a list
      const isText = (text: unknown): text is string => typeof text === 'string' && !text.includes('\0');
      const isKey = sort === 'name' ? isText(key) : Number.isSafeInteger(key);
      if (isKey && isText(publisher) && isText(pluginId) && isText(source))
        return { key: key as string | number, publisher, pluginId, source }; // one of the two, as just seen
    }
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw new Problem('invalid_request', undefined, [{ field: 'cursor', message: 'is not a cursor of this list' }]);
}
