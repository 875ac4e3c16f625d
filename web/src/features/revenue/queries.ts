import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `revenue` alone means all that a publisher earns. */
const keys = { all: ['revenue'] } as const;

export function revenueQuery(publisher: string) {
  return queryOptions({
    queryKey: [...keys.all, publisher],
    queryFn: async ({ signal }) => {
      const params = { publisher };
      const [revenue, prices, sales] = await Promise.all([
        call(routes.revenue.read, { params, signal }),
        call(routes.revenue.prices, { params, signal }),
        call(routes.revenue.sales, { params, signal }),
      ]);
      return { ...revenue, prices: prices.items, sales: sales.items };
    },
  });
}

/** Something that changes what a publisher earns, or what its plugins cost. */
export function useRevenueChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: keys.all }),
        queryClient.invalidateQueries({ queryKey: ['purchases'] }),
      ]),
  });
}
