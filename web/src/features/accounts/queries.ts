import type { Access } from '@proofpix/contract/access';
import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import { call } from '../../api.ts';

export type Account = RouteReply<typeof routes.auth.account>;

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call(routes.auth.account, { signal }),
  staleTime: 60_000,
  retry: false,
});

export const organisationsQuery = queryOptions({
  queryKey: ['account', 'organisations'],
  queryFn: ({ signal }) => call(routes.account.organisations, { signal }),
  staleTime: 60_000,
});

/** Inside the frame only: it renders its pages when the account is there. */
export function useAccount(): Account & { may: (access: Access) => boolean } {
  const { data } = useSuspenseQuery(accountQuery);
  return { ...data, may: (access) => data.access.includes(access) };
}
