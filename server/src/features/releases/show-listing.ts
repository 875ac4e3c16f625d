import type { PluginListing, Release } from '@proofpix/contract/api/releases';
import { Problem } from '@proofpix/contract/errors';
import { effectiveVerdict, usualScanRules } from '@proofpix/contract/scan';
import { killSentence } from '@proofpix/signatures/kill-list';
import type { Database } from '../../db/database.ts';
import { asSystem } from '../../db/tenancy.ts';
import { showProfile } from '../publishers/keep-publishers.ts';
import { findPublisher } from '../publishers/queries.ts';
import type { Trust } from '../trust/open-trust.ts';
import { nearestSafe, newestOffered } from './newest-offered.ts';
import { listReleases, releaseSource, type ReleaseRow } from './queries.ts';

/** @throws Problem release_not_found */
export async function readListing(
  { db, trust }: { db: Database; trust: Trust },
  named: { publisher: string; pluginId: string },
): Promise<PluginListing> {
  const { publisher, releases } = await asSystem(db, 'releases', async (tx) => ({
    publisher: await findPublisher(tx, named.publisher),
    releases: await listReleases(tx, named),
  }));
  const offered = newestOffered(releases);
  // Of what is offered no longer, the last one says what it was.
  const shown = offered ?? releases[0];
  if (publisher === undefined || shown === undefined) throw new Problem('release_not_found');
  const { manifest } = shown;
  return {
    source: releaseSource,
    publisher: showProfile(publisher),
    plugin: named.pluginId,
    name: manifest.name,
    description: manifest.description,
    type: manifest.type,
    category: manifest.category,
    keywords: manifest.keywords ?? [],
    license: manifest.license ?? null,
    homepage: manifest.homepage ?? null,
    readme: shown.readme,
    offered: offered?.version ?? null,
    releases: releases.map((row) => showRelease(trust, row, releases)),
  };
}

export function showRelease(trust: Pick<Trust, 'killedBy'>, row: ReleaseRow, releases: readonly ReleaseRow[]): Release {
  const killed = killOf(trust, row);
  return {
    version: row.version,
    channel: row.channel,
    digest: row.digest,
    size: Number(row.archive_size),
    permissions: row.manifest.permissions ?? [],
    hosts: row.manifest.hosts ?? [],
    verdict: effectiveVerdict(row.scan, usualScanRules),
    approvedBy: row.approved_by,
    changelog: row.changelog,
    releasedAt: row.released_at.toISOString(),
    yanked:
      row.yanked_at === null || row.yank_reason === null
        ? null
        : {
            at: row.yanked_at.toISOString(),
            reason: row.yank_reason,
            safe: nearestSafe(releases, row.version, (other) => killOf(trust, other) !== null),
          },
    deprecated:
      row.deprecated_at === null || row.deprecate_reason === null
        ? null
        : { at: row.deprecated_at.toISOString(), reason: row.deprecate_reason },
    killed,
  };
}

export function killOf(trust: Pick<Trust, 'killedBy'>, row: ReleaseRow): string | null {
  const entry = trust.killedBy({
    source: releaseSource,
    id: row.plugin_id,
    version: row.version,
    digest: row.digest,
    publishers: [row.publisher],
    keyIds: [],
  });
  return entry === null ? null : killSentence(entry);
}
