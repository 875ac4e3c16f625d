import type { Run } from '@proofpix/contract/runs';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../../ui/copy-text.tsx';
import type { MapPoint } from '../../../ui/map/outline-map.tsx';
import { Section } from '../../../ui/section.tsx';
import css from './position.module.css';
import { apartText } from './disagreement-words.ts';
import { positionOf, positionText, type Position as Place } from './position-words.ts';
import { valueText } from './tag-words.ts';

// Outlines and projections are as large as the rest of the page.
const OutlineMap = lazy(async () => ({ default: (await import('../../../ui/map/outline-map.tsx')).OutlineMap }));

type Props = { run: Run; pluginName: (id: string) => string };

export function Position({ run, pluginName }: Props) {
  const { t } = useTranslation('runs');
  const position = positionOf(run.metadata);
  return (
    <Section id="position" title={t('position.title')}>
      {position === null ? (
        <p className={css.quiet}>{t('position.none')}</p>
      ) : (
        <Known run={run} position={position} pluginName={pluginName} />
      )}
    </Section>
  );
}

function Known({ run, position, pluginName }: Props & { position: Place }) {
  const { t } = useTranslation('runs');
  const source = run.sources['latitude'];
  const error = run.metadata['GPSHPositioningError'];
  const altitude = run.metadata['GPSAltitude'];
  const direction = run.metadata['GPSImgDirection'];
  const differing = run.disagreements.find(({ question }) => question === 'place');
  const others = otherPlaces(run, position);
  const facts = [
    ...(typeof altitude === 'number' ? [valueText(t, 'GPSAltitude', altitude)] : []),
    ...(typeof direction === 'number'
      ? [t('position.facing', { direction: valueText(t, 'GPSImgDirection', direction) })]
      : []),
    ...(source === undefined ? [] : [t('position.from', { plugin: pluginName(source.plugin) })]),
  ];
  const text = positionText(position, 5);
  const points: MapPoint[] = [
    {
      ...position,
      ...(typeof direction === 'number' ? { direction } : {}),
      ...(typeof error === 'number' && error > 0 ? { errorMetres: error } : {}),
    },
    ...others.map(({ place, origin }) => ({ ...place, other: true, label: t(`origins.${origin}`) })),
  ];
  return (
    <>
      <div className={css.map}>
        <Suspense>
          <OutlineMap points={points} text={t('position.map', { position: text })} />
        </Suspense>
      </div>
      <p className={css.position}>
        {text}
        {typeof error === 'number' ? `, ±${error} m` : ''}
        <CopyText text={`${position.latitude}, ${position.longitude}`} what={t('position.what')} />
      </p>
      {facts.length === 0 ? null : <p className={css.quiet}>{facts.join(' · ')}</p>}
      {others.map(({ place, origin }) => (
        <p key={origin} className={css.quiet}>
          {t('position.other', { origin: t(`origins.${origin}`), position: positionText(place, 5) })}
        </p>
      ))}
      {differing === undefined ? null : <p className={css.apart}>{apartText(t, differing)}</p>}
    </>
  );
}

function otherPlaces(run: Run, position: Place) {
  const row = run.disagreements.find(({ question }) => question === 'place');
  return (row?.readings ?? []).flatMap(({ value, origin }) => {
    const [latitude = NaN, longitude = NaN] = value.split(',').map(Number);
    const same = latitude === position.latitude && longitude === position.longitude;
    return same || !Number.isFinite(latitude + longitude) ? [] : [{ place: { latitude, longitude }, origin }];
  });
}
