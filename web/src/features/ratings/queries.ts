import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

export type Of = { publisher: string; plugin: string };
export type RatingSort = 'newest' | 'helpful';

/** `ratings` alone means all that is about them, moderation and reports among it. */
const keys = { all: ['ratings'] } as const;

export function ratingsQuery({ publisher, plugin }: Of, sort: RatingSort) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'list', publisher, plugin, sort],
    queryFn: ({ pageParam, signal }) =>
      call(routes.ratings.list, {
        params: { publisher, plugin },
        query: { sort, limit: 10, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function ownRatingQuery({ publisher, plugin }: Of) {
  return queryOptions({
    queryKey: [...keys.all, 'own', publisher, plugin],
    queryFn: ({ signal }) => call(routes.ratings.own, { params: { publisher, plugin }, signal }),
  });
}

export const ratingQueues = ['held', 'appealed', 'reported', 'rejected'] as const;
export type RatingQueue = (typeof ratingQueues)[number];

export function ratingQueueQuery(queue: RatingQueue) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'queue', queue],
    queryFn: ({ pageParam, signal }) =>
      call(routes.ratings.queue, { query: { queue, ...(pageParam === null ? {} : { cursor: pageParam }) }, signal }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export type ReportState = 'open' | 'in-review' | 'acted' | 'dismissed';

export function reportQueueQuery(state: ReportState) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'reports', state],
    queryFn: ({ pageParam, signal }) =>
      call(routes.abuseReports.queue, {
        query: { state, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const myReportsQuery = infiniteQueryOptions({
  queryKey: [...keys.all, 'my-reports'],
  queryFn: ({ pageParam, signal }) =>
    call(routes.abuseReports.mine, { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
  initialPageParam: null as string | null, // widened: later pages have a cursor
  getNextPageParam: (page) => page.nextCursor,
});

/** Whatever changes one of them may change the others: mean, list, queues. */
export function useRatingChange<Input>(change: (input: Input) => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
