import { Type, type Static, type TProperties } from 'typebox';
import { PluginId } from '../manifest.ts';
import { analyticsGroups, badgeKinds } from '../publisher-analytics.ts';
import { Binary, NoContent, route } from '../route.ts';
import { PublisherName } from '../trust.ts';

const Day = Type.String({ format: 'date', description: 'UTC' });
const NullableDay = Type.Union([Day, Type.Null()]);
const told = (description: string) => Type.Union([Type.Integer(), Type.Null()], { description });
const fewer = 'in steps of five. Null: fewer than five, or none';
const use = (what: string) => `${what}, on days on which five organisations or more used it. Null without such a day`;
const NullableNumber = Type.Union([Type.Number(), Type.Null()]);

/** What is known of visits: an organisation counts once a day. */
const visits = {
  views: told(`Organisations that looked at its page on a day, ${fewer}`),
  impressions: told(`Organisations that it was shown to by a search on a day, ${fewer}`),
  downloads: told(`Organisations that fetched a package on a day, and other servers, ${fewer}`),
};
const installations = {
  installs: told(`Organisations that installed it, ${fewer}`),
  uninstalls: told(`Organisations that uninstalled it, ${fewer}`),
  updates: told(`Organisations that went to another version, ${fewer}`),
  installed: told(`Organisations that have it at the end of the last day, ${fewer}`),
  active: told(`Those of them in which it ran within the last 28 days, ${fewer}`),
};
const usage = {
  calls: told(use('Calls of its hooks')),
  errors: told(use('Those that failed')),
  p50Milliseconds: Type.Union([Type.Number(), Type.Null()], { description: use('Half of the calls took less') }),
  p95Milliseconds: NullableNumber,
};

/** What is not told apart in a group is left out there. */
const Figures = Type.Object({ ...visits, ...installations, ...usage }, { title: 'AnalyticsFigures' });
export type AnalyticsFigures = Static<typeof Figures>;

const group = <Properties extends TProperties>(properties: Properties) =>
  Type.Array(
    Type.Object({
      value: Type.Union([Type.String(), Type.Null()], {
        description: 'Null: all those together that are too small to be named',
      }),
      ...properties,
    }),
  );

export const PublisherAnalytics = Type.Object(
  {
    from: Day,
    to: Day,
    firstDay: Type.Union([Day, Type.Null()], { description: 'Of all that is known; null before anything is' }),
    lastDay: Type.Union([Day, Type.Null()], {
      description: 'The last day that is over and counted: installations and use end with it, visits with this minute',
    }),
    figures: Figures,
    versions: group({ downloads: visits.downloads, ...installations, ...usage }),
    countries: group(visits),
    clients: group(visits),
    changes: Type.Array(Type.Object({ from: Type.String(), to: Type.String(), updates: Type.Integer() }), {
      description: 'Updates from one version to another, where five organisations or more made it',
    }),
    terms: Type.Array(Type.Object({ term: Type.String(), organisations: Type.Integer() }), {
      description: 'Searches after which its page was opened, where five organisations or more made them',
    }),
    retention: Type.Array(
      Type.Object({
        week: Type.String({ format: 'date', description: 'The Monday of the week in which they installed it' }),
        installed: told(`Had it at the end of that week, ${fewer}`),
        after1: told('Have it a week later. Null: fewer than five, or not yet known'),
        after4: told('Four weeks later'),
        after12: told('Twelve weeks later'),
      }),
    ),
  },
  { title: 'PublisherAnalytics' },
);
export type PublisherAnalytics = Static<typeof PublisherAnalytics>;

export const AnalyticsDay = Type.Object(
  {
    day: Day,
    value: Type.Union([Type.String(), Type.Null()], {
      description: 'Version, country or client; null for all of them, and for those too small to be named',
    }),
    ...Type.Partial(Figures).properties,
  },
  { title: 'AnalyticsDay' },
);
export type AnalyticsDay = Static<typeof AnalyticsDay>;

