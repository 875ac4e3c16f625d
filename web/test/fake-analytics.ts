import type { AnalyticsDay, PluginStatistics, PublisherAnalytics } from '@proofpix/contract/api/publisher-analytics';
import { Problem } from '@proofpix/contract/errors';
import { visitClients } from '@proofpix/contract/publisher-analytics';

const own = '/api/publishers/halden-geo/plugins/weather-at-capture/analytics';
const listed = '/api/marketplace/plugins/halden-geo/weather-at-capture';
/** Something is known since then. */
const historyDays = 500;
const dayMilliseconds = 86_400_000;

const dayOf = (ago: number) => new Date(Date.now() - ago * dayMilliseconds).toISOString().slice(0, 10);

const visits = { views: 640, impressions: 4_310, downloads: 185 };
const installations = { installs: 120, uninstalls: null, updates: 95, installed: 1_240, active: 865 };
const usage = { calls: 48_210, errors: 612, p50Milliseconds: 38, p95Milliseconds: 214 };
const hidden = { calls: null, errors: null, p50Milliseconds: null, p95Milliseconds: null };

function analytics(from: string, to: string): PublisherAnalytics {
  return {
    from,
    to,
    firstDay: dayOf(historyDays),
    lastDay: dayOf(1),
    figures: { ...visits, ...installations, ...usage },
    versions: [
      { value: '1.2.3', downloads: 15, ...installations, installed: 210, ...hidden },
      { value: '1.2.4', downloads: 170, ...installations, installed: 1_025, ...usage },
      { value: null, downloads: null, ...installations, installed: 5, updates: null, ...hidden },
    ],
    countries: [
      { value: 'DE', ...visits },
      { value: 'LU', views: 5, impressions: null, downloads: null },
      { value: 'unknown', ...visits },
      { value: null, views: 15, impressions: 40, downloads: null },
    ],
    clients: visitClients.map((value) => ({ value, ...visits })),
    changes: [{ from: '1.2.3', to: '1.2.4', updates: 90 }],
    terms: [
      { term: 'weather', organisations: 65 },
      { term: 'cloud cover at the hour and place of the picture', organisations: 5 },
    ],
    retention: [
      { week: dayOf(98), installed: 40, after1: 35, after4: 30, after12: 25 },
      { week: dayOf(21), installed: 25, after1: 20, after4: null, after12: null },
    ],
  };
}

/** A curve with days of which nothing is told. */
function dayAt(ago: number): AnalyticsDay {
  const told = (many: number) => {
    const value = Math.floor((many * (2 + Math.sin(ago / 3))) / 5) * 5;
    return value === 0 ? null : value;
  };
  const ran = ago % 7 > 1;
  return {
    day: dayOf(ago),
    value: null,
    views: told(12),
    impressions: told(60),
    downloads: told(4),
    installs: told(3),
    uninstalls: told(2),
    updates: told(3),
    installed: Math.floor((historyDays - ago) / 2 / 5) * 5 || null,
    active: Math.floor((historyDays - ago) / 3 / 5) * 5 || null,
    ...(ran
      ? { calls: 1_500 + ago, errors: 20 + (ago % 9) * 10, p50Milliseconds: 36, p95Milliseconds: 190 + ago }
      : hidden),
  };
}

const statistics: PluginStatistics = {
  releases: 4,
  lastReleasedAt: '2026-11-03T09:00:00.000Z',
  asOf: '2026-11-30',
  installs: 1_480,
  installed: 1_240,
  active: 865,
  errorFree: 0.987,
};

/** What is asked about analytics and statistics; null for the rest. `known`: somebody came already. */
export function answerAnalytics(name: string, query: URLSearchParams, known = true): unknown {
  const [from, to] = [query.get('from') ?? dayOf(27), query.get('to') ?? dayOf(0)];
  if (name === `GET ${own}`) {
    if (!known)
      return { ...analytics(from, to), firstDay: null, lastDay: null, versions: [], countries: [], clients: [] };
    return analytics(from < dayOf(historyDays) ? dayOf(historyDays) : from, to);
  }
  if (name === `GET ${own}/days`) {
    const begin = query.get('cursor') ?? from;
    const days = Array.from({ length: historyDays + 1 }, (_, index) => dayAt(historyDays - index));
    const wanted = days.filter(({ day }) => day >= begin && day <= to);
    const limit = Number(query.get('limit') ?? 90);
    return { items: wanted.slice(0, limit), nextCursor: wanted[limit]?.day ?? null };
  }
  if (name === `GET ${listed}/statistics`) return statistics;
  if (/^GET \/api\/publishers\/[^/]+\/plugins\/[^/]+\/analytics/.test(name)) throw new Problem('publisher_not_found');
  return null;
}

/** Any picture: what a badge looks like is tried with the server. */
export const badge =
  '<svg xmlns="http://www.w3.org/2000/svg" width="90" height="20"><rect width="90" height="20" fill="#474b4f"/></svg>';
