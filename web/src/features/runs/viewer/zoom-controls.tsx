import { ActionIcon } from '@mantine/core';
import { IconMaximize, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { count } from '../../../ui/format.ts';
import { bounded, fitScale, wholeView, zoomed, type Size, type View } from './view.ts';
import { zoomStep } from './viewer.tsx';
import css from './viewer.module.css';

type Props = { view: View; sizes: { picture: Size; frame: Size } | null; onView: (view: View) => void };

export function ZoomControls({ view, sizes, onView }: Props) {
  const { t } = useTranslation('runs');
  if (sizes === null) return <div className={css.controls} />;
  const { picture, frame } = sizes;
  const fit = fitScale(picture, frame);
  const scale = fit * view.zoom;
  const real = bounded({ ...view, zoom: 1 / fit }, picture, frame);
  return (
    <div className={css.controls} role="group" aria-label={t('viewer.zoom')}>
      <ActionIcon
        aria-label={t('viewer.out')}
        aria-keyshortcuts="-"
        disabled={view.zoom <= 1}
        onClick={() => onView(zoomed(view, 1 / zoomStep, picture, frame))}
      >
        <IconZoomOut size={17} stroke={1.6} />
      </ActionIcon>
      <span className={css.percent} role="status">
        {count(Math.round(scale * 100))} %
      </span>
      <ActionIcon
        aria-label={t('viewer.in')}
        aria-keyshortcuts="+"
        onClick={() => onView(zoomed(view, zoomStep, picture, frame))}
      >
        <IconZoomIn size={17} stroke={1.6} />
      </ActionIcon>
      <ActionIcon
        aria-label={t('viewer.fit')}
        aria-keyshortcuts="0"
        disabled={view.zoom === 1}
        onClick={() => onView(wholeView)}
      >
        <IconMaximize size={17} stroke={1.6} />
      </ActionIcon>
      {fit < 1 ? (
        <ActionIcon aria-label={t('viewer.real')} title={t('viewer.real')} onClick={() => onView(real)}>
          <span className={css.real}>1:1</span>
        </ActionIcon>
      ) : null}
    </div>
  );
}
