import type { Account as AccountSchema } from '@proofpix/contract/api/accounts';
import type { Access } from '@proofpix/contract/access';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useSuspenseQuery } from '@tanstack/react-query';
import type { Static } from 'typebox';
import { call } from '../../api.ts';

export type Account = Static<typeof AccountSchema>;

export const accountQuery = queryOptions({
  queryKey: ['account'],
  queryFn: ({ signal }) => call(routes.auth.account, { signal }),
  staleTime: 60_000,
  retry: false,
});

/** Inside the frame only: it renders its pages when the account is there. */
export function useAccount(): Account & { may: (access: Access) => boolean } {
  const { data } = useSuspenseQuery(accountQuery);
  return { ...data, may: (access) => data.access.includes(access) };
}
