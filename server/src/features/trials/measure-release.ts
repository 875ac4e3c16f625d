import type { ReleaseMeasurement } from '@proofpix/contract/api/trials';
import { Problem } from '@proofpix/contract/errors';
import { asSystem } from '../../db/tenancy.ts';
import { nobody, type JobIds } from '../../queue.ts';
import { samplePhoto } from '../runs/sample-photo.ts';
import { findRelease, readReleased, type Named } from './find-release.ts';
import type { TrialParts } from './parts.ts';
import { askMeasurement, findMeasurement, findReleaseOf, saveMeasurement, type MeasurementRow } from './queries.ts';
import { openTrialPhoto, tryPackage } from './try-package.ts';
import { killOf } from '../releases/show-listing.ts';

/** A measurement that has not ended by then has lost its job. */
const lostMilliseconds = 60 * 60_000;
export const sampleName = 'lake.jpg';

/** What is known; where nothing is, measuring begins. @throws Problem release_not_found */
export async function readMeasurement(parts: TrialParts, named: Named): Promise<ReleaseMeasurement> {
  const { digest } = await findRelease(parts, named);
  const row = await asSystem(parts.db, 'releases', async (tx) => {
    const asked = await askMeasurement(tx, digest, new Date(Date.now() - lostMilliseconds));
    if (asked === undefined) return findMeasurement(tx, digest);
    await parts.queue.send(tx, 'release-measure', { organisationId: nobody, id: digest });
    return asked;
  });
  if (row === undefined) throw new Error('A measurement that was asked for has no row.');
  return show(row);
}

/** Measures a release once. May come twice: the second finds nothing to do. */
export async function measureRelease(parts: TrialParts, { id: digest }: JobIds, signal: AbortSignal): Promise<void> {
  const { db, trust } = parts;
  const found = await asSystem(db, 'releases', async (tx) => {
    const asked = await findMeasurement(tx, digest);
    return asked?.state === 'waiting' ? findReleaseOf(tx, digest) : undefined;
  });
  if (found === undefined) return;
  const ended = killOf(trust, found) === null ? await measured(parts, found, signal) : { reason: killedSentence };
  await asSystem(db, 'releases', (tx) => saveMeasurement(tx, digest, ended));
}

export async function giveUpMeasuring({ db }: Pick<TrialParts, 'db'>, { id: digest }: JobIds): Promise<void> {
  const reason = 'The server failed while it was measured.';
  await asSystem(db, 'releases', (tx) => saveMeasurement(tx, digest, { reason }));
}

const killedSentence = 'It is on the kill list, so it is not run.';

async function measured(parts: TrialParts, row: Parameters<typeof readReleased>[1], signal: AbortSignal) {
  const [pkg, bytes] = await Promise.all([readReleased(parts, row), samplePhoto()]);
  try {
    const photo = await openTrialPhoto({ name: sampleName, bytes });
    const { measurement } = await tryPackage(pkg, [photo], signal);
    const [first, ...others] = measurement.hooks;
    // One reason that ended all of them at once is about the plugin's start, and no measurement of what it does.
    const codes = new Set(measurement.hooks.flatMap(({ codes: of }) => of));
    if (
      first !== undefined &&
      [first, ...others].every(({ calls, failures }) => calls === failures) &&
      !codes.has('permission_denied')
    )
      return { reason: `None of its hooks answered: ${[...codes].join(', ')}.` };
    return { measurement };
  } catch (error) {
    // What is about the package stays so; our own failures are tried again by the queue.
    if (error instanceof Problem && error.code !== 'sandbox_busy') return { reason: error.message.slice(0, 1_000) };
    throw error;
  }
}

function show({ digest, state, reason, measurement, measured_at: at }: MeasurementRow): ReleaseMeasurement {
  return { state, digest, reason, measuredAt: at === null ? null : at.toISOString(), measurement };
}
