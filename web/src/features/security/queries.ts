import { routes } from '@proofpix/contract/routes';
import type { ViolationSeverity } from '@proofpix/contract/violations';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

/** `security` alone means all of them. */
export const securityKeys = {
  all: ['security'],
  summary: ['security', 'summary'],
  events: ['security', 'events'],
  packageRules: ['package-rules'],
} as const;

export const securitySummaryQuery = queryOptions({
  queryKey: securityKeys.summary,
  queryFn: ({ signal }) => call(routes.security.summary, { signal }),
  staleTime: 30_000,
});

export type EventFilter = { severity: ViolationSeverity | null; plugin: string | null };

export function securityEventsQuery({ severity, plugin }: EventFilter) {
  return infiniteQueryOptions({
    queryKey: [...securityKeys.events, { severity, plugin }],
    queryFn: ({ pageParam, signal }) =>
      call(routes.security.events, {
        query: {
          ...(pageParam === null ? {} : { cursor: pageParam }),
          ...(severity === null ? {} : { severity }),
          ...(plugin === null ? {} : { plugin }),
        },
        signal,
      }),
    initialPageParam: null as string | null, // widened: later pages have a cursor
    getNextPageParam: (page) => page.nextCursor,
  });
}

export const packageRulesQuery = queryOptions({
  queryKey: securityKeys.packageRules,
  queryFn: async ({ signal }) => {
    const [scan, signatures] = await Promise.all([
      call(routes.organisations.getScanRules, { signal }),
      call(routes.organisations.getPackageRules, { signal }),
    ]);
    return { scan, signatures };
  },
  staleTime: 30_000,
});

export const killListQuery = queryOptions({
  queryKey: ['kill-list'],
  queryFn: ({ signal }) => call(routes.trust.killList, { signal }),
  staleTime: 30_000,
});

export const failedMailsQuery = queryOptions({
  queryKey: ['failed-mails'],
  queryFn: ({ signal }) => call(routes.mails.failed, { signal }),
});

/** The layers do not change while the server runs. */
export const readinessQuery = queryOptions({
  queryKey: ['readiness'],
  queryFn: ({ signal }) => call(routes.server.readyz, { signal }),
  staleTime: 5 * 60_000,
});
