import { routes } from '@proofpix/contract/routes';
import type { RouteQuery, RouteReply } from '@proofpix/contract/route';
import type { RunSummary } from '@proofpix/contract/runs';
import { infiniteQueryOptions, queryOptions, type InfiniteData } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** As the route takes it; what is not asked for is left out. */
export type HistoryFilter = Omit<RouteQuery<typeof routes.runs.list>, 'cursor' | 'limit' | 'batchId'>;

/** Where each list lives in the cache; `runs` alone means all of them. */
export const runKeys = {
  all: ['runs'],
  active: ['runs', 'active'],
  histories: ['runs', 'history'],
  run: (id: string) => ['runs', 'run', id],
} as const;

export function isActive(run: Pick<RunSummary, 'state'>): boolean {
  return run.state === 'waiting' || run.state === 'running';
}

const mostActive = 100;

/** What is under way, first come first. The server lists by state, so these are two requests. */
export const activeRunsQuery = queryOptions({
  queryKey: runKeys.active,
  queryFn: async ({ signal }) => {
    const pages = await Promise.all(
      (['running', 'waiting'] as const).map((state) =>
        call(routes.runs.list, { query: { state, limit: mostActive }, signal }),
      ),
    );
    const runs = new Map(pages.flatMap((page) => page.items).map((run) => [run.id, run]));
    return { runs: [...runs.values()].filter(isActive).sort(oldestFirst), total: pages[0]!.total + pages[1]!.total }; // two states were asked for
  },
});

export function oldestFirst(a: RunSummary, b: RunSummary): number {
  return a.createdAt < b.createdAt ? -1 : a.createdAt > b.createdAt ? 1 : 0;
}

export function historyQuery(filter: HistoryFilter) {
  return infiniteQueryOptions({
    queryKey: [...runKeys.histories, filter],
    queryFn: ({ pageParam, signal }) =>
      call(routes.runs.list, {
        query: { ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

/** The photos that came in one request, oldest first: at most as many as one request may bring. */
export function batchQuery(batchId: string) {
  return queryOptions({
    queryKey: [...runKeys.all, 'batch', batchId],
    queryFn: async ({ signal }) => {
      const { items } = await call(routes.runs.list, { query: { batchId, limit: mostActive }, signal });
      return items.sort(oldestFirst);
    },
    staleTime: 60_000,
  });
}

export type HistoryPages = InfiniteData<RouteReply<typeof routes.runs.list>, string | null>;

export function runQuery(id: string) {
  return queryOptions({
    queryKey: runKeys.run(id),
    queryFn: ({ signal }) => call(routes.runs.get, { params: { id }, signal }),
  });
}

/** Made once for an organisation: all of its bundles are compared with the same one. */
export const evidenceKeyQuery = queryOptions({
  queryKey: ['evidence-key'],
  queryFn: ({ signal }) => call(routes.organisations.evidenceKey, { signal }),
  staleTime: Infinity,
});

export function exportsQuery(id: string) {
  return queryOptions({
    queryKey: [...runKeys.run(id), 'exports'],
    queryFn: ({ signal }) => call(routes.runs.exports, { params: { id }, signal }),
  });
}
