import type { Run } from '@proofpix/contract/runs';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../ui/copy-text.tsx';
import { bytes, shortHash, timeWithZone } from '../../../ui/format.ts';
import { RunTicks } from '../../../ui/run-ticks.tsx';
import { useCurrentStep } from '../live-runs.ts';
import { photoKind } from '../photo-types.ts';
import { isActive } from '../queries.ts';
import { nowWords, ticksOf } from '../result-words.ts';
import css from './result-header.module.css';

type Props = {
  run: Run;
  pluginName: (id: string) => string;
  exportReason: string | null;
  /** What does not fit into the top bar of a phone. */
  actions?: ReactNode;
};

export function ResultHeader({ run, pluginName, exportReason, actions }: Props) {
  const { t } = useTranslation('runs');
  const { file } = run;
  const width = run.metadata['ImageWidth'];
  const height = run.metadata['ImageHeight'];
  const facts = [
    ...(run.case === null ? [] : [t('result.exhibit', { number: run.case.exhibit })]),
    photoKind(file.type, file.name),
    ...(typeof width === 'number' && typeof height === 'number' ? [`${width} × ${height}`] : []),
    bytes(file.size),
  ];
  return (
    <div className={css.header}>
      <h1 className={css.name}>{file.name}</h1>
      <p className={css.facts}>
        {facts.join(' · ')} ·{' '}
        <time dateTime={run.createdAt}>{t('result.received', { time: timeWithZone(run.createdAt) })}</time>
      </p>
      {isActive(run) ? <Progress run={run} pluginName={pluginName} /> : null}
      <p className={css.hash}>
        <span className={css.label}>SHA-256</span>
        <code title={file.sha256}>{shortHash(file.sha256)}</code>
        <CopyText text={file.sha256} what="SHA-256" />
      </p>
      {exportReason === null ? null : <p className={css.reason}>{exportReason}</p>}
      {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
    </div>
  );
}

function Progress({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const step = useCurrentStep(run.id);
  const { t } = useTranslation('runs');
  const { ticks, label } = ticksOf(t, run, run.state === 'running');
  return (
    <p className={css.progress} role="status">
      <RunTicks ticks={ticks} label={label} />
      {nowWords(t, run, step, pluginName)}
    </p>
  );
}
