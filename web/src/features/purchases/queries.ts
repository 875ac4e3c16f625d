import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `purchases` alone means all that is bought, and what it costs. */
const keys = { all: ['purchases'] } as const;

export function offerQuery(publisher: string, plugin: string) {
  return queryOptions({
    queryKey: [...keys.all, 'offer', publisher, plugin],
    queryFn: ({ signal }) => call(routes.purchases.offer, { params: { publisher, plugin }, signal }),
  });
}

export const purchasesQuery = queryOptions({
  queryKey: [...keys.all, 'list'],
  queryFn: ({ signal }) => call(routes.purchases.list, { signal }),
});

/** Something that changes what is bought: plugins may answer again, or no longer. */
export function usePurchase<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
