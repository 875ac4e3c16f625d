import type { Run } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { IconEye, IconEyeOff } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { photoKind } from '../photo-types.ts';
import { photoUrl } from '../photo-urls.ts';
import { pictureOf } from '../viewer/picture-of.ts';
import { towards, wholeView, zoomed, type Size, type View } from '../viewer/view.ts';
import { Viewer, zoomStep } from '../viewer/viewer.tsx';
import { ZoomControls } from '../viewer/zoom-controls.tsx';
import { regionsOf } from './finding-regions.ts';
import { Markers } from './markers.tsx';
import css from './photo-stage.module.css';
import { usePageKeys } from './use-page-keys.ts';

type Props = {
  run: Run;
  pluginName: (id: string) => string;
  selected: number | null;
  hovered: number | null;
  markers: boolean;
  onSelect: (index: number | null) => void;
  onHover: (index: number | null) => void;
  onMarkers: (shown: boolean) => void;
};

/** The photo as the browser decodes it; nothing else decodes it. Its frame has one size, so nothing below it jumps. */
export function PhotoStage(props: Props) {
  const { run, pluginName, selected, hovered, markers, onSelect, onHover, onMarkers } = props;
  const { t } = useTranslation('runs');
  const { file } = run;
  const [view, setView] = useState<View>(wholeView);
  const [sizes, setSizes] = useState<{ picture: Size; frame: Size } | null>(null);
  const [failed, setFailed] = useState(false);
  const picture = pictureOf(run);
  const drawn = picture.kind !== 'none' && !failed;
  const located = run.findings.some((finding) => regionsOf(finding).length > 0);

  function select(index: number | null) {
    onSelect(index);
    const finding = index === null ? undefined : run.findings[index];
    const [region] = finding === undefined ? [] : regionsOf(finding);
    if (region === undefined || sizes === null) return;
    setView(towards(view, region.x + region.width / 2, region.y + region.height / 2, sizes.picture, sizes.frame));
  }

  usePageKeys((key) => {
    if (/^[1-9]$/.test(key) && run.findings[Number(key) - 1] !== undefined) {
      select(Number(key) - 1);
      return true;
    }
    if (sizes === null || !drawn) return false;
    if (key === '+' || key === '=') setView(zoomed(view, zoomStep, sizes.picture, sizes.frame));
    else if (key === '-') setView(zoomed(view, 1 / zoomStep, sizes.picture, sizes.frame));
    else if (key === '0') setView(wholeView);
    else if (key === 'm') onMarkers(!markers);
    else return false;
    return true;
  });

  return (
    <>
      <div className={css.stage}>
        {drawn ? (
          <Viewer
            src={picture.src}
            alt={t(picture.kind === 'photo' ? 'viewer.photo' : 'viewer.previewOf', { name: file.name })}
            view={view}
            onView={setView}
            onSize={setSizes}
            onFailed={() => setFailed(true)}
          >
            {markers ? (
              <Markers
                findings={run.findings}
                selected={selected}
                hovered={hovered}
                onSelect={(index) => select(selected === index ? null : index)}
                onHover={onHover}
              />
            ) : null}
          </Viewer>
        ) : (
          <p className={css.words}>
            {failed ? t('viewer.broken') : t('viewer.notShown', { kind: photoKind(file.type, file.name) })}{' '}
            <a href={photoUrl(run.id)} download={file.name}>
              {t('viewer.download')}
            </a>
          </p>
        )}
      </div>
      {drawn ? (
        <div className={css.below}>
          <ZoomControls view={view} sizes={sizes} onView={setView} />
          {located ? (
            <Button
              size="xs"
              variant="subtle"
              color="gray"
              className={css.toggle}
              aria-pressed={markers}
              aria-keyshortcuts="m"
              leftSection={markers ? <IconEye size={16} stroke={1.6} /> : <IconEyeOff size={16} stroke={1.6} />}
              onClick={() => onMarkers(!markers)}
            >
              {t('markers.toggle')}
            </Button>
          ) : null}
        </div>
      ) : null}
      {picture.kind === 'preview' && drawn ? (
        <p className={css.preview}>
          {t('viewer.preview', { plugin: pluginName(picture.plugin), kind: photoKind(file.type, file.name) })}{' '}
          <a href={photoUrl(run.id)} download={file.name}>
            {t('viewer.download')}
          </a>
        </p>
      ) : null}
    </>
  );
}
