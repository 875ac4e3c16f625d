import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** How many wait, and how long reviews take here. The side bar asks too, so it stands alone. */
export const reviewTimesQuery = queryOptions({
  queryKey: ['reviews', 'times'],
  queryFn: ({ signal }) => call(routes.reviews.times, { signal }),
  staleTime: 30_000,
  refetchInterval: 60_000,
});
