import { sql, type RawBuilder } from 'kysely';
import type { Permission } from '@proofpix/contract/permissions';
import type { Manifest } from '@proofpix/contract/manifest';
import {
  exactNamePoints,
  freshness,
  type sortOrders,
  useSteps,
  verdictPoints,
  wordPoints,
} from '@proofpix/contract/ranking';
import type { ScanVerdict } from '@proofpix/contract/scan';
import type { Tx } from '../../../../db/tenancy.ts';

/** What a search is narrowed to: each by any of its values. */
export type Filters = {
  category?: readonly Manifest['category'][] | undefined;
  type?: readonly Manifest['type'][] | undefined;
  permission?: readonly Permission[] | undefined;
  verdict?: readonly ScanVerdict[] | undefined;
  publisher?: readonly string[] | undefined;
  source?: readonly string[] | undefined;
};

export type SortOrder = (typeof sortOrders)[number];

/** Where a page ended: the key of its order, then the name's parts. */
export type SearchPosition = { key: number | string; publisher: string; pluginId: string; source: string };

export type Wanted = Filters & {
  /** Letters and digits only; none means everything. */
  words: readonly string[];
  /** As it was typed, for the name that is just that. */
  phrase: string;
  matched: 'all' | 'any';
  sort: SortOrder;
  after: SearchPosition | null;
  limit: number;
};

export type Hit = SearchPosition & {
  score: number;
  /** For each word of the search. */
  words: number[];
  exact: number;
  use: number;
  fresh: number;
  verdict: number;
};

export type Found = {
  hits: Hit[];
  /** How many of each source and each set of facets, whatever they are filtered by; but for publishers. */
  groups: { source: string; facets: string; count: number }[];
  /** The most frequent under all other filters. */
  publishers: { value: string; count: number }[];
};

const shownPublishers = 10;

/**
 * One look at the index for hits and counts: what matches is read once, and counted from there. Points are whole numbers,
 * and names are compared byte by byte, so that both databases give one order.
 */
export async function searchCatalog(tx: Tx, wanted: Wanted): Promise<Found> {
  const { sort, after } = wanted;
  const words = await readStems(tx, wanted.words);
  const column = (index: number) => sql.ref(`word_${index}`);
  const wordColumns = words.map((word, index) => sql`${pointsOfWord(word)} as ${column(index)}`);
  const score = sql.join([sql`exact + use + fresh + judged`, ...words.map((_, index) => column(index))], sql` + `);
  const key = keyOf(sort);
  const others = sql.join(otherFilters(wanted), sql` and `);
  const everything = sql.join([...otherFilters(wanted), ...anyOf('publisher', wanted.publisher)], sql` and `);
  const names = sql`publisher collate "C", plugin_id collate "C", source collate "C"`;
  const position =
    after === null
      ? sql``
      : sql`and (key, ${names}) > (${after.key}::${key.type}, ${after.publisher}, ${after.pluginId}, ${after.source})`;
  const { rows } = await sql<{
    hits: [number | string, string, string, string, number, number, number, number, number, number[]][] | null;
    groups: [string, string, number][] | null;
    publishers: [string, number][] | null;
  }>`
    with matched as materialized (
      select *, ${score} as score, ${key.from(score)} as key from (
        select ${sql.join([sql`source, publisher, plugin_id, name, type, category, verdict, facets, active_organisations, trend, created_at`, ...wordColumns])},
          ${words.length === 0 ? sql`0` : sql`case when lower(name) = ${wanted.phrase} then ${sql.lit(exactNamePoints)} else 0 end`} as exact,
          ${pointsOfUse} as use, ${pointsOfAge} as fresh, ${pointsOfVerdict} as judged
        from plugin_marketplace_cache
        where ${textCondition(words, wanted.matched)} offset 0 -- else the points would be worked out once more for each use
      ) as weighed
    )
    select
      (select json_agg(json_build_array(key, publisher, plugin_id, source, score, exact, use, fresh, judged, json_build_array(${sql.join(words.map((_, index) => column(index)))}))
        order by key, ${names})
        from (select * from matched where ${everything} ${position} order by key, ${names} limit ${wanted.limit}) as shown) as hits,
      (select json_agg(json_build_array(source, facets, count)) from (
        select source, facets, count(*) as count from matched
        where ${sql.join([sql`true`, ...anyOf('publisher', wanted.publisher)], sql` and `)} group by source, facets) as grouped) as groups,
      (select json_agg(json_build_array(publisher, count) order by count desc, publisher collate "C") from (
        select publisher, count(*) as count from matched where ${others} group by publisher
        order by count desc, publisher collate "C" limit ${sql.lit(shownPublishers)}) as counted) as publishers`.execute(
    tx,
  );
  const [row] = rows;
  return {
    hits: (row?.hits ?? []).map(([at, publisher, pluginId, source, sum, exact, use, fresh, verdict, points]) => ({
      key: at,
      publisher,
      pluginId,
      source,
      score: sum,
      words: points,
      exact,
      use,
      fresh,
      verdict,
    })),
    groups: (row?.groups ?? []).map(([source, facets, count]) => ({ source, facets, count })),
    publishers: (row?.publishers ?? []).map(([value, count]) => ({ value, count })),
  };
}

