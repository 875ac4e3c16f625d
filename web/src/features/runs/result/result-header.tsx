import type { Run } from '@proofpix/contract/runs';
import { CopyText } from '../../../ui/copy-text.tsx';
import { bytes, shortHash, timeWithZone } from '../../../ui/format.ts';
import { RunTicks } from '../../../ui/run-ticks.tsx';
import { useCurrentStep } from '../live-runs.ts';
import { photoKind } from '../photo-types.ts';
import { isActive } from '../queries.ts';
import { nowWords, ticksOf } from '../result-words.ts';
import css from './result-header.module.css';

type Props = { run: Run; pluginName: (id: string) => string; exportReason: string | null };

export function ResultHeader({ run, pluginName, exportReason }: Props) {
  const { file } = run;
  const width = run.metadata['ImageWidth'];
  const height = run.metadata['ImageHeight'];
  const facts = [
    photoKind(file.type, file.name),
    ...(typeof width === 'number' && typeof height === 'number' ? [`${width} × ${height}`] : []),
    bytes(file.size),
  ];
  return (
    <div className={css.header}>
      <h1 className={css.name}>{file.name}</h1>
      <p className={css.facts}>
        {facts.join(' · ')} · received <time dateTime={run.createdAt}>{timeWithZone(run.createdAt)}</time>
      </p>
      {isActive(run) ? <Progress run={run} pluginName={pluginName} /> : null}
      <p className={css.hash}>
        <span className={css.label}>SHA-256</span>
        <code title={file.sha256}>{shortHash(file.sha256)}</code>
        <CopyText text={file.sha256} what="SHA-256" />
      </p>
      {exportReason === null ? null : <p className={css.reason}>{exportReason}</p>}
    </div>
  );
}

function Progress({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const step = useCurrentStep(run.id);
  const { ticks, label } = ticksOf(run, run.state === 'running');
  return (
    <p className={css.progress} role="status">
      <RunTicks ticks={ticks} label={label} />
      {nowWords(run, step, pluginName)}
    </p>
  );
}
