/**
 * How numbers about organisations are told to publishers. Fewer than this many are never told, and what is told grows in
 * steps of it from the first day on: neither the difference of two spans nor a total less its rows gives a smaller one.
 */
export const smallestTold = 5;

/** Of the calls of a day, one organisation makes no more than this share: else its own figures could be read off. */
export const largestShare = 0.8;

/** Where a visit comes from. `server`: another server that uses this marketplace; `rules`: an update that nobody asked for. */
export const visitClients = ['web', 'cli', 'api', 'server', 'rules'] as const;
export type VisitClient = (typeof visitClients)[number];

/** What is counted of visits, when they happen. */
export const visitMeasures = ['views', 'impressions', 'downloads'] as const;
export type VisitMeasure = (typeof visitMeasures)[number];

/** What is counted of a day when it is over. */
export const installMeasures = ['installs', 'uninstalls', 'updates'] as const;
export type InstallMeasure = (typeof installMeasures)[number];

export const analyticsGroups = ['day', 'version', 'country', 'client'] as const;
export type AnalyticsGroup = (typeof analyticsGroups)[number];

export const badgeKinds = ['version', 'installs', 'verdict'] as const;
export type BadgeKind = (typeof badgeKinds)[number];

/** Of a country that no proxy named. */
export const unknownCountry = 'unknown';
