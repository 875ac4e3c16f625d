import { routes } from '@proofpix/contract/routes';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `connections` alone means all of them. */
const keys = { all: ['connections'] } as const;

export const endpointsQuery = queryOptions({
  queryKey: [...keys.all, 'endpoints'],
  queryFn: ({ signal }) => call(routes.webhooks.listEndpoints, { signal }),
});

export const receiversQuery = queryOptions({
  queryKey: [...keys.all, 'receivers'],
  queryFn: ({ signal }) => call(routes.webhooks.listReceivers, { signal }),
});

export const accountsQuery = queryOptions({
  queryKey: [...keys.all, 'accounts'],
  queryFn: async ({ signal }) => {
    const [providers, connections] = await Promise.all([
      call(routes.oauth.listProviders, { signal }),
      call(routes.oauth.listConnections, { signal }),
    ]);
    return providers.items.map((provider) => ({
      provider,
      connection: connections.items.find((connection) => connection.provider === provider.name) ?? null,
    }));
  },
});

/** The newest of what was sent to an address: asked again while something is on its way. */
export function deliveriesQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'deliveries', id],
    queryFn: ({ signal }) => call(routes.webhooks.listDeliveries, { params: { id }, query: { limit: 10 }, signal }),
    refetchInterval: ({ state }) =>
      state.data?.items.some((delivery) => delivery.state === 'waiting') ? 3_000 : false,
  });
}

export function receivedQuery(id: string) {
  return queryOptions({
    queryKey: [...keys.all, 'received', id],
    queryFn: ({ signal }) => call(routes.webhooks.listReceived, { params: { id }, query: { limit: 10 }, signal }),
    refetchInterval: 10_000,
  });
}

/** Something that changes what these pages show. */
export function useChange<Input, Output>(change: (input: Input) => Promise<Output>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: () => queryClient.invalidateQueries({ queryKey: keys.all }),
  });
}
