import { routes } from '@proofpix/contract/routes';
import type { CaseDetail, CaseState } from '@proofpix/contract/cases';
import { infiniteQueryOptions, queryOptions, type QueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** Where each list lives in the cache; `cases` alone means all of them. */
export const caseKeys = {
  all: ['cases'],
  lists: ['cases', 'list'],
  open: ['cases', 'open'],
  one: (id: string) => ['cases', 'case', id],
} as const;

export type CaseFilter = { state?: CaseState; search?: string };

export function casesQuery(filter: CaseFilter) {
  return infiniteQueryOptions({
    queryKey: [...caseKeys.lists, filter],
    queryFn: ({ pageParam, signal }) =>
      call(routes.cases.list, {
        query: { ...filter, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

const mostOffered = 100;

/** The cases that photos can be added to, those that changed last first. */
export const openCasesQuery = queryOptions({
  queryKey: caseKeys.open,
  queryFn: ({ signal }) => call(routes.cases.list, { query: { state: 'open', limit: mostOffered }, signal }),
  staleTime: 30_000,
});

export function caseQuery(id: string) {
  return queryOptions({
    queryKey: caseKeys.one(id),
    queryFn: ({ signal }) => call(routes.cases.get, { params: { id }, signal }),
  });
}

export function caseExportsQuery(id: string) {
  return queryOptions({
    queryKey: [...caseKeys.one(id), 'exports'],
    queryFn: ({ signal }) => call(routes.cases.exports, { params: { id }, signal }),
  });
}

/** After a change: the answer of the server is the case, all lists of cases and runs are asked for again. */
export function keepCase(queryClient: QueryClient, changed: CaseDetail): void {
  queryClient.setQueryData(caseKeys.one(changed.id), changed);
  void queryClient.invalidateQueries({ queryKey: caseKeys.lists });
  void queryClient.invalidateQueries({ queryKey: caseKeys.open });
  void queryClient.invalidateQueries({ queryKey: ['runs'] });
}