export const PluginStatistics = Type.Object(
  {
    releases: Type.Integer(),
    lastReleasedAt: Type.String({ format: 'date-time' }),
    asOf: Type.Union([Day, Type.Null()], { description: 'The last day that was counted' }),
    installs: told(`Installs since the beginning, ${fewer}`),
    installed: installations.installed,
    active: installations.active,
    errorFree: Type.Union([Type.Number(), Type.Null()], {
      description: use('Share of the calls of the last 28 days that did not fail'),
    }),
  },
  { title: 'PluginStatistics' },
);
export type PluginStatistics = Static<typeof PluginStatistics>;

const params = Type.Object({ publisher: PublisherName, plugin: PluginId });
const span = {
  from: Type.Optional(Type.String({ format: 'date', description: '27 days before `to` when left out' })),
  to: Type.Optional(Type.String({ format: 'date', description: 'Today (UTC) when left out' })),
};
const by = Type.Optional(Type.Enum([...analyticsGroups], { default: 'day', description: 'What is told apart' }));
const owned = { access: 'publishing:manage', plan: 'free' } as const;
const operates = { access: 'server:operate', plan: 'free' } as const;

export const publisherAnalyticsRoutes = {
  read: route({
    method: 'GET',
    path: '/api/publishers/:publisher/plugins/:plugin/analytics',
    summary:
      'Get what became of a plugin of yours: visits, installations, use, retention, searches. Small numbers are hidden',
    ...owned,
    params,
    query: Type.Object(span),
    replies: { 200: PublisherAnalytics },
    errors: ['publisher_not_found', 'release_not_found', 'invalid_request'],
  }),
  days: route({
    method: 'GET',
    path: '/api/publishers/:publisher/plugins/:plugin/analytics/days',
    summary: 'List the same day by day, the oldest first, back to the first day; by version, country or client too',
    ...owned,
    params,
    query: Type.Object({
      ...span,
      by,
      cursor: Type.Optional(Type.String({ format: 'date', description: '`nextCursor` of the page before' })),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 90, description: 'Days' })),
    }),
    replies: {
      200: Type.Object({ items: Type.Array(AnalyticsDay), nextCursor: NullableDay }),
    },
    errors: ['publisher_not_found', 'release_not_found', 'invalid_request'],
  }),
  csv: route({
    method: 'GET',
    path: '/api/publishers/:publisher/plugins/:plugin/analytics/csv',
    summary: 'Download the days as CSV, from the first one when `from` is left out',
    ...owned,
    params,
    query: Type.Object({ ...span, by }),
    replies: { 200: Binary },
    errors: ['publisher_not_found', 'release_not_found', 'invalid_request'],
  }),
  operate: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/analytics',
    summary: 'Get the analytics of any plugin that is published on this server, as its publisher sees them',
    ...operates,
    params,
    query: Type.Object(span),
    replies: { 200: PublisherAnalytics },
    errors: ['release_not_found', 'invalid_request'],
  }),
  operateCsv: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/analytics/csv',
    summary: 'Download the days of any plugin that is published on this server as CSV',
    ...operates,
    params,
    query: Type.Object({ ...span, by }),
    replies: { 200: Binary },
    errors: ['release_not_found', 'invalid_request'],
  }),
};

/** Beside the page of a plugin in the marketplace. */
export const statisticsRoutes = {
  statistics: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/statistics',
    summary: 'Get how much a released plugin is used. Small numbers are hidden',
    access: 'plugins:read',
    plan: 'free',
    limit: 'catalog',
    params,
    replies: { 200: PluginStatistics },
    errors: ['release_not_found'],
  }),
  badge: route({
    method: 'GET',
    path: '/api/marketplace/plugins/:publisher/:plugin/badge.svg',
    summary: 'Get a badge of a released plugin that costs nothing, as SVG, for anybody',
    access: 'public',
    plan: 'free',
    limit: 'catalog',
    params,
    query: Type.Object({ kind: Type.Optional(Type.Enum([...badgeKinds], { default: 'version' })) }),
    replies: { 200: Binary, 304: NoContent },
    errors: ['release_not_found', 'invalid_request'],
  }),
};
