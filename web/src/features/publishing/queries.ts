import type { Submission } from '@proofpix/contract/api/submissions';
import type { SubmissionState } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `publishing` alone means all that a publisher sees. */
const keys = { all: ['publishing'] } as const;

/** A scan is over within seconds; a review takes hours. */
const askWhileScanned = 700;
const askWhileReviewed = 15_000;

export const publishersQuery = queryOptions({
  queryKey: [...keys.all, 'publishers'],
  queryFn: ({ signal }) => call(routes.publishers.list, { signal }),
});

export function submissionsQuery(state: SubmissionState | null) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'submissions', state],
    queryFn: ({ pageParam, signal }) =>
      call(routes.submissions.list, {
        query: { ...(state === null ? {} : { state }), ...(pageParam === null ? {} : { cursor: pageParam }) },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
    // What is scanned or reviewed goes on without whoever looks at the list.
    refetchInterval: askWhileReviewed,
  });
}

export function submissionQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'submission', id],
    queryFn: ({ signal }) => call(routes.submissions.get, { params: { id }, signal }),
    refetchInterval: ({ state: { data } }) =>
      data?.state === 'received'
        ? askWhileScanned
        : data?.state === 'waiting' || data?.state === 'in-review'
          ? askWhileReviewed
          : false,
  });
}

/** Something that changes what a publisher sees. */
export function usePublishingChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.all }),
        queryClient.invalidateQueries({ queryKey: ['marketplace'] }),
        queryClient.invalidateQueries({ queryKey: ['reviews'] }),
      ]),
  });
}

/** What answers with the submission as it is then: the page has it at once. */
export function useSubmissionChange<Input>(id: string, change: (input: Input) => Promise<Submission>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (submission) => {
      queryClient.setQueryData(submissionQuery(id).queryKey, submission);
      await Promise.all([
        queryClient.invalidateQueries({ queryKey: [...keys.all, 'submissions'] }),
        queryClient.invalidateQueries({ queryKey: ['marketplace'] }),
        queryClient.invalidateQueries({ queryKey: ['reviews'] }),
      ]);
    },
  });
}
