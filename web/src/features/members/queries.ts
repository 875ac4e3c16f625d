import type { Role } from '@proofpix/contract/access';
import type { RouteReply } from '@proofpix/contract/route';
import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { accountQuery } from '../accounts/queries.ts';

export type Member = RouteReply<typeof routes.members.list>['items'][number];

/** `members` alone means all of them. */
const keys = { all: ['members'] } as const;

export const membersQuery = queryOptions({
  queryKey: [...keys.all, 'list'],
  queryFn: ({ signal }) => call(routes.members.list, { signal }),
});

export const invitationsQuery = queryOptions({
  queryKey: [...keys.all, 'invitations'],
  queryFn: ({ signal }) => call(routes.invitations.list, { signal }),
});

export const signInRulesQuery = queryOptions({
  queryKey: [...keys.all, 'sign-in rules'],
  queryFn: ({ signal }) => call(routes.organisations.getSignInRules, { signal }),
});

/** Something that changes who is a member, as what, or how they sign in: the own access may change with it. */
export function useMembersChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await queryClient.invalidateQueries({ queryKey: keys.all });
      await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
}

/** From the one that may most to the one that may least. */
export const rolesInOrder: readonly Role[] = ['owner', 'admin', 'developer', 'analyst', 'auditor', 'viewer'];
