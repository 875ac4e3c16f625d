import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

export const requestsQuery = queryOptions({
  queryKey: ['requests'],
  queryFn: async ({ signal }) => (await call(routes.requests.list, { query: { limit: 50 }, signal })).items,
  staleTime: 15_000,
});

export const policyQuery = queryOptions({
  queryKey: ['policies'],
  queryFn: ({ signal }) => call(routes.policies.get, { signal }),
  staleTime: 30_000,
});
