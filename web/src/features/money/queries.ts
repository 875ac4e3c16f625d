import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `money` alone means all that the operator sees of it. */
const keys = { all: ['money'] } as const;

export const booksQuery = queryOptions({
  queryKey: [...keys.all, 'books'],
  queryFn: ({ signal }) => call(routes.money.read, { signal }),
});

export const ordersQuery = queryOptions({
  queryKey: [...keys.all, 'orders'],
  queryFn: ({ signal }) => call(routes.money.orders, { signal }),
});

export const payoutsQuery = queryOptions({
  queryKey: [...keys.all, 'payouts'],
  queryFn: ({ signal }) => call(routes.money.payouts, { signal }),
});

/** Something that moves money, or says how it moves: balances, orders and payouts are asked for anew. */
export function useMoneyChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSettled: () =>
      Promise.all(
        [keys.all, ['purchases'], ['revenue']].map((queryKey) => queryClient.invalidateQueries({ queryKey })),
      ),
  });
}
