/**
 * How often a caller may do something, by the class that a route's row names. A window slides: in no span of `seconds` are
 * there more than `requests`. The operator may set other numbers; `GET /api/usage` says which hold.
 */
export const rateLimits = {
  'plugin-operation': {
    per: 'organisation',
    requests: 10,
    seconds: 15 * 60,
    meaning: 'Install, load, unload, configure and uninstall plugins',
  },
  hook: { per: 'organisation', requests: 3_000, seconds: 60, meaning: 'Run hooks' },
  catalog: { per: 'caller', requests: 1_200, seconds: 60, meaning: 'Read the catalog; not counted in the web app' },
  trial: { per: 'caller', requests: 10, seconds: 60 * 60, meaning: 'Try plugins on a photo' },
  reading: { per: 'caller', requests: 1_200, seconds: 60, meaning: 'Read anything else' },
  change: { per: 'caller', requests: 600, seconds: 60, meaning: 'Change anything else' },
} as const satisfies Record<string, RateLimit>;

export type RateLimit = {
  /** A caller is a member or an API token; a network address where a route is open to anyone. */
  per: 'organisation' | 'caller';
  requests: number;
  seconds: number;
  meaning: string;
};

export type RateLimitName = keyof typeof rateLimits;
export const rateLimitNames = Object.keys(rateLimits) as RateLimitName[]; // keys of a constant object

/** The class of a row; null where requests are not counted, or are counted by the feature itself. */
export function rateLimitOf(row: { method: string; limit?: RateLimitName | 'none' }): RateLimitName | null {
  if (row.limit !== undefined) return row.limit === 'none' ? null : row.limit;
  return row.method === 'GET' ? 'reading' : 'change';
}
