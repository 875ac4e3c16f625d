import { routes } from '@proofpix/contract/routes';
import { queryOptions, useQuery } from '@tanstack/react-query';
import { useCallback } from 'react';
import { call } from '../../api.ts';
import { useAccount } from '../accounts/queries.ts';

export const loadedPluginsQuery = queryOptions({
  queryKey: ['plugins', 'loaded'],
  queryFn: ({ signal }) => call(routes.plugins.list, { query: { state: 'loaded', limit: 100 }, signal }),
  staleTime: 60_000,
});

export const pluginsQuery = queryOptions({
  queryKey: ['plugins', 'all'],
  queryFn: ({ signal }) => call(routes.plugins.list, { query: { limit: 100 }, signal }),
  staleTime: 60_000,
});

export function pluginQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'plugin', id],
    queryFn: ({ signal }) => call(routes.plugins.get, { params: { id }, signal }),
  });
}

export function receiptQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'receipt', id],
    queryFn: ({ signal }) => call(routes.plugins.receipt, { params: { id }, signal }),
  });
}

export const hooksQuery = queryOptions({
  queryKey: ['hooks'],
  queryFn: ({ signal }) => call(routes.hooks.list, { signal }),
  staleTime: 60_000,
});

/** Whether a plugin judges, or only reads: an analyzer by its manifest, or one that works on the merged metadata. */
export function useJudges(): (id: string) => boolean | undefined {
  const { may } = useAccount();
  const { data } = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  return (id) => {
    const plugin = data?.items.find((candidate) => candidate.id === id);
    return plugin === undefined
      ? undefined
      : plugin.type === 'analyzer' || plugin.hooks.some(({ hook }) => hook === 'data:analyze');
  };
}

/** The names people know plugins by; the id where a plugin is gone or the role may not see plugins. */
export function usePluginName(): (id: string) => string {
  const { may } = useAccount();
  const { data } = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  return useCallback((id) => data?.items.find((plugin) => plugin.id === id)?.name ?? id, [data]);
}
