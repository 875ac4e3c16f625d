import { routes } from '@proofpix/contract/routes';
import { withOrganisation } from '../../db/tenancy.ts';
import { bind, type App } from '../../http/bind.ts';
import { listSimilar } from './discovery/list-similar.ts';
import { maximumReplyBytes, type Discovery } from './discovery/open-discovery.ts';
import { phraseOf, searchListings } from './discovery/search-listings.ts';
import { suggest } from './discovery/suggest.ts';
import type { Following } from './follow/follow-marketplace.ts';
import type { Visits } from '../publisher-analytics/count-visits.ts';
import { featuredListings } from './list-listings.ts';
import { readVersion } from './queries.ts';

/** Binds the table `marketplace`. `following`: another server's, where there is one. */
export function bindMarketplaceRoutes(
  app: App,
  discovery: Discovery & { visits: Visits },
  following: Following | null,
): void {
  const { db, replies, visits } = discovery;
  bind(app, routes.marketplace.followed, async () => ({ status: 200, body: { followed: following?.state() ?? null } }));
  bind(app, routes.marketplace.featured, async ({ caller }) => ({
    status: 200,
    body: { items: await featuredListings(db, caller.organisationId) },
  }));
  bind(app, routes.marketplace.search, async ({ query, caller, request }) => {
    const body = await searchListings(discovery, caller.organisationId, query);
    // A list that nobody searched in is no search: everything is in it.
    if (query.q !== undefined && query.q.trim() !== '')
      visits.found(request, caller, { phrase: phraseOf(query.q), plugins: body.items });
    return { status: 200, body };
  });
  bind(app, routes.marketplace.suggestions, async ({ query, caller }) => ({
    status: 200,
    body: await suggest(discovery, caller.organisationId, query.q),
  }));
  bind(app, routes.marketplace.similar, async ({ params: { publisher, plugin }, query: { limit = 6 }, caller }) => ({
    status: 200,
    body: { items: await listSimilar(discovery, caller.organisationId, { publisher, pluginId: plugin, limit }) },
  }));
  bind(app, routes.marketplace.cacheMetrics, async ({ caller }) => {
    const { hits, misses, ...kept } = replies.metrics();
    return {
      status: 200,
      body: {
        catalogVersion: await withOrganisation(db, caller.organisationId, readVersion),
        hits,
        misses,
        hitRatio: hits + misses === 0 ? null : hits / (hits + misses),
        ...kept,
        maximumBytes: maximumReplyBytes,
      },
    };
  });
}
