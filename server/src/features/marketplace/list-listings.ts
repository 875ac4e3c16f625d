import type { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { smallestTold } from '@proofpix/contract/publisher-analytics';
import { useSteps } from '@proofpix/contract/ranking';
import type { RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { listFeatured, type ListingRow } from './queries.ts';

export type Listing = RouteReply<typeof marketplaceRoutes.featured>['items'][number];

const featuredItems = 24;

export async function featuredListings(db: Database, organisationId: string): Promise<Listing[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listFeatured(tx, featuredItems));
  return rows.map(showListing);
}

export function showListing(row: ListingRow): Listing {
  const { listing } = row;
  return {
    source: row.source,
    publisher: row.publisher,
    pluginId: row.plugin_id,
    name: listing.name,
    version: row.version,
    description: listing.description,
    type: listing.type,
    category: listing.category,
    permissions: listing.permissions ?? [],
    hosts: listing.hosts ?? [],
    keywords: listing.keywords ?? [],
    license: listing.license ?? null,
    featured: row.featured,
    // As publishers are told of them: one install more is nobody's business.
    downloads: row.downloads - (row.downloads % smallestTold),
    usedBy: useSteps.find(({ organisations }) => row.active_organisations >= organisations)?.organisations ?? 0,
    trending: row.trend > 0,
    verdict: row.verdict,
    listedAt: row.created_at.toISOString(),
    installed: row.installed,
  };
}
