import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `reviews` alone means all that a reviewer sees. */
const keys = { all: ['reviews'] } as const;

/** Others claim and publishers answer without whoever looks. */
const askAgain = 15_000;

export const queueQuery = infiniteQueryOptions({
  queryKey: [...keys.all, 'queue'],
  queryFn: ({ pageParam, signal }) =>
    call(routes.reviews.list, { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
  initialPageParam: null as string | null, // widened: later pages have a cursor
  getNextPageParam: (page) => page.nextCursor,
  refetchInterval: askAgain,
});

export function reviewQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'review', id],
    queryFn: ({ signal }) => call(routes.reviews.get, { params: { id }, signal }),
    refetchInterval: askAgain,
  });
}

/** What answers with the submission as it is then: the page has it at once. */
export function useReviewChange<Input>(id: string, change: (input: Input) => Promise<Submission>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (submission) => {
      queryClient.setQueryData(reviewQuery(id).queryKey, submission);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: [...keys.all, 'queue'] }),
        queryClient.invalidateQueries({ queryKey: [...keys.all, 'times'] }),
        queryClient.invalidateQueries({ queryKey: ['marketplace'] }),
      ]);
    },
  });
}

export function useSettle(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (comment: string) => call(routes.reviews.settle, { params: { id, comment } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: reviewQuery(id).queryKey }),
  });
}
