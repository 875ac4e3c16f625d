import type { marketplaceRoutes } from '@proofpix/contract/api/marketplace';
import { Problem } from '@proofpix/contract/errors';
import { limits } from '@proofpix/contract/limits';
import type { RouteReply } from '@proofpix/contract/route';
import type { Database } from '../../db/database.ts';
import { withOrganisation } from '../../db/tenancy.ts';
import { pageOf } from '../../http/paging.ts';
import { listFeatured, searchListings, type ListingRow, type SearchFilter, type SearchPosition } from './queries.ts';

export type Listing = RouteReply<typeof marketplaceRoutes.featured>['items'][number];

const featuredItems = 24;

export async function featuredListings(db: Database, organisationId: string): Promise<Listing[]> {
  const rows = await withOrganisation(db, organisationId, (tx) => listFeatured(tx, featuredItems));
  return rows.map(showListing);
}

export async function findListings(
  db: Database,
  organisationId: string,
  query: SearchFilter & { cursor?: string | undefined; limit?: number | undefined },
) {
  const after = decode(query.cursor);
  const size = query.limit ?? limits.pageDefault;
  const found = await withOrganisation(db, organisationId, (tx) => searchListings(tx, query, { after, limit: size }));
  return pageOf(found.rows, found.counted, size, { item: showListing, cursor: encode });
}

function showListing(row: ListingRow): Listing {
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
    downloads: Number(row.downloads),
    installed: row.installed,
  };
}

function encode(row: ListingRow): string {
  const position = [Number(row.rank), Number(row.downloads), row.source, row.publisher, row.plugin_id];
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/** @throws Problem invalid_request */
function decode(cursor: string | undefined): SearchPosition | null {
  if (cursor === undefined) return null;
  try {
    const value: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString());
    if (Array.isArray(value) && value.length === 5) {
      const [rank, downloads, source, publisher, pluginId] = value as unknown[]; // JSON of a list
      const texts = [source, publisher, pluginId].every((text) => typeof text === 'string' && !text.includes('\0'));
      const numbers = [rank, downloads].every(
        (number) => Number.isSafeInteger(number) && Math.abs(Number(number)) < 2 ** 31,
      );
      if (texts && numbers) {
        const named = { source: String(source), publisher: String(publisher), pluginId: String(pluginId) };
        return { rank: Number(rank), downloads: Number(downloads), ...named };
      }
    }
  } catch {
    // Not JSON: refused below like any other cursor that is not ours.
  }
  throw new Problem('invalid_request', undefined, [{ field: 'cursor', message: 'is not a cursor of this list' }]);
}
