import { effectiveVerdict, ruleSetVersion, usualScanRules } from '@proofpix/contract/scan';
import { limits } from '@proofpix/contract/limits';
import { Problem } from '@proofpix/contract/errors';
import { readPackage } from '@proofpix/scanner/read-package';
import { readSignatureFile, writeSignatureFile } from '@proofpix/signatures/signature-file';
import { signAsMarketplace } from '@proofpix/signatures/statement';
import type { Tx } from '../../db/tenancy.ts';
import type { Objects } from '../../objects.ts';
import type { Queue } from '../../queue.ts';
import { announceRelease } from '../announcements/announce-release.ts';
import { recordAct, type Actor } from '../audit/record-act.ts';
import { deleteListing, listingOf, saveListing } from '../marketplace/queries.ts';
import type { SubmissionRow } from '../submissions/queries.ts';
import type { Trust } from '../trust/open-trust.ts';
import { proveSignature, refuseKilled } from '../trust/prove-package.ts';
import { newestOffered } from './newest-offered.ts';
import { refuseTakenName } from './refuse-taken-name.ts';
import { insertRelease, listReleases, releaseSource, releaseStore } from './queries.ts';

/** What a release is made of: read before the transaction that makes it, so that nothing waits for a disk meanwhile. */
export type Prepared = Awaited<ReturnType<typeof prepareRelease>>;

/** Copies the archive to where it outlives its organisation. What is not released after all is what the next one stores again. */
export async function prepareRelease(objects: Objects, row: SubmissionRow) {
  const archive = await objects.read(row.organisation_id, row.archive_digest, 0, Number(row.archive_size));
  const read = await readPackage(archive);
  // What was reviewed, and nothing else.
  if (read.digest !== row.digest) throw new Error('The archive of a submission is not what was scanned.');
  await objects.put(releaseStore, archive, { maxBytes: limits.packageBytes });
  return read;
}

/**
 * Makes a submission a release: signed by this marketplace, listed, for good. In the transaction of whoever approves it.
 * @throws Problem release_exists, plugin_name_taken, package_killed, signature_invalid
 */
export async function publishRelease(
  tx: Tx,
  { trust, queue }: { trust: Trust; queue: Queue },
  row: SubmissionRow,
  read: Prepared,
  how: { approvedBy: 'people' | 'rules'; actor: Actor },
): Promise<void> {
  const { publisher, signature_file: signature, scan } = row;
  const { manifest, digest } = read;
  if (scan === null) throw new Error('A submission without a scan cannot be released.');
  const subject = { id: manifest.id, version: manifest.version, digest };
  const proof = signature === null ? null : proveSignature(trust, signature, subject);
  // Weeks may have passed since it was scanned: somebody else may have the name by now, or a kill list names it.
  refuseKilled(trust, subject, { source: releaseSource, publisher, mark: proof?.mark ?? null });
  await refuseTakenName(tx, { publisher, pluginId: manifest.id });
  const publisherEnvelope = signature === null ? null : readSignatureFile(Buffer.from(signature)).publisher;
  const releasedAt = new Date();
  const decision = {
    verdict: 'accepted',
    ruleSet: `${ruleSetVersion}`,
    publisherEnvelope,
    decided: releasedAt,
  } as const;
  const marketplace = signAsMarketplace({ publisher, ...subject }, decision, [trust.signingKey]);
  const inserted = await insertRelease(tx, {
    publisher,
    pluginId: manifest.id,
    version: manifest.version,
    channel: row.channel,
    submissionId: row.id,
    digest,
    archiveDigest: row.archive_digest,
    archiveSize: Number(row.archive_size),
    manifest,
    readme: row.readme,
    changelog: row.changelog,
    scan,
    components: row.components,
    signatureFile: writeSignatureFile({ publisher: publisherEnvelope, marketplace }),
    approvedBy: how.approvedBy,
    releasedAt,
  });
  if (!inserted) throw new Problem('release_exists');
  await recordAct(tx, {
    organisationId: null,
    actor: how.actor,
    act: 'release.publish',
    subject: { kind: 'release', id: `${publisher}/${manifest.id}@${manifest.version}` },
    after: { digest, channel: row.channel, approvedBy: how.approvedBy, submission: row.id },
  });
  await offerNewest(tx, { publisher, pluginId: manifest.id });
  if (row.channel !== 'stable') return;
  const { id: pluginId, version, name } = manifest;
  await announceRelease(tx, queue, { publisher, pluginId, version, name });
}

/** What the catalog offers of a plugin follows from its releases alone. */
export async function offerNewest(tx: Tx, named: { publisher: string; pluginId: string }): Promise<void> {
  const newest = newestOffered(await listReleases(tx, named));
  if (newest === undefined) return deleteListing(tx, { source: releaseSource, ...named });
  await saveListing(tx, {
    source: releaseSource,
    ...named,
    version: newest.version,
    listing: listingOf(newest.manifest, {
      readme: newest.readme,
      verdict: effectiveVerdict(newest.scan, usualScanRules),
    }),
    featured: false,
    archivePath: null,
  });
}
