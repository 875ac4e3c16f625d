import { authRoutes, memberRoutes, organisationRoutes, tokenRoutes } from './api/accounts.ts';
import { analyticsRoutes } from './api/analytics.ts';
import { hookRoutes } from './api/hooks.ts';
import { jobRoutes } from './api/jobs.ts';
import { marketplaceRoutes } from './api/marketplace.ts';
import { oauthRoutes } from './api/oauth.ts';
import { pluginRoutes } from './api/plugins.ts';
import { eventRoutes, runRoutes } from './api/runs.ts';
import { securityRoutes } from './api/security.ts';
import { serverRoutes } from './api/server.ts';
import { webhookRoutes } from './api/webhooks.ts';
import type { Route } from './route.ts';

/** Every route of the server. A route that is not in this table does not exist. */
export const routes = {
  auth: authRoutes,
  tokens: tokenRoutes,
  members: memberRoutes,
  organisations: organisationRoutes,
  plugins: pluginRoutes,
  analytics: analyticsRoutes,
  marketplace: marketplaceRoutes,
  hooks: hookRoutes,
  jobs: jobRoutes,
  oauth: oauthRoutes,
  runs: runRoutes,
  events: eventRoutes,
  security: securityRoutes,
  webhooks: webhookRoutes,
  server: serverRoutes,
} as const satisfies Record<string, Record<string, Route>>;

/** All rows with their names (`plugins.install`), for checks and for the documentation. */
export function allRoutes(): { name: string; route: Route }[] {
  return Object.entries(routes).flatMap(([noun, rows]) =>
    Object.entries(rows).map(([verb, row]) => ({ name: `${noun}.${verb}`, route: row as Route })),
  );
}
