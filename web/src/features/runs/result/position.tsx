import type { Run } from '@proofpix/contract/runs';
import { CopyText } from '../../../ui/copy-text.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './position.module.css';
import { positionOf, positionText } from './position-words.ts';
import { valueText } from './tag-words.ts';

export function Position({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const position = positionOf(run.metadata);
  return (
    <Section title="Position">
      {position === null ? (
        <p className={css.quiet}>Not recorded in this file.</p>
      ) : (
        <Known run={run} position={position} pluginName={pluginName} />
      )}
    </Section>
  );
}

function Known({
  run,
  position,
  pluginName,
}: {
  run: Run;
  position: { latitude: number; longitude: number };
  pluginName: (id: string) => string;
}) {
  const source = run.sources['latitude'];
  const error = run.metadata['GPSHPositioningError'];
  const others = ['GPSAltitude', 'GPSImgDirection'].flatMap((tag) => {
    const value = run.metadata[tag];
    return value === undefined || value === null
      ? []
      : [tag === 'GPSImgDirection' ? `facing ${valueText(tag, value)}` : valueText(tag, value)];
  });
  const text = positionText(position, 5);
  return (
    <>
      <p className={css.position}>
        {text}
        {typeof error === 'number' ? `, ±${error} m` : ''}
        <CopyText text={`${position.latitude}, ${position.longitude}`} what="position" />
      </p>
      <p className={css.quiet}>
        {others.length === 0 ? '' : `${others.join(', ')}. `}
        {source === undefined ? '' : `One source: ${pluginName(source.plugin)}. `}
        Not compared with anything else.
      </p>
    </>
  );
}
