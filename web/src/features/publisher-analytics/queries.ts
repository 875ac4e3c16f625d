import type { AnalyticsDay } from '@proofpix/contract/api/publisher-analytics';
import { routes } from '@proofpix/contract/routes';
import { queryOptions } from '@tanstack/react-query';
import { call } from '../../api.ts';

export type Plugin = { publisher: string; plugin: string };
export type Span = { from: string; to: string };

/** `publisher-analytics` alone means all of them. */
const keys = { all: ['publisher-analytics'] } as const;

/** The most that the server gives at once. */
const daysOfPage = 366;

export function analyticsQuery(params: Plugin, query: Span) {
  return queryOptions({
    queryKey: [...keys.all, params.publisher, params.plugin, query],
    queryFn: ({ signal }) => call(routes.publisherAnalytics.read, { params, query, signal }),
  });
}

/** All days of a span: what is charted has no second page. */
export function analyticsDaysQuery(params: Plugin, { from, to }: Span) {
  return queryOptions({
    queryKey: [...keys.all, params.publisher, params.plugin, 'days', from, to],
    queryFn: async ({ signal }) => {
      const days: AnalyticsDay[] = [];
      for (let cursor: string | null = from; cursor !== null;) {
        const page: { items: AnalyticsDay[]; nextCursor: string | null } = await call(routes.publisherAnalytics.days, {
          params,
          query: { from, to, cursor, limit: daysOfPage },
          signal,
        });
        days.push(...page.items);
        cursor = page.nextCursor;
      }
      return days;
    },
  });
}

export function statisticsQuery(params: Plugin) {
  return queryOptions({
    queryKey: [...keys.all, params.publisher, params.plugin, 'statistics'],
    queryFn: ({ signal }) => call(routes.marketplace.statistics, { params, signal }),
  });
}
