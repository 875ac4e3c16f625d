import type { RunEvent, Step, StepError } from '@proofpix/contract/runs';
import { Merged } from '@proofpix/host/merge';
import { planRun, runPhoto } from '@proofpix/host/run-photo';
import { summarise } from '@proofpix/host/summarise';
import { withOrganisation } from '../../../db/tenancy.ts';
import { recordAct, systemActor } from '../../audit/record-act.ts';
import { openPhoto } from '../open-photo.ts';
import type { OpenParts } from '../parts.ts';
import { findSummary, markPhotoDeleted } from '../queries.ts';
import { keepDerivedFiles } from './derived-files.ts';
import {
  clearAttempt,
  finishRun,
  insertRunFile,
  insertStep,
  setStepsTotal,
  type Claimed,
  type Ending,
  type Progress,
} from './queries.ts';

/** The run belongs to nobody any more, or to another attempt: what this one still does is not kept. */
export class Superseded extends Error {}

export type AttemptParts = Pick<
  OpenParts,
  'db' | 'objects' | 'keeper' | 'allowances' | 'events' | 'host' | 'noteErasure'
>;

/**
 * One photo through its plugins, from the beginning: what an attempt before left is deleted first, so that the outcome
 * is that of an undisturbed run. Each step is stored before anybody is told of it.
 * @throws Superseded, and whatever failed
 */
export async function runAttempt(parts: AttemptParts, claimed: Claimed, signal: AbortSignal): Promise<void> {
  const { db, objects, keeper, events, host } = parts;
  const { summary, organisationId, attempt, options } = claimed;
  const { id: runId, file, plugins } = summary;
  const mine = { runId, attempt, organisationId };
  const tell = (event: RunEvent) => events.publish(organisationId, event);
  const write = <T>(work: Parameters<typeof withOrganisation<T>>[2]) => withOrganisation(db, organisationId, work);

  // As the plugins are now: one may have been uninstalled or updated since the run was started.
  const stepsTotal = planRun(host, { organisationId, plugins }).length;
  const left = await write(async (tx) => {
    await setStepsTotal(tx, mine, stepsTotal);
    return clearAttempt(tx, runId);
  });
  await keeper.release(organisationId, left);
  tell({ type: 'run:started', run: { ...summary, stepsTotal } });

  let progress: Progress = { stepsDone: 0, failedSteps: 0, findingCounts: { strong: 0, possible: 0, note: 0 } };
  const report = await runPhoto(host, {
    runId,
    organisationId,
    photo: openPhoto(objects, organisationId, file),
    plugins,
    options,
    signal,
    derivedFiles: (plugin) =>
      keepDerivedFiles({
        parts,
        organisationId,
        keep: (tx, derived) => insertRunFile(tx, mine, { ...derived, organisationId, plugin }),
      }),
    onStepStarted: ({ hook, plugin }) => tell({ type: 'step:started', runId, hook, plugin }),
    onStep: async (step) => {
      signal.throwIfAborted();
      progress = after(progress, step);
      const run = await write((tx) => insertStep(tx, mine, { step, progress }));
      if (run === undefined) throw new Superseded();
      tell({ type: 'step:finished', runId, step: forWatchers(step), run });
    },
  });
  signal.throwIfAborted();
  const { stepsDone, failedSteps, findingCounts } = summarise(report, stepsTotal);
  await finish(parts, claimed, { state: 'done', progress: { stepsDone, failedSteps, findingCounts } });
}

/** @throws Superseded */
export async function finish(
  { db, events, keeper, noteErasure }: Pick<OpenParts, 'db' | 'events' | 'keeper' | 'noteErasure'>,
  { summary: { id: runId }, organisationId, attempt }: Pick<Claimed, 'summary' | 'organisationId' | 'attempt'>,
  ending: Ending,
): Promise<void> {
  const finished = await withOrganisation(db, organisationId, async (tx) => {
    const over = await finishRun(tx, { runId, attempt }, ending);
    if (over === undefined) return undefined;
    const photo = await markPhotoDeleted(tx, runId);
    if (photo === null) return { run: over, digests: [] };
    const { file: id, sha256, digests } = photo;
    await recordAct(tx, {
      organisationId,
      actor: systemActor('runs'),
      act: 'run.delete-photo',
      subject: { kind: 'run', id: runId },
      before: { sha256, files: digests.length },
    });
    await noteErasure(tx, organisationId, { kind: 'photo', runs: [runId], photos: [{ id, sha256 }] });
    return { run: (await findSummary(tx, runId)) ?? over, digests };
  });
  if (finished === undefined) throw new Superseded();
  const { run, digests } = finished;
  // Before anybody is told: whoever reads that it is deleted finds nothing any more.
  await keeper.release(organisationId, digests);
  events.publish(organisationId, { type: 'run:finished', run });
}

export const interrupted: StepError = { code: 'run_interrupted', message: 'The run could not be finished.' };

function after(before: Progress, step: Step): Progress {
  const merged = new Merged();
  merged.add(step);
  const { stepsDone, failedSteps, findingCounts } = summarise(merged.report(), 0);
  return {
    stepsDone: before.stepsDone + stepsDone,
    failedSteps: before.failedSteps + failedSteps,
    findingCounts: {
      strong: before.findingCounts.strong + findingCounts.strong,
      possible: before.findingCounts.possible + findingCounts.possible,
      note: before.findingCounts.note + findingCounts.note,
    },
  };
}

/** Characters of a result that watchers are sent; a bigger one is left out of the event and stands in the run. */
const sentResult = 256 * 1024;

function forWatchers(step: Step): Step {
  if (step.result === undefined || JSON.stringify(step.result).length <= sentResult) return step;
  const { result: _big, ...rest } = step;
  return rest;
}
