import type { RunSummary } from '@proofpix/contract/runs';
import type { TFunction } from 'i18next';
import { listed } from '../../ui/format.ts';
import type { MarkKind } from '../../ui/mark.tsx';
import type { Tick } from '../../ui/run-ticks.tsx';

/** Whether a plugin judges photos; undefined where it is not known any more. */
export type Judges = (pluginId: string) => boolean | undefined;

/** What came out of a run, in words and with the mark of its strongest sign. */
export function resultWords(t: TFunction<'runs'>, run: RunSummary, judges: Judges): { mark: MarkKind; text: string } {
  if (run.state === 'failed') return { mark: 'failed', text: t('outcome.failed') };
  if (run.state === 'waiting' || run.state === 'running') return { mark: 'note', text: t('outcome.underWay') };
  const { strong, possible, note } = run.findingCounts;
  const signs = [
    ...(strong > 0 ? [t('outcome.strong', { count: strong })] : []),
    ...(possible > 0 ? [t('outcome.possible', { count: possible })] : []),
    ...(strong + possible === 0 && note > 0 ? [t('outcome.note', { count: note })] : []),
  ];
  const failed = run.failedSteps > 0 ? t('outcome.stepsFailed', { count: run.failedSteps }) : null;
  if (signs.length > 0) {
    const mark = strong > 0 ? 'strong' : possible > 0 ? 'possible' : 'note';
    return { mark, text: [...signs, ...(failed === null ? [] : [failed])].join(', ') };
  }
  // Silence of a plugin that failed is no sign that all is well: no green check.
  if (failed !== null) return { mark: 'failed', text: `${t('outcome.nothing')}, ${failed}` };
  if (run.stepsTotal === 0) return { mark: 'note', text: t('outcome.nobody') };
  // Nor is the silence of plugins that only read.
  if (run.plugins.every((id) => judges(id) === false)) return { mark: 'note', text: t('outcome.metadataOnly') };
  return { mark: 'nothing', text: t('outcome.nothing') };
}

/** One bar a step. A summary does not say which step found something, so the bars only say done or failed. */
export function ticksOf(t: TFunction<'runs'>, run: RunSummary, running: boolean): { ticks: Tick[]; label: string } {
  const ticks = Array.from({ length: run.stepsTotal }, (_, index): Tick => {
    if (index < run.stepsDone - run.failedSteps) return 'done';
    if (index < run.stepsDone) return 'failed';
    return running && index === run.stepsDone ? 'running' : 'empty';
  });
  const done = t('steps.done', { count: run.stepsTotal, done: run.stepsDone });
  const failed = run.failedSteps > 0 ? `, ${t('steps.failed', { count: run.failedSteps })}` : '';
  return { ticks, label: `${done}${failed}` };
}

/** The hooks of a run have sentences of their own; a custom hook is named. */
const hooks = {
  'file:uploaded': 'receives',
  'file:process': 'reads',
  'file:processed': 'finishes',
  'data:analyze': 'judges',
} as const;

function sentenceOf(hook: string): (typeof hooks)[keyof typeof hooks] | 'runs' {
  return Object.hasOwn(hooks, hook) ? hooks[hook as keyof typeof hooks] : 'runs'; // its own key
}

/** What is being done with a run at this moment. */
export function nowWords(
  t: TFunction<'runs'>,
  run: RunSummary,
  step: { plugin: string; hook: string } | undefined,
  pluginName: (id: string) => string,
): string {
  if (run.state === 'waiting') return t('now.waiting');
  if (step !== undefined) {
    return t(`now.${sentenceOf(step.hook)}`, { plugin: pluginName(step.plugin), hook: step.hook });
  }
  return run.stepsTotal > 0 && run.stepsDone >= run.stepsTotal ? t('now.writing') : t('now.running');
}

export function whileWords(t: TFunction<'runs'>, plugin: string, hook: string): string {
  return t(`failedWhile.${sentenceOf(hook)}`, { plugin, hook });
}

/** "the photo, its metadata and 3 findings": what is lost with a run. */
export function lossOf(t: TFunction<'runs'>, run: RunSummary, files: number): string {
  const { strong, possible, note } = run.findingCounts;
  const findings = strong + possible + note;
  return listed([
    t('loss.photo'),
    t('loss.record'),
    ...(findings > 0 ? [t('loss.findings', { count: findings })] : []),
    ...(files > 0 ? [t('loss.files', { count: files })] : []),
  ]);
}
