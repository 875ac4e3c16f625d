import { asSystem, withOrganisation } from '../server/src/db/tenancy.ts';
import { openDiscovery, type Discovery } from '../server/src/features/marketplace/discovery/open-discovery.ts';
import { createReplyCache } from '../server/src/features/marketplace/discovery/reply-cache.ts';
import { searchListings } from '../server/src/features/marketplace/discovery/search-listings.ts';
import { fillCatalog, makeCatalog } from '../server/src/features/marketplace/discovery/test/catalog.ts';
import { judgedQueries, ndcg } from '../server/src/features/marketplace/discovery/test/queries.ts';
import { openTestDatabase } from '../server/test/test-database.ts';
import { milliseconds, percentile, row, type Options, type Row } from './measure.ts';

const rounds = 5;

/**
 * Sixty searches with all facets, nothing kept from the one before, each beside a bare select of twenty rows; and how good
 * what they find is. On PostgreSQL with DATABASE_URL, in a database of its own.
 */
export async function measure({ listings }: Options): Promise<Row[]> {
  if (!Number.isSafeInteger(listings) || listings < 100) throw new Error('--listings is a number from 100 on.');
  await using db = await openTestDatabase();
  const catalog = makeCatalog(listings);
  await fillCatalog(db, catalog);
  const organisationId = await asSystem(db, 'first-start', async (tx) => {
    const made = await tx
      .insertInto('organisations')
      .values({ name: 'Bench' })
      .returning('id')
      .executeTakeFirstOrThrow();
    return made.id;
  });
  const discovery = await openDiscovery(db);
  const queries = judgedQueries(catalog);
  const ask = (how: Discovery, { query }: (typeof queries)[number]) =>
    searchListings(how, organisationId, { ...query, limit: 20 });
  /** Keeps nothing: what is measured is the search. */
  const forgetful = () => ({ ...discovery, replies: createReplyCache({ maximumBytes: 0 }) });
  const select = () =>
    withOrganisation(db, organisationId, (tx) =>
      tx
        .selectFrom('plugin_marketplace_cache')
        .selectAll()
        .orderBy('downloads', 'desc')
        .orderBy('source')
        .orderBy('publisher')
        .orderBy('plugin_id')
        .limit(20)
        .execute(),
    );

  const byName = new Map(catalog.map((made) => [`${made.publisher}/${made.pluginId}`, made]));
  const scores: number[] = [];
  for (const judged of queries) {
    const { items } = await ask(forgetful(), judged);
    await ask(discovery, judged);
    const grades = items.map(({ publisher, pluginId }) => {
      const made = byName.get(`${publisher}/${pluginId}`);
      return made === undefined ? 0 : judged.grade(made);
    });
    const score = ndcg(grades, catalog.map(judged.grade));
    if (score !== null) scores.push(score);
  }

  const times: { ours: number[]; kept: number[]; bare: number[] } = { ours: [], kept: [], bare: [] };
  for (let round = 0; round < rounds; round += 1) {
    for (const judged of queries) {
      times.ours.push(await milliseconds(() => ask(forgetful(), judged)));
      times.bare.push(await milliseconds(select));
      times.kept.push(await milliseconds(() => ask(discovery, judged)));
    }
  }
  const beside = { rival: percentile(times.bare, 0.95) };
  const where = `${listings} listings, ${db.kind === 'pglite' ? 'embedded' : 'PostgreSQL'}`;
  return [
    row(
      'search_p95',
      `ms of a search with facets, 95th percentile, against a bare select of 20 rows; ${where}`,
      { ours: percentile(times.ours, 0.95), ...beside },
      listings === 10_000 ? '≤ 20 ms' : 'reported',
    ),
    row(
      'search_p50',
      `ms, the median of the same; ${where}`,
      { ours: percentile(times.ours, 0.5), rival: percentile(times.bare, 0.5) },
      'reported',
    ),
    row(
      'search_kept_p95',
      `ms of the same from what is kept until the catalog changes; ${where}`,
      { ours: percentile(times.kept, 0.95), ...beside },
      'reported',
    ),
    row(
      'search_ndcg',
      `nDCG@10 of ${scores.length} searches with known answers; ${where}`,
      { ours: scores.reduce((sum, score) => sum + score, 0) / scores.length },
      '≥ 0.9',
    ),
  ];
}
