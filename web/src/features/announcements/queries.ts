import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `announcements` alone means all that was received and sent; the number of unread ones lies under it too. */
const keys = { all: ['announcements'], follows: ['follows'] } as const;
/** What was just sent is on its way for a moment. */
const askWhileSent = 1_500;

export function receivedQuery(unread: boolean) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'received', unread],
    queryFn: ({ pageParam, signal }) =>
      call(routes.announcements.list, {
        query: { ...(unread ? { unread } : {}), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export function sentQuery(publisher: string) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'sent', publisher],
    queryFn: ({ pageParam, signal }) =>
      call(routes.announcements.sent, {
        params: { publisher },
        query: { limit: 10, ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: ({ state: { data } }) =>
      data?.pages.some(({ items }) => items.some(({ sentAt }) => sentAt === null)) === true ? askWhileSent : false,
  });
}

export const followsQuery = queryOptions({
  queryKey: keys.follows,
  queryFn: ({ signal }) => call(routes.follows.list, { signal }),
});

export type Choice = 'follows' | 'muted' | 'none';

export function useFollow(publisher: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (choice: Choice) => call(routes.follows.choose, { params: { publisher }, body: { choice } }),
    onSuccess: (follows) => queryClient.setQueryData(followsQuery.queryKey, follows),
  });
}

/** Something that changes what was received or sent. */
export function useAnnouncementChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
