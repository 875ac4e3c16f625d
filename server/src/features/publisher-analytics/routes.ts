import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../db/database.ts';
import { bind, type App, type Caller } from '../../http/bind.ts';
import type { Trust } from '../trust/open-trust.ts';
import { readBadge } from './badge/read-badge.ts';
import { exportAnalyticsDays } from './export-days.ts';
import { listAnalyticsDays } from './list-days.ts';
import { readPublisherAnalytics } from './read-analytics.ts';
import { readStatistics } from './read-statistics.ts';

/** Pages that show a badge ask again after an hour, and get nothing where it is the same. */
const badgeCaching = 'public, max-age=3600';

/** What a browser or a proxy has already; one that compresses marks it as weak. */
function isKnown(header: string | undefined, etag: string): boolean {
  return (header ?? '').split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}

type Params = { publisher: string; plugin: string };

function asOperator({ publisher, plugin }: Params) {
  return { organisationId: null, publisher, pluginId: plugin };
}

function csvHeaders({ publisher, plugin }: Params) {
  return {
    'content-type': 'text/csv; charset=utf-8',
    'content-disposition': `attachment; filename="analytics-${publisher}-${plugin}.csv"`,
  };
}

/** Binds the table `publisherAnalytics`, and the statistics and badges of `marketplace`. */
export function bindPublisherAnalyticsRoutes(app: App, parts: { db: Database; trust: Trust }): void {
  const { db } = parts;
  const asking = (caller: Caller, { publisher, plugin }: Params) => ({
    organisationId: caller.organisationId,
    publisher,
    pluginId: plugin,
  });
  bind(app, routes.publisherAnalytics.read, async ({ params, query, caller }) => ({
    status: 200,
    body: await readPublisherAnalytics(db, asking(caller, params), query),
  }));
  bind(app, routes.publisherAnalytics.days, async ({ params, query, caller }) => ({
    status: 200,
    body: await listAnalyticsDays(db, asking(caller, params), query),
  }));
  bind(app, routes.publisherAnalytics.csv, async ({ params, query, caller }) => ({
    status: 200,
    headers: csvHeaders(params),
    body: await exportAnalyticsDays(db, asking(caller, params), query),
  }));
  bind(app, routes.publisherAnalytics.operate, async ({ params, query }) => ({
    status: 200,
    body: await readPublisherAnalytics(db, asOperator(params), query),
  }));
  bind(app, routes.publisherAnalytics.operateCsv, async ({ params, query }) => ({
    status: 200,
    headers: csvHeaders(params),
    body: await exportAnalyticsDays(db, asOperator(params), query),
  }));
  bind(app, routes.marketplace.statistics, async ({ params: { publisher, plugin } }) => ({
    status: 200,
    body: await readStatistics(db, { publisher, pluginId: plugin }),
  }));
  bind(
    app,
    routes.marketplace.badge,
    async ({ params: { publisher, plugin }, query: { kind = 'version' }, request }) => {
      const { svg, etag } = await readBadge(parts, { publisher, pluginId: plugin }, kind);
      // Other sites show it: that is what it is for.
      const headers = { etag, 'cache-control': badgeCaching, 'cross-origin-resource-policy': 'cross-origin' };
      if (isKnown(request.headers['if-none-match'], etag)) return { status: 304, headers };
      return {
        status: 200,
        body: Buffer.from(svg),
        headers: { ...headers, 'content-type': 'image/svg+xml; charset=utf-8' },
      };
    },
  );
}
