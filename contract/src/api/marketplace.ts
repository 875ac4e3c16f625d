import { Type, type Static, type TSchema } from 'typebox';
import { limits } from '../limits.ts';
import { Manifest, PluginId } from '../manifest.ts';
import { PermissionName } from '../permission-name.ts';
import { rankingTerms, sortOrders } from '../ranking.ts';
import { FollowedSource } from '../source-schema.ts';
import { Cursor, page, route } from '../route.ts';
import { ScanVerdict } from '../scan.ts';
import { PublisherName } from '../trust.ts';

/** A plugin as the marketplace shows it. */
export const Listing = Type.Object(
  {
    source: Type.String(),
    publisher: Type.String(),
    pluginId: PluginId,
    name: Type.String(),
    version: Type.String(),
    description: Type.String(),
    type: Manifest.properties.type,
    category: Manifest.properties.category,
    permissions: Type.Array(PermissionName),
    hosts: Type.Array(Type.String()),
    keywords: Type.Array(Type.String()),
    license: Type.Union([Type.String(), Type.Null()]),
    featured: Type.Boolean(),
    downloads: Type.Integer({
      description: 'Installations that were ever made, in steps of five; no part of any order',
    }),
    usedBy: Type.Integer({
      description: 'So many organisations or more really use it, in steps; 0 below three, so that none is named by it',
    }),
    trending: Type.Boolean({ description: 'More organisations use it than two weeks ago' }),
    verdict: Type.Union([ScanVerdict, Type.Null()], { description: 'Of its scan; null for what came with the server' }),
    listedAt: Type.String({ format: 'date-time' }),
    installed: Type.Boolean({ description: "Whether the caller's organisation has it" }),
  },
  { title: 'Listing' },
);

const Time = Type.String({ format: 'date-time' });

/** Another server whose marketplace this one uses, and how that goes. */
export const FollowedMarketplace = Type.Object(
  {
    source: FollowedSource,
    url: Type.String(),
    state: Type.Enum(['starting', 'following', 'unreachable', 'refused'], {
      description: 'refused: it answers, and what it says is not believed; what was known before stays in force',
    }),
    since: Time,
    confirmedAt: Type.Union([Time, Type.Null()], { description: 'When it last said what is the newest' }),
    expires: Type.Union([Time, Type.Null()], {
      description: 'From then on nothing is installed from it until it confirms what is the newest',
    }),
    problem: Type.Union(
      [
        Type.Object({
          code: Type.String({
            description: 'unreachable, or why trust metadata is not believed: expired, rolled_back …',
          }),
          message: Type.String(),
        }),
        Type.Null(),
      ],
      { description: 'Why it is not followed at the moment' },
    ),
    root: Type.Union(
      [
        Type.Object({
          sha256: Type.String({
            description: 'Of the newest root, to be compared by another way with what its operator says',
          }),
          version: Type.Integer(),
          trustedBy: Type.Enum(['first-use', 'file'], {
            description: 'first-use: it was believed when it was seen first; file: MARKETPLACE_ROOT named it',
          }),
          trustedAt: Time,
        }),
        Type.Null(),
      ],
      { description: 'Null until one was seen' },
    ),
  },
  { title: 'FollowedMarketplace' },
);
export type FollowedMarketplace = Static<typeof FollowedMarketplace>;

/** Why a plugin stands where it stands. The points of the terms sum to the score. */
export const Explanation = Type.Object(
  {
    score: Type.Integer(),
    terms: Type.Array(
      Type.Object({
        term: Type.Enum([...rankingTerms]),
        points: Type.Integer(),
        word: Type.Optional(Type.String({ description: 'Of the search, where the term is about one' })),
      }),
    ),
  },
  { title: 'Explanation' },
);
export type Explanation = Static<typeof Explanation>;

const ListingHit = Type.Object(
  { ...Listing.properties, explanation: Type.Optional(Explanation) },
  { title: 'ListingHit' },
);

const counts = Type.Array(Type.Object({ value: Type.String(), count: Type.Integer() }));

/** How many a value would leave, with all other filters as they are. The most frequent first. */
export const Facets = Type.Object(
  { category: counts, type: counts, permission: counts, verdict: counts, publisher: counts, source: counts },
  { title: 'Facets' },
);
export type Facets = Static<typeof Facets>;

