import type { SupportRequest } from '@proofpix/contract/community/support-requests';
import type { SupportState } from '@proofpix/contract/community/support-states';
import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `support` alone means all requests, of either side. */
const keys = { all: ['support'] } as const;
const askAgain = 30_000;

/** Whose eyes: of the customer, or of one of the publishers that are asked. */
export type Side = { kind: 'customer' } | { kind: 'publisher'; publisher: string };

export function requestsQuery(side: Side, state: SupportState | null) {
  return infiniteQueryOptions({
    queryKey: [...keys.all, 'list', side, state],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...(state === null ? {} : { state }), ...(pageParam === null ? {} : { cursor: pageParam }) };
      return side.kind === 'customer'
        ? call(routes.supportRequests.list, { query, signal })
        : call(routes.supportRequests.queue, { params: { publisher: side.publisher }, query, signal });
    },
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
    refetchInterval: askAgain,
  });
}

export function requestQuery(side: Side, id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'one', side, id],
    queryFn: ({ signal }) =>
      side.kind === 'customer'
        ? call(routes.supportRequests.get, { params: { id }, signal })
        : call(routes.supportRequests.open, { params: { publisher: side.publisher, id }, signal }),
    // The other side writes without whoever looks.
    refetchInterval: askAgain,
  });
}

export function firstAnswerQuery(publisher: string) {
  return queryOptions({
    queryKey: [...keys.all, 'first answer', publisher],
    queryFn: ({ signal }) => call(routes.supportRequests.firstAnswer, { params: { publisher }, signal }),
    staleTime: 60_000,
  });
}

/** What answers with the request as it is then: the page has it at once. */
export function useRequestChange<Input>(side: Side, change: (input: Input) => Promise<SupportRequest>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async (request) => {
      queryClient.setQueryData(requestQuery(side, request.id).queryKey, request);
      await queryClient.invalidateQueries({ queryKey: [...keys.all, 'list'] });
    },
  });
}
