import type { Plugin } from '@proofpix/contract/api/plugins';
import { routes } from '@proofpix/contract/routes';
import { useMutation, useQueryClient, type QueryClient } from '@tanstack/react-query';
import { call } from '../../api.ts';
import { pluginQuery, pluginsQuery } from './queries.ts';

/** Start and stop. What the server answers stands in the lists at once; the rest is asked again. */
export function useStartStop(id: string) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: (action: 'load' | 'unload') => call(routes.plugins[action], { params: { id } }),
    onSuccess: (plugin) => showPlugin(queryClient, plugin),
    // A start that failed is told by the state too.
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['plugins'] }),
  });
}

/** Puts a plugin as the server answered it into every list. */
export function showPlugin(queryClient: QueryClient, plugin: Plugin): void {
  queryClient.setQueryData(pluginQuery(plugin.id).queryKey, (before) => before && { ...before, ...plugin });
  queryClient.setQueryData(
    pluginsQuery.queryKey,
    (before) => before && { ...before, items: before.items.map((each) => (each.id === plugin.id ? plugin : each)) },
  );
}