const limit = Type.Optional(Type.Integer({ minimum: 1, maximum: limits.pageItems, default: limits.pageDefault }));
const few = Type.Optional(Type.Integer({ minimum: 1, maximum: 24, default: 6 }));
const Source = Type.String({ minLength: 1, maxLength: 100 });
/** Any of several: `?type=analyzer&type=utility`. */
const anyOf = <Item extends TSchema>(item: Item, description: string) =>
  Type.Optional(
    Type.Array(item, { minItems: 1, maxItems: 20, description: `${description}; repeat it for any of several` }),
  );

export const marketplaceRoutes = {
  followed: route({
    method: 'GET',
    path: '/api/marketplace/followed',
    summary: 'Get which other marketplace this server uses, and whether it can be reached and believed',
    access: 'plugins:read',
    plan: 'free',
    replies: { 200: Type.Object({ followed: Type.Union([FollowedMarketplace, Type.Null()]) }) },
    errors: [],
  }),
  featured: route({
    method: 'GET',
    path: '/api/plugins/marketplace/featured',
    summary: 'List featured plugins',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    replies: { 200: Type.Object({ items: Type.Array(Listing) }) },
    errors: [],
  }),
  search: route({
    method: 'GET',
    path: '/api/plugins/marketplace/search',
    summary: 'Search the marketplace: words, filters, counts of what each filter would leave, and an open ranking',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    query: Type.Object({
      cursor: Cursor,
      limit,
      q: Type.Optional(Type.String({ maxLength: 200 })),
      category: anyOf(Manifest.properties.category, 'Category'),
      type: anyOf(Manifest.properties.type, 'Type'),
      permission: anyOf(PermissionName, 'Permission that it asks for'),
      verdict: anyOf(ScanVerdict, 'Verdict of its scan'),
      publisher: anyOf(PublisherName, 'Publisher'),
      source: anyOf(Source, 'Where it comes from'),
      sort: Type.Optional(Type.Enum([...sortOrders], { default: 'relevance' })),
      explain: Type.Optional(Type.Boolean({ description: 'Says of each plugin why it stands where it stands' })),
    }),
    replies: {
      200: Type.Object({
        ...page(ListingHit).properties,
        facets: Facets,
        searched: Type.String({
          description:
            'What was looked for: other words than `q` where those occur nowhere and are near to some that do',
        }),
        matched: Type.Enum(['all', 'any'], {
          description: 'any: no plugin has all words, so these have some of them',
        }),
        didYouMean: Type.Union([Type.String(), Type.Null()], { description: 'Words that were probably meant' }),
      }),
    },
    errors: ['invalid_request'],
  }),
  suggestions: route({
    method: 'GET',
    path: '/api/plugins/marketplace/suggestions',
    summary: 'Suggest searches and plugins while somebody types',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    query: Type.Object({ q: Type.String({ minLength: 1, maxLength: 200 }) }),
    replies: {
      200: Type.Object({
        searches: Type.Array(Type.String(), { description: 'What was typed, its last word completed' }),
        plugins: Type.Array(
          Type.Object({ source: Type.String(), publisher: Type.String(), pluginId: PluginId, name: Type.String() }),
        ),
      }),
    },
    errors: ['invalid_request'],
  }),
  similar: route({
    method: 'GET',
    path: '/api/plugins/marketplace/:publisher/:plugin/similar',
    summary: 'List plugins that are like one: by category, type, hooks and keywords',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params: Type.Object({ publisher: PublisherName, plugin: PluginId }),
    query: Type.Object({ limit: few }),
    replies: { 200: Type.Object({ items: Type.Array(Listing) }) },
    errors: ['release_not_found'],
  }),
  cacheMetrics: route({
    method: 'GET',
    path: '/api/plugins/marketplace/cache',
    summary: 'How often this server answered the marketplace from what it keeps; counted since its start',
    access: 'server:operate',
    plan: 'free',
    replies: {
      200: Type.Object({
        catalogVersion: Type.Integer({ description: 'Counts the changes of the catalog: each drops all that is kept' }),
        hits: Type.Integer(),
        misses: Type.Integer(),
        hitRatio: Type.Union([Type.Number(), Type.Null()], { description: 'Null before the first question' }),
        drops: Type.Integer(),
        entries: Type.Integer(),
        bytes: Type.Integer(),
        maximumBytes: Type.Integer(),
      }),
    },
    errors: [],
  }),
};
