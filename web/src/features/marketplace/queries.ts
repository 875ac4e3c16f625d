import { isFollowedSource } from '@proofpix/contract/plugin-source';
import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { paths } from '../../paths.ts';
import type { MarketFilter } from './use-market-search.ts';

export type Listing = RouteReply<typeof routes.marketplace.search>['items'][number];

/** `marketplace` alone means all of them. */
const keys = { all: ['marketplace'] } as const;

/** What strangers published on this server. */
const publishedSource = 'marketplace';

/** What comes with the server has no page of its own. */
export function hasPage(source: string): boolean {
  return source === publishedSource || isFollowedSource(source);
}

export function listingPath({
  source,
  publisher,
  pluginId,
}: Pick<Listing, 'source' | 'publisher' | 'pluginId'>): string {
  return paths.listing(publisher, pluginId, isFollowedSource(source) ? source : undefined);
}

/** The other server whose marketplace is shown here too; asked again while somebody looks, since it may be down. */
export const followedQuery = queryOptions({
  queryKey: [...keys.all, 'followed'],
  queryFn: ({ signal }) => call(routes.marketplace.followed, { signal }),
  refetchInterval: 10_000,
});

/** Where words are looked for, with the reasons of the order, which are shown on demand. */
export function searchQuery({ q, sort, ...filters }: MarketFilter) {
  const set = Object.fromEntries(Object.entries(filters).filter(([, values]) => values.length > 0));
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'search', q, sort, set],
    queryFn: ({ pageParam, signal }) =>
      call(routes.marketplace.search, {
        query: {
          ...set,
          sort,
          ...(q === '' ? {} : { q, explain: true }),
          ...(pageParam === null ? {} : { cursor: pageParam }),
        },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function suggestionsQuery(q: string) {
  return queryOptions({
    queryKey: [...keys.all, 'suggestions', q],
    queryFn: ({ signal }) => call(routes.marketplace.suggestions, { query: { q: q.slice(0, 200) }, signal }),
  });
}

export const featuredQuery = queryOptions({
  queryKey: [...keys.all, 'featured'],
  queryFn: ({ signal }) => call(routes.marketplace.featured, { signal }),
});

/** The first of all of them in an order. */
export function orderedQuery(sort: 'new' | 'most-used' | 'trending') {
  return queryOptions({
    queryKey: [...keys.all, 'ordered', sort],
    queryFn: ({ signal }) => call(routes.marketplace.search, { query: { sort, limit: 3 }, signal }),
  });
}

export function similarQuery(publisher: string, plugin: string) {
  return queryOptions({
    queryKey: [...keys.all, 'similar', publisher, plugin],
    queryFn: ({ signal }) =>
      call(routes.marketplace.similar, { params: { publisher, plugin }, query: { limit: 4 }, signal }),
  });
}

/** What is offered under some names. */
export function publishedQuery(publishers: readonly string[]) {
  return queryOptions({
    queryKey: [...keys.all, 'published', ...publishers],
    queryFn: async ({ signal }) => {
      const pages = await Promise.all(
        publishers.map((publisher) =>
          call(routes.marketplace.search, {
            query: { publisher: [publisher], source: [publishedSource], limit: 100 },
            signal,
          }),
        ),
      );
      return pages.flatMap(({ items }) => items);
    },
  });
}

export function listingQuery(publisher: string, plugin: string, source?: string) {
  return queryOptions({
    queryKey: [...keys.all, 'listing', publisher, plugin, source],
    queryFn: ({ signal }) =>
      call(routes.marketplace.listing, {
        params: { publisher, plugin },
        query: source === undefined ? {} : { source },
        signal,
      }),
  });
}

export function profileQuery(publisher: string) {
  return queryOptions({
    queryKey: [...keys.all, 'publisher', publisher],
    queryFn: ({ signal }) => call(routes.publishers.profile, { params: { publisher }, signal }),
  });
}
