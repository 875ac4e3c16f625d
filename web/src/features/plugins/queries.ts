import { routes } from '@proofpix/contract/routes';
import { infiniteQueryOptions, queryOptions, useQuery } from '@tanstack/react-query';
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

/** Calls of the last 24 hours, of all plugins at once. */
export const activityQuery = queryOptions({
  queryKey: ['plugins', 'activity'],
  queryFn: ({ signal }) => call(routes.activity.list, { signal }),
  refetchInterval: 60_000,
});

export function pluginActivityQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'activity of', id],
    queryFn: ({ signal }) => call(routes.plugins.activity, { params: { id }, signal }),
    refetchInterval: 60_000,
  });
}

/** What was found in the package that is installed. */
export function scanQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'scan', id],
    queryFn: ({ signal }) => call(routes.plugins.scan, { params: { id }, signal }),
  });
}

export function configQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'config', id],
    queryFn: ({ signal }) => call(routes.plugins.getConfig, { params: { id }, signal }),
  });
}

export function updatesQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'updates', id],
    queryFn: ({ signal }) => call(routes.plugins.getUpdates, { params: { id }, signal }),
  });
}

export function restorePointsQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'restore points', id],
    queryFn: async ({ signal }) => (await call(routes.plugins.restorePoints, { params: { id }, signal })).items,
  });
}

/** Not looked up yet means soon: asked again until it was. */
export function vulnerabilitiesQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'vulnerabilities', id],
    queryFn: ({ signal }) => call(routes.plugins.vulnerabilities, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data !== undefined && state.data.auditedAt === null ? 5_000 : false),
  });
}

/** What an uninstall would lose: asked for when somebody is about to. */
export function footprintQuery(id: string) {
  return queryOptions({
    queryKey: ['plugins', 'footprint', id],
    queryFn: ({ signal }) => call(routes.plugins.footprint, { params: { id }, signal }),
    staleTime: 0,
  });
}

const recordsPerPage = 50;

export function eventsQuery(id: string, limit = recordsPerPage) {
  return infiniteQueryOptions({
    queryKey: ['plugins', 'events', id, limit],
    queryFn: ({ pageParam: cursor, signal }) =>
      call(routes.plugins.events, { params: { id }, query: { cursor, limit }, signal }),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
}

export function logsQuery(id: string) {
  return infiniteQueryOptions({
    queryKey: ['plugins', 'logs', id],
    queryFn: ({ pageParam: cursor, signal }) =>
      call(routes.plugins.logs, { params: { id }, query: { cursor, limit: recordsPerPage }, signal }),
    initialPageParam: undefined as string | undefined, // the first page has no cursor
    getNextPageParam: (page) => page.nextCursor ?? undefined,
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
