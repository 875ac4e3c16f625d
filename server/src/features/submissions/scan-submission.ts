import { Problem } from '@proofpix/contract/errors';
import { effectiveVerdict, usualScanRules } from '@proofpix/contract/scan';
import { cleanText } from '@proofpix/host/clean-text';
import { manifestObstacles } from '@proofpix/host/plugin-config';
import type { ScannedPackage } from '@proofpix/intake/create-intake';
import type { SubmissionProblem } from '../../db/publishing-tables.ts';
import { asSystem, withOrganisation } from '../../db/tenancy.ts';
import type { JobIds } from '../../queue.ts';
import { refuseTakenName } from '../releases/refuse-taken-name.ts';
import { releaseSource } from '../releases/queries.ts';
import { proveSignature, refuseKilled } from '../trust/prove-package.ts';
import { changeState } from './change-state.ts';
import { dropArchive } from './drop-archive.ts';
import type { SubmissionParts } from './parts.ts';
import {
  findSameVersion,
  findSubmission,
  lockSubmission,
  saveProblem,
  saveRead,
  type SubmissionRow,
} from './queries.ts';

/** What says nothing about the package: the queue tries it again. */
const busy: readonly string[] = ['sandbox_busy', 'shutting_down'];

/** Reads what was sent, in a process of its own, and says what is to be mended. Done already, or replaced: nothing happens. */
export async function scanSubmission(parts: SubmissionParts, { organisationId, id }: JobIds): Promise<void> {
  const { db, objects, intake } = parts;
  const row = await withOrganisation(db, organisationId, (tx) => findSubmission(tx, id));
  if (row?.state !== 'received') return;
  const size = await objects.size(organisationId, row.archive_digest);
  if (size === undefined) return giveUp(parts, { organisationId, id }, 'Its archive is gone.');
  const archive = await objects.read(organisationId, row.archive_digest, 0, size);
  try {
    const scanned = await intake.scan({ organisationId, archive, fileName: row.file_name, key: id });
    await keep(parts, row, scanned, await judge(parts, row, scanned));
  } catch (error) {
    if (!(error instanceof Problem) || busy.includes(error.code)) throw error;
    if (error.code === 'package_not_scanned') return giveUp(parts, { organisationId, id }, error.message);
    await refuse(parts, row, problemOf(error));
  }
}

/** It is in nobody's queue, and nobody takes it for harmless: whoever sent it can have it scanned again. */
export async function giveUp(
  { db, log }: Pick<SubmissionParts, 'db' | 'log'>,
  { organisationId, id }: JobIds,
  reason = 'The scanner gave no answer.',
): Promise<void> {
  await withOrganisation(db, organisationId, async (tx) => {
    const row = await lockSubmission(tx, id);
    if (row?.state !== 'received') return;
    await saveProblem(tx, id, { code: 'package_not_scanned', message: reason, errors: [], rule: null });
    await changeState(tx, row, { state: 'not-scanned', side: 'server', actor: null, reason });
  });
  log.warn({ organisationId, submission: id }, 'a submission could not be scanned');
}

/** What stands against publishing it, whatever the scan says; null where nothing does. */
async function judge(
  { db, trust }: Pick<SubmissionParts, 'db' | 'trust'>,
  row: SubmissionRow,
  { package: read }: ScannedPackage,
): Promise<Problem | null> {
  const { manifest, digest } = read;
  const { publisher, signature_file: signature } = row;
  const subject = { id: manifest.id, version: manifest.version, digest };
  try {
    const wrong = manifestObstacles(manifest);
    if (wrong.length > 0) throw new Problem('manifest_invalid', undefined, wrong);
    const mark = signature === null ? null : proveSignature(trust, signature, subject).mark;
    if (mark !== null && mark.publisher !== publisher)
      throw new Problem('signature_invalid', `It was signed by ${mark.publisher}, not by ${publisher}.`);
    refuseKilled(trust, subject, { source: releaseSource, publisher, mark });
    await asSystem(db, 'releases', (tx) => refuseTakenName(tx, { publisher, pluginId: manifest.id }));
    return null;
  } catch (error) {
    if (error instanceof Problem) return error;
    throw error;
  }
}

async function keep(
  parts: SubmissionParts,
  sent: SubmissionRow,
  { package: read, archive, scan, components }: ScannedPackage,
  problem: Problem | null,
): Promise<void> {
  const { db, objects } = parts;
  const { organisation_id: organisationId, id } = sent;
  // What is kept from here on is the canonical form, as with everything that is installed.
  await objects.put(organisationId, archive, { maxBytes: archive.length, arriving: true });
  await withOrganisation(db, organisationId, async (tx) => {
    const row = await lockSubmission(tx, id);
    // Replaced or withdrawn while it was scanned: that one is scanned by a job of its own.
    if (row?.state !== 'received' || row.attempt !== sent.attempt) return;
    const { manifest, digest, archiveDigest } = read;
    const version = { publisher: row.publisher, pluginId: manifest.id, version: manifest.version, id };
    const same = await findSameVersion(tx, version);
    // One way to one version: what cannot be its own is not written as such.
    if (same !== null) {
      await block(tx, row, problemOf(new Problem('release_exists', `${manifest.id} ${manifest.version} is ${same}.`)));
      return;
    }
    await saveRead(tx, id, {
      pluginId: manifest.id,
      version: manifest.version,
      digest,
      archiveDigest,
      archiveSize: archive.length,
      manifest,
      readme: read.readme,
      changelog: changelogOf(read.files),
      scan,
      components,
    });
    if (problem !== null) return block(tx, row, problemOf(problem));
    const verdict = effectiveVerdict(scan, usualScanRules);
    const state = verdict === 'block' ? 'blocked' : 'draft';
    await changeState(tx, row, { state, side: 'server', actor: null, reason: null });
  });
  await objects.arrived(organisationId, [read.archiveDigest]);
  // Whichever of the two nobody refers to: the one that was received, or the canonical one of a package that was replaced.
  for (const digest of new Set([sent.archive_digest, read.archiveDigest]))
    await dropArchive(parts, organisationId, digest);
}

const changelogCharacters = 100_000;

function changelogOf(files: ReadonlyMap<string, Uint8Array>): string | null {
  const bytes = files.get('CHANGELOG.md');
  return bytes === undefined ? null : cleanText(new TextDecoder().decode(bytes)).slice(0, changelogCharacters);
}

async function refuse({ db }: SubmissionParts, sent: SubmissionRow, problem: SubmissionProblem): Promise<void> {
  await withOrganisation(db, sent.organisation_id, async (tx) => {
    const row = await lockSubmission(tx, sent.id);
    if (row?.state === 'received' && row.attempt === sent.attempt) await block(tx, row, problem);
  });
}

async function block(
  tx: Parameters<typeof saveProblem>[0],
  row: SubmissionRow,
  problem: SubmissionProblem,
): Promise<void> {
  await saveProblem(tx, row.id, problem);
  await changeState(tx, row, {
    state: 'blocked',
    side: 'server',
    actor: null,
    reason: problem.message.slice(0, 2_000),
  });
}

function problemOf(problem: Problem): SubmissionProblem {
  return { code: problem.code, message: problem.message, errors: [...problem.fields], rule: problem.rule ?? null };
}
