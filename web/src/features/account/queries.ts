import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { accountQuery } from '../accounts/queries.ts';

const devices = ['devices'] as const;

export const devicesQuery = queryOptions({
  queryKey: devices,
  queryFn: ({ signal }) => call(routes.sessions.list, { signal }),
});

/** Something that changes the own account: what this page shows is asked again. */
export function useAccountChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all(
        [accountQuery.queryKey, devices].map((queryKey) => queryClient.invalidateQueries({ queryKey: [...queryKey] })),
      ),
  });
}
