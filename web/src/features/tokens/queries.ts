import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

export type ApiToken = RouteReply<typeof routes.tokens.list>['items'][number];
export type MemberToken = RouteReply<typeof routes.tokens.listAll>['items'][number];

/** `tokens` alone means all of them. */
const keys = { all: ['tokens'] } as const;

export const tokensQuery = queryOptions({
  queryKey: [...keys.all, 'own'],
  queryFn: ({ signal }) => call(routes.tokens.list, { signal }),
});

export const memberTokensQuery = infiniteQueryOptions({
  queryKey: [...keys.all, 'organisation'],
  queryFn: ({ signal, pageParam }) =>
    call(routes.tokens.listAll, { query: pageParam === null ? {} : { cursor: pageParam }, signal }),
  initialPageParam: null as string | null,
  getNextPageParam: ({ nextCursor }) => nextCursor,
});

/** Something that changes what the page shows. */
export function useTokenChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
