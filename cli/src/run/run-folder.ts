import { join } from 'node:path';
import { fromCaller } from '../config.ts';
import { endWith } from '../exit-codes.ts';
import { CommandFailure } from '../failure.ts';
import { printable, printableJson } from '../printable.ts';
import { counted, paintFor, progressOn, type Paint } from '../terminal.ts';
import { choosePlugins } from './choose-plugins.ts';
import { findPhotos, skippedText } from './find-photos.ts';
import { openLocalHost, usualLanes } from './local-host.ts';
import { openResultsFolder } from './results-folder.ts';
import type { RunOptions } from './run-options.ts';
import { runMany, splitFinished, type PhotoOutcome } from './run-many.ts';
import { openRunState } from './run-state.ts';

type Sums = { done: number; unreadable: number; failed: number; strong: number; possible: number };

/** Many photos: those of folders and those that were named, several at once, and only those that are not finished. */
export async function runFolder(
  named: readonly string[],
  options: RunOptions,
  { signal, say }: { signal: AbortSignal; say: (line: string) => void },
): Promise<void> {
  const out = options.out === undefined ? undefined : fromCaller(options.out);
  const { photos, skipped } = await findPhotos(named, out === undefined ? {} : { leaveOut: out });
  if (skipped.length > 0)
    console.error(`Skipped: ${skippedText(skipped)}${options.verbose ? '' : ' (--verbose names them)'}.`);
  for (const { name, why } of skipped) say(`skipped ${name}: ${why}`);
  if (photos.length === 0)
    throw new CommandFailure('There is no photo.', {
      hints: ['ProofPix reads JPEG, PNG, WebP, HEIC, AVIF, TIFF, CR2, DNG and NEF.'],
    });

  const { plugins, key } = await choosePlugins(options);
  await using results = out === undefined ? null : await openResultsFolder(out);
  const stateFile =
    options.resume === undefined ? out && join(out, '.proofpix-state.jsonl') : fromCaller(options.resume);
  await using state = stateFile === undefined ? null : await openRunState(stateFile);
  const { waiting, finished } = await splitFinished(photos, { state, results, key });
  if (finished.length > 0) console.error(`${counted(finished.length, 'photo')} finished before: left out.`);

  const lanes = Math.min(options.jobs ?? usualLanes(plugins.length), Math.max(1, waiting.length));
  const shown = createOutput(options, waiting.length);
  const began = performance.now();
  {
    await using local = openLocalHost(plugins, { lanes, say });
    await runMany({ photos: waiting, local, key, results, state, signal, say, onOutcome: shown.outcome });
  }
  shown.end();
  const seconds = (performance.now() - began) / 1_000;
  const { sums } = shown;
  if (sums.failed + sums.unreadable > 0) endWith('found');
  console.error(summary(sums, { total: waiting.length, seconds }));
  if (signal.aborted) {
    const left = waiting.length - sums.done - sums.unreadable;
    throw new CommandFailure(`Interrupted: ${counted(left, 'photo')} left.`, {
      exit: 'interrupted',
      hints: [
        state === null
          ? 'Next time, name a folder by --out or a file by --resume, to be able to go on.'
          : 'The same command goes on from here.',
      ],
    });
  }
}

/** One line a photo on stdout: JSON, or for people; the bar on stderr. */
function createOutput(options: RunOptions, total: number) {
  const sums: Sums = { done: 0, unreadable: 0, failed: 0, strong: 0, possible: 0 };
  const bar = progressOn(process.stderr);
  const paint = paintFor(process.stdout);
  return {
    sums,
    outcome(outcome: PhotoOutcome): void {
      count(sums, outcome);
      bar.clear();
      if (outcome.kind === 'unreadable')
        console.error(`✗ ${printable(outcome.photo.name)}: ${printable(outcome.problem)}`);
      else if (options.json) console.log(printableJson({ photo: outcome.photo.name, run: outcome.run }));
      else console.log(lineOf(outcome, paint));
      bar.show(sums.done + sums.unreadable, total, printable(outcome.photo.name));
    },
    end: () => bar.clear(),
  };
}

function count(sums: Sums, outcome: PhotoOutcome): void {
  if (outcome.kind === 'unreadable') {
    sums.unreadable += 1;
    return;
  }
  sums.done += 1;
  if (outcome.run.failedSteps > 0) sums.failed += 1;
  sums.strong += outcome.run.findingCounts.strong;
  sums.possible += outcome.run.findingCounts.possible;
}

function lineOf({ photo, run }: PhotoOutcome & { kind: 'done' }, paint: Paint): string {
  const { strong, possible, note } = run.findingCounts;
  const found = [
    strong > 0 ? paint.bad(`${strong} strong`) : '',
    possible > 0 ? paint.warning(`${possible} possible`) : '',
    note > 0 ? paint.quiet(counted(note, 'note')) : '',
  ].filter((text) => text !== '');
  const failures = run.steps
    .filter((step) => !step.ok)
    .map(({ plugin, error }) => paint.bad(`${plugin}: ${printable(error?.code ?? 'failed')}`));
  const mark = run.failedSteps > 0 ? paint.bad('✗') : paint.good('✓');
  return [
    `${mark} ${printable(photo.name)}`,
    counted(Object.keys(run.metadata).length, 'tag'),
    ...found,
    ...failures,
  ].join(' · ');
}

function summary(sums: Sums, { total, seconds }: { total: number; seconds: number }): string {
  const rate = sums.done === 0 ? '' : ` (${(sums.done / seconds).toFixed(1)} a second)`;
  const parts = [
    `${sums.done.toLocaleString('en')} of ${counted(total, 'photo')} in ${seconds.toFixed(1)} s${rate}`,
    counted(sums.strong, 'strong finding'),
    counted(sums.possible, 'possible finding'),
    ...(sums.failed > 0 ? [`a plugin failed in ${counted(sums.failed, 'photo')}`] : []),
    ...(sums.unreadable > 0 ? [`${counted(sums.unreadable, 'photo')} could not be read`] : []),
  ];
  return parts.join(' · ');
}
