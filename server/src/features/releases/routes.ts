import { releaseRoutes } from '@proofpix/contract/api/releases';
import { bind, type App, type Caller } from '../../http/bind.ts';
import { readFollowedListing } from '../marketplace/follow/read-followed-listing.ts';
import { actorOf } from '../audit/record-act.ts';
import { deprecateRelease, killRelease, yankRelease, type ReleaseParts } from './change-release.ts';
import type { Objects } from '../../objects.ts';
import type { Visits } from '../publisher-analytics/count-visits.ts';
import { handOutArchive } from './hand-out-archive.ts';
import { readListing } from './show-listing.ts';

/** Binds the table `releases`. */
export function bindReleaseRoutes(app: App, parts: ReleaseParts & { objects: Objects; visits: Visits }): void {
  const owned = (caller: Caller, params: { publisher: string; plugin: string; version: string }) => ({
    organisationId: caller.organisationId,
    actor: actorOf(caller),
    publisher: params.publisher,
    pluginId: params.plugin,
    version: params.version,
  });
  bind(app, releaseRoutes.listing, async ({ params: { publisher, plugin }, query: { source }, request, caller }) => {
    const named = { publisher, pluginId: plugin };
    const listing = await (source === undefined
      ? readListing(parts, named)
      : readFollowedListing(parts, { source, ...named }));
    parts.visits.viewed(request, caller, { source: listing.source, ...named });
    return { status: 200, body: listing };
  });
  bind(app, releaseRoutes.archive, async ({ params: { digest }, request }) => {
    const { size, body, release } = await handOutArchive(parts, digest);
    // Also answered without a body.
    if (request.method === 'GET') parts.visits.fetched(request, release);
    const headers = {
      'content-type': 'application/octet-stream',
      'content-length': `${size}`,
      // Its name is its content. An hour, so that what is put on the kill list is not handed out for ever by a cache.
      'cache-control': 'public, max-age=3600',
    };
    return { status: 200, body, headers };
  });
  bind(app, releaseRoutes.yank, async ({ params, body, caller }) => ({
    status: 200,
    body: await yankRelease(parts, owned(caller, params), body.reason),
  }));
  bind(app, releaseRoutes.deprecate, async ({ params, body, caller }) => ({
    status: 200,
    body: await deprecateRelease(parts, owned(caller, params), body.reason),
  }));
  bind(app, releaseRoutes.kill, async ({ params, body, caller }) => ({
    status: 200,
    body: await killRelease(parts, owned(caller, params), body.reason),
  }));
}