/** A word of a search, and what English makes of it; empty where English leaves it out ("the"). */
type SearchWord = { word: string; stem: string };

/** Asked once: written into each part of the search, the language would be asked twenty times for every word. */
async function readStems(tx: Tx, words: readonly string[]): Promise<SearchWord[]> {
  if (words.length === 0) return [];
  const { rows } = await sql<SearchWord>`select word, to_tsquery('english', word)::text as stem
    from json_array_elements_text(${JSON.stringify(words)}::json) as each (word)`.execute(tx);
  return rows;
}

/**
 * Stems of English words, and each word as the beginning of one, so that results come while somebody types. Publishers and
 * what English leaves out are found as they are written; among others, the latter say nothing.
 */
function textCondition(words: readonly SearchWord[], matched: Wanted['matched']): RawBuilder<boolean> {
  if (words.length === 0) return sql`true`;
  const telling = words.length === 1 ? words : words.filter(({ stem }) => stem !== '');
  const queries = telling.map(({ word, stem }) => `(${withStem(stem, '', `'${word}':*`)})`);
  return sql`search @@ ${queries.join(matched === 'all' ? ' & ' : ' | ')}::tsquery`;
}

/** Words have letters and digits only, and stems come quoted: nothing of the query language can be typed in. */
function withStem(stem: string, weight: string, beside: string): string {
  return stem === '' ? beside : `${stem.replaceAll(/'(?:[^']|'')*'/g, (lexeme) => lexeme + weight)} | ${beside}`;
}

function pointsOfWord({ word, stem }: SearchWord): RawBuilder<number> {
  const cases = wordPoints.map(({ weight, whole, points }) => {
    const query = whole ? withStem(stem, `:${weight}`, `'${word}':${weight}`) : `'${word}':*${weight}`;
    return sql`when search @@ ${query}::tsquery then ${sql.lit(points)}`;
  });
  return sql`case ${sql.join(cases, sql` `)} else 0 end`;
}

const pointsOfUse = sql<number>`case ${sql.join(
  useSteps.map(
    ({ organisations, points }) => sql`when active_organisations >= ${sql.lit(organisations)} then ${sql.lit(points)}`,
  ),
  sql` `,
)} else 0 end`;

const pointsOfAge = sql<number>`greatest(0, least(${sql.lit(freshness.points)},
  ${sql.lit(freshness.points)} - ((select day from marketplace_catalog) - (version_since at time zone 'utc')::date) / ${sql.lit(freshness.days)}))`;

const pointsOfVerdict = sql<number>`case verdict ${sql.join(
  Object.entries(verdictPoints).map(([verdict, points]) => sql`when ${sql.lit(verdict)} then ${sql.lit(points)}`),
  sql` `,
)} else 0 end`;

/** Smaller is earlier. */
function keyOf(sort: SortOrder): { type: RawBuilder<unknown>; from(score: RawBuilder<unknown>): RawBuilder<unknown> } {
  const type = sort === 'name' ? sql.raw('text') : sql.raw('bigint');
  const from = {
    relevance: (score: RawBuilder<unknown>) => sql`-(${score})::bigint`,
    new: () => sql`-(extract(epoch from created_at) * 1000)::bigint`,
    name: () => sql`lower(name) collate "C"`,
    'most-used': () => sql`-active_organisations::bigint`,
    trending: () => sql`-(trend::bigint * 1000000 + least(active_organisations, 999999))`,
  }[sort];
  return { type, from };
}

function otherFilters(filters: Filters): RawBuilder<boolean>[] {
  const { category, type, verdict, source, permission } = filters;
  const permissions = (permission ?? []).map((name) => sql<boolean>`facets like ${`%"${name}"%`}`);
  return [
    sql`true`,
    ...anyOf('category', category),
    ...anyOf('type', type),
    ...anyOf('verdict', verdict),
    ...anyOf('source', source),
    ...(permissions.length === 0 ? [] : [sql<boolean>`(${sql.join(permissions, sql` or `)})`]),
  ];
}

function anyOf(column: keyof Filters, values: readonly string[] | undefined): RawBuilder<boolean>[] {
  return values === undefined || values.length === 0 ? [] : [sql`${sql.ref(column)} in (${sql.join(values)})`];
}
