import type { RunSummary } from '@proofpix/contract/runs';
import { counted } from '../../ui/format.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import type { Tick } from '../../ui/run-ticks.tsx';

/** Whether a plugin judges photos; undefined where it is not known any more. */
export type Judges = (pluginId: string) => boolean | undefined;

/** What came out of a run, in words and with the mark of its strongest sign. */
export function resultWords(run: RunSummary, judges: Judges): { mark: MarkKind; text: string } {
  if (run.state === 'failed') return { mark: 'failed', text: 'Could not be finished' };
  const { strong, possible, note } = run.findingCounts;
  const signs = [
    ...(strong > 0 ? [`${strong} strong`] : []),
    ...(possible > 0 ? [`${possible} possible`] : []),
    ...(strong + possible === 0 && note > 0 ? [counted(note, 'note')] : []),
  ];
  const failed = run.failedSteps > 0 ? `${counted(run.failedSteps, 'step')} failed` : null;
  if (signs.length > 0) {
    const mark = strong > 0 ? 'strong' : possible > 0 ? 'possible' : 'note';
    return { mark, text: [...signs, ...(failed === null ? [] : [failed])].join(', ') };
  }
  // Silence of a plugin that failed is no sign that all is well: no green check.
  if (failed !== null) return { mark: 'failed', text: `Nothing found, ${failed}` };
  if (run.stepsTotal === 0) return { mark: 'note', text: 'No plugin looked at it' };
  // Nor is the silence of plugins that only read.
  if (run.plugins.every((id) => judges(id) === false)) return { mark: 'note', text: 'Metadata only' };
  return { mark: 'nothing', text: 'Nothing found' };
}

/** One bar a step. A summary does not say which step found something, so the bars only say done or failed. */
export function ticksOf(run: RunSummary, running: boolean): { ticks: Tick[]; label: string } {
  const ticks = Array.from({ length: run.stepsTotal }, (_, index): Tick => {
    if (index < run.stepsDone - run.failedSteps) return 'done';
    if (index < run.stepsDone) return 'failed';
    return running && index === run.stepsDone ? 'running' : 'empty';
  });
  const failed = run.failedSteps > 0 ? `, ${run.failedSteps} failed` : '';
  return { ticks, label: `${run.stepsDone} of ${counted(run.stepsTotal, 'step')} done${failed}` };
}

/** What a plugin does in each hook of a run: as it does it, and as the time in which it failed. */
const doing: Record<string, [now: string, during: string]> = {
  'file:uploaded': ['receives the photo', 'receiving the photo'],
  'file:process': ['reads the photo', 'reading the photo'],
  'file:processed': ['finishes reading', 'finishing'],
  'data:analyze': ['judges the metadata', 'judging the metadata'],
};

/** What is being done with a run at this moment. */
export function nowWords(
  run: RunSummary,
  step: { plugin: string; hook: string } | undefined,
  pluginName: (id: string) => string,
): string {
  if (run.state === 'waiting') return 'Waiting';
  if (step !== undefined) return stepWords(pluginName(step.plugin), step.hook);
  return run.stepsTotal > 0 && run.stepsDone >= run.stepsTotal ? 'Writing the result' : 'Running';
}

/** "EXIF reader reads the photo" */
function stepWords(plugin: string, hook: string): string {
  return `${plugin} ${doing[hook]?.[0] ?? `runs ${hook}`}`;
}

export function whileWords(hook: string): string {
  return doing[hook]?.[1] ?? `running ${hook}`;
}
