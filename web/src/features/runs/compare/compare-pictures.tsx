import type { Run } from '@proofpix/contract/runs';
import { SegmentedControl } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { percent } from '../../../ui/format.ts';
import { photoKind } from '../photo-types.ts';
import { pictureOf, type Picture } from '../viewer/picture-of.ts';
import { wholeView, type Size, type View } from '../viewer/view.ts';
import { Viewer } from '../viewer/viewer.tsx';
import { ZoomControls } from '../viewer/zoom-controls.tsx';
import css from './compare-page.module.css';
import { differenceOf, loadImage, sameShape, type Difference } from './difference.ts';

const modes = ['side', 'slider', 'difference'] as const;
type Mode = (typeof modes)[number];

/** Beside each other in one view, one over the other, or what differs. */
export function ComparePictures({ left, right }: { left: Run; right: Run }) {
  const { t } = useTranslation('runs');
  const [mode, setMode] = useState<Mode>('side');
  const [view, setView] = useState<View>(wholeView);
  const [sizes, setSizes] = useState<{ picture: Size; frame: Size } | null>(null);
  const [wipe, setWipe] = useState(50);
  const [broken, setBroken] = useState(false);
  const pictures = [pictureOf(left), pictureOf(right)] as const;
  const [a, b] = pictures;
  const both = a.kind !== 'none' && b.kind !== 'none' && !broken;
  const shared = { view, onView: setView, onSize: setSizes, onFailed: () => setBroken(true) };
  const shown: Mode = both ? mode : 'side';
  return (
    <section className={css.pictures} aria-label={t('compare.pictures')}>
      {shown === 'side' ? (
        <div className={css.pair}>
          <Stage run={left} picture={a} {...shared} />
          <Stage run={right} picture={b} {...shared} onSize={undefined} />
        </div>
      ) : a.kind === 'none' || b.kind === 'none' ? null : shown === 'slider' ? (
        <div className={css.stage}>
          <Viewer src={a.src} alt={t('viewer.photo', { name: left.file.name })} {...shared}>
            <img
              className={css.above}
              src={b.src}
              alt={t('viewer.photo', { name: right.file.name })}
              style={{ clipPath: `inset(0 0 0 ${wipe}%)` }}
            />
            <span className={css.line} style={{ left: `${wipe}%` }} />
          </Viewer>
        </div>
      ) : (
        <DifferenceStage sources={[a.src, b.src]} {...shared} />
      )}
      <div className={css.tools}>
        <SegmentedControl
          size="sm"
          aria-label={t('compare.mode')}
          value={shown}
          disabled={!both}
          onChange={(value) => setMode(modes.find((each) => each === value) ?? 'side')}
          data={modes.map((value) => ({ value, label: t(`compare.modes.${value}`) }))}
        />
        <ZoomControls view={view} sizes={sizes} onView={setView} />
        {shown === 'slider' ? (
          <label className={css.range}>
            {t('compare.wipe')}
            <input
              type="range"
              min={0}
              max={100}
              value={wipe}
              onChange={({ currentTarget }) => setWipe(Number(currentTarget.value))}
            />
          </label>
        ) : null}
        {both ? null : <span className={css.note}>{t('compare.onlyShown')}</span>}
        {both && (a.kind === 'preview' || b.kind === 'preview') ? (
          <span className={css.note}>{t('compare.preview')}</span>
        ) : null}
      </div>
    </section>
  );
}

type Shared = {
  view: View;
  onView: (view: View) => void;
  onSize?: ((sizes: { picture: Size; frame: Size }) => void) | undefined;
  onFailed: () => void;
};

function Stage({ run, picture, onSize, ...shared }: Shared & { run: Run; picture: Picture }) {
  const { t } = useTranslation('runs');
  const [failed, setFailed] = useState(false);
  return (
    <div className={css.stage}>
      {picture.kind === 'none' || failed ? (
        <p className={css.words}>
          {failed ? t('viewer.broken') : t('viewer.notShown', { kind: photoKind(run.file.type, run.file.name) })}
        </p>
      ) : (
        <Viewer
          src={picture.src}
          alt={t('viewer.photo', { name: run.file.name })}
          {...shared}
          {...(onSize === undefined ? {} : { onSize })}
          onFailed={() => {
            setFailed(true);
            shared.onFailed();
          }}
        />
      )}
    </div>
  );
}

type Made = { state: 'making' } | { state: 'shape' } | { state: 'failed' } | ({ state: 'made' } & Difference);

function DifferenceStage({ sources, ...shared }: Shared & { sources: readonly [string, string] }) {
  const { t } = useTranslation('runs');
  const [first, second] = sources;
  const made = useDifference(first, second);
  return (
    <>
      <div className={css.stage}>
        {made.state === 'made' ? (
          <Viewer
            src={made.url}
            alt={t('compare.differenceAlt')}
            view={shared.view}
            onView={shared.onView}
            onFailed={shared.onFailed}
            {...(shared.onSize === undefined ? {} : { onSize: shared.onSize })}
          />
        ) : (
          <p className={css.words} role="status">
            {t(`compare.difference.${made.state}`)}
          </p>
        )}
      </div>
      {made.state === 'made' ? (
        <p className={css.note} role="status">
          {t('compare.differs', { share: percent(made.share) })}
        </p>
      ) : null}
    </>
  );
}

function useDifference(first: string, second: string): Made {
  const [made, setMade] = useState<Made>({ state: 'making' });
  useEffect(() => {
    let ended = false;
    let url: string | null = null;
    async function make(): Promise<Made> {
      const [a, b] = await Promise.all([loadImage(first), loadImage(second)]);
      return sameShape(a, b) ? { state: 'made', ...(await differenceOf(a, b)) } : { state: 'shape' };
    }
    make().then(
      (result) => {
        if (result.state === 'made') url = result.url;
        if (!ended) setMade(result);
        else if (url !== null) URL.revokeObjectURL(url);
      },
      () => {
        if (!ended) setMade({ state: 'failed' });
      },
    );
    return () => {
      ended = true;
      if (url !== null) URL.revokeObjectURL(url);
    };
  }, [first, second]);
  return made;
}
