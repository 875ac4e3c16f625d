import { useElementSize, useMergedRef } from '@mantine/hooks';
import { useEffect, useRef, useState, type KeyboardEvent, type PointerEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { bounded, panned, placeOf, zoomed, type Size, type View } from './view.ts';
import css from './viewer.module.css';

export const zoomStep = 1.5;
const arrowPixels = 60;

type Props = {
  src: string;
  alt: string;
  view: View;
  onView: (view: View) => void;
  /** What was decoded, and the frame that it is in. */
  onSize?: (sizes: { picture: Size; frame: Size }) => void;
  onFailed: () => void;
  /** Drawn over the picture, in a box of its size. */
  children?: ReactNode;
};

/** A picture as the browser decodes it, which can be come closer to: wheel with Ctrl, drag, keys. */
export function Viewer({ src, alt, view, onView, onSize, onFailed, children }: Props) {
  const { t } = useTranslation('runs');
  const { ref, width, height } = useElementSize();
  const element = useRef<HTMLDivElement>(null);
  const both = useMergedRef(ref, element);
  const [picture, setPicture] = useState<Size | null>(null);
  const frame = { width, height };
  const ready = picture !== null && width > 0 && height > 0;
  const seen = ready ? bounded(view, picture, frame) : view;
  const place = ready ? placeOf(seen, picture, frame) : null;

  // A listener that React adds may not prevent what a wheel does to the page.
  const wheel = useRef<(event: WheelEvent) => void>(() => {});
  useEffect(() => {
    wheel.current = (event) => {
      if (!event.ctrlKey || !ready) return;
      event.preventDefault();
      const box = element.current?.getBoundingClientRect();
      if (box === undefined) return;
      const at = { x: event.clientX - box.left, y: event.clientY - box.top };
      onView(zoomed(seen, 2 ** (-event.deltaY / 300), picture, frame, at));
    };
  });
  useEffect(() => {
    const target = element.current;
    const listen = (event: WheelEvent) => wheel.current(event);
    target?.addEventListener('wheel', listen, { passive: false });
    return () => target?.removeEventListener('wheel', listen);
  }, []);
  useEffect(() => {
    if (ready) onSize?.({ picture, frame: { width, height } });
    // Told once a change, whoever listens.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [picture, width, height]);

  const drag = useDrag((right, down) => {
    if (ready) onView(panned(seen, right, down, picture, frame));
  });

  function keys(event: KeyboardEvent) {
    if (!ready || seen.zoom === 1 || event.target !== event.currentTarget) return;
    const way = { ArrowLeft: [1, 0], ArrowRight: [-1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (way === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    onView(panned(seen, (way[0] ?? 0) * arrowPixels, (way[1] ?? 0) * arrowPixels, picture, frame));
  }

  return (
    <div
      ref={both}
      className={css.viewer}
      data-close={seen.zoom > 1 || undefined}
      role="group"
      aria-label={t('viewer.label')}
      tabIndex={0}
      onKeyDown={keys}
      {...drag}
    >
      <img
        className={css.picture}
        data-pixels={(place !== null && place.scale >= 4) || undefined}
        src={src}
        alt={alt}
        draggable={false}
        style={
          place === null
            ? { visibility: 'hidden' }
            : { left: place.left, top: place.top, width: place.width, height: place.height }
        }
        onLoad={({ currentTarget }) =>
          setPicture({ width: currentTarget.naturalWidth, height: currentTarget.naturalHeight })
        }
        onError={onFailed}
      />
      {place === null ? null : (
        <div
          className={css.over}
          style={{ left: place.left, top: place.top, width: place.width, height: place.height }}
        >
          {children}
        </div>
      )}
    </div>
  );
}

/** Every pointer drags; a press on a button inside is the button's. */
function useDrag(onDrag: (right: number, down: number) => void) {
  const last = useRef<{ x: number; y: number } | null>(null);
  const end = () => {
    last.current = null;
  };
  return {
    onPointerDown: (event: PointerEvent) => {
      if (event.button !== 0 || (event.target instanceof Element && event.target.closest('button, a'))) return;
      last.current = { x: event.clientX, y: event.clientY };
      event.currentTarget.setPointerCapture(event.pointerId);
    },
    onPointerMove: (event: PointerEvent) => {
      if (last.current === null) return;
      onDrag(event.clientX - last.current.x, event.clientY - last.current.y);
      last.current = { x: event.clientX, y: event.clientY };
    },
    onPointerUp: end,
    onPointerCancel: end,
  };
}
