import { Problem } from '@proofpix/contract/errors';
import { effectiveVerdict } from '@proofpix/contract/scan';
import { readPackage } from '@proofpix/scanner/read-package';
import type { Package } from '@proofpix/scanner/package';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import { publishersOf } from '../plugins/policy/policy-subject.ts';
import { rulesInForce } from '../plugins/scans/queries.ts';
import { policyInForce, refuseDenied } from '../policies/policies-in-force.ts';
import { findReleaseRow, releaseSource, releaseStore, type ReleaseRow } from '../releases/queries.ts';
import { killOf } from '../releases/show-listing.ts';
import type { TrialParts } from './parts.ts';

export type Named = { publisher: string; pluginId: string; version: string };

/** Only what is released: drafts and what others uploaded do not exist here. @throws Problem release_not_found */
export async function findRelease({ db }: Pick<TrialParts, 'db'>, named: Named): Promise<ReleaseRow> {
  const row = await asSystem(db, 'releases', (tx) => findReleaseRow(tx, named));
  if (row === undefined) throw new Problem('release_not_found');
  return row;
}

/** In the order in which they weigh, as before an installation. @throws Problem package_killed, release_not_found, policy_denied, plugins_stopped */
export async function refuseTrial(
  { db, trust }: Pick<TrialParts, 'db' | 'trust'>,
  organisationId: string,
  row: ReleaseRow,
): Promise<void> {
  const killed = killOf(trust, row);
  if (killed !== null) throw new Problem('package_killed', killed);
  if (row.yanked_at !== null) throw new Problem('release_not_found', 'Its publisher offers it no longer.');
  await withOrganisation(db, organisationId, async (tx) => {
    const inForce = await policyInForce(tx, organisationId);
    const subject = {
      plugin: row.plugin_id,
      version: row.version,
      publishers: publishersOf({ source: releaseSource, publisher: row.publisher }, null),
      verdict: effectiveVerdict(row.scan, await rulesInForce(tx, organisationId)),
    };
    refuseDenied(inForce, subject, { loads: true });
  });
}

/** The package, checked to be what was released. */
export async function readReleased({ objects }: Pick<TrialParts, 'objects'>, row: ReleaseRow): Promise<Package> {
  const archive = await objects.read(releaseStore, row.archive_digest, 0, Number(row.archive_size));
  const read = await readPackage(archive);
  if (read.digest !== row.digest) throw new Error('The archive of a release is not what was released.');
  return read;
}
