import { routes } from '@proofpix/contract/routes';
import type { Database } from '../../db/database.ts';
import { bind, type App } from '../../http/bind.ts';
import { featuredListings, findListings } from './list-listings.ts';

/** Binds the table `marketplace`. */
export function bindMarketplaceRoutes(app: App, { db }: { db: Database }): void {
  bind(app, routes.marketplace.featured, async ({ caller }) => ({
    status: 200,
    body: { items: await featuredListings(db, caller.organisationId) },
  }));
  bind(app, routes.marketplace.search, async ({ query, caller }) => ({
    status: 200,
    body: await findListings(db, caller.organisationId, query),
  }));
}
