import { ActionIcon } from '@mantine/core';
import { IconMinus, IconPlus } from '@tabler/icons-react';
import { geoAzimuthalEquidistant, geoCircle, geoGraticule, geoPath, type GeoProjection } from 'd3-geo';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { count } from '../format.ts';
import css from './outline-map.module.css';
import { coarseOutlines, fineOutlines, type Outlines } from './world.ts';

export type MapPoint = {
  latitude: number;
  longitude: number;
  /** Degrees from north, clockwise. */
  direction?: number;
  errorMetres?: number;
  label?: string;
  /** Not the position that counts: one that another source says. */
  other?: boolean;
};

/** Kilometres from the left edge to the right one. */
const widths = [60, 200, 500, 1500, 5000, 16_000] as const;
const usual = 3;
const fineBelow = 1500;
const size = { width: 344, height: 196 };
const earthKilometres = 6371;
const wedgePixels = 34;
const wedgeHalf = 22;

/**
 * Where something is, over coasts and borders that come with the app: no tile server learns of the place. Distances from
 * the middle are true, as are directions.
 */
export function OutlineMap({ points, text }: { points: readonly MapPoint[]; text: string }) {
  const { t } = useTranslation('ui');
  const [step, setStep] = useState(() => stepFor(points));
  const kilometres = widths[step] ?? widths[usual];
  const outlines = useOutlines(kilometres);
  const [first] = points;
  if (first === undefined) return null;
  const projection = geoAzimuthalEquidistant()
    .rotate([-first.longitude, -first.latitude])
    .translate([size.width / 2, size.height / 2])
    .scale((size.width / kilometres) * earthKilometres)
    .clipAngle(178)
    .clipExtent([
      [-1, -1],
      [size.width + 1, size.height + 1],
    ]);
  const path = geoPath(projection).digits(1);
  const bar = barOf(kilometres);
  return (
    <figure className={css.map}>
      <svg viewBox={`0 0 ${size.width} ${size.height}`} role="img" aria-label={text} className={css.drawing}>
        <path className={css.land} d={path(outlines.land) ?? ''} />
        <path className={css.borders} d={path(outlines.borders) ?? ''} />
        <path className={css.graticule} d={path(geoGraticule().step(graticuleOf(kilometres))()) ?? ''} />
        {points.toReversed().map((point, index) => (
          <Point key={index} point={point} projection={projection} kilometres={kilometres} />
        ))}
        <g className={css.bar} transform={`translate(10 ${size.height - 10})`}>
          <path d={`M0 -4V0H${(bar / kilometres) * size.width}V-4`} />
          <text x={(bar / kilometres) * size.width + 5} y="1">
            {kilometresText(bar)}
          </text>
        </g>
      </svg>
      <div className={css.buttons} role="group" aria-label={t('map.zoom')}>
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('map.in')}
          disabled={step === 0}
          onClick={() => setStep(step - 1)}
        >
          <IconPlus size={14} />
        </ActionIcon>
        <ActionIcon
          variant="default"
          size={26}
          aria-label={t('map.out')}
          disabled={step === widths.length - 1}
          onClick={() => setStep(step + 1)}
        >
          <IconMinus size={14} />
        </ActionIcon>
      </div>
    </figure>
  );
}

/** So wide that all points are on it. */
function stepFor(points: readonly MapPoint[]): number {
  const [first] = points;
  if (first === undefined) return usual;
  const furthest = Math.max(0, ...points.map((point) => kilometresApart(first, point)));
  // The map is wider than tall, and a point at its very edge is not seen.
  const fitting = widths.findIndex((kilometres) => kilometres * 0.26 >= furthest);
  return furthest === 0 ? usual : fitting === -1 ? widths.length - 1 : fitting;
}

function kilometresApart(a: MapPoint, b: MapPoint): number {
  const radians = Math.PI / 180;
  const height = Math.sin(((b.latitude - a.latitude) * radians) / 2) ** 2;
  const width = Math.sin(((b.longitude - a.longitude) * radians) / 2) ** 2;
  const share = height + Math.cos(a.latitude * radians) * Math.cos(b.latitude * radians) * width;
  return 2 * earthKilometres * Math.asin(Math.min(1, Math.sqrt(share)));
}

function useOutlines(kilometres: number): Outlines {
  const [fine, setFine] = useState<Outlines | null>(null);
  const wanted = kilometres < fineBelow;
  useEffect(() => {
    if (!wanted || fine !== null) return;
    // Without it the coarse ones stay, which are right as well.
    fineOutlines().then(setFine, () => {});
  }, [wanted, fine]);
  return wanted && fine !== null ? fine : coarseOutlines;
}

function graticuleOf(kilometres: number): [number, number] {
  if (kilometres >= 16_000) return [30, 30];
  if (kilometres >= 5000) return [10, 10];
  if (kilometres >= 1500) return [5, 5];
  return kilometres >= 500 ? [2, 2] : [0.5, 0.5];
}

function kilometresText(kilometres: number): string {
  return `${count(kilometres)} km`;
}

/** About a sixth of the width, in a round number. */
function barOf(kilometres: number): number {
  return [10, 20, 50, 100, 250, 500, 1000, 2500].findLast((length) => length <= kilometres / 4.5) ?? 10;
}

function Point({ point, projection, kilometres }: { point: MapPoint; projection: GeoProjection; kilometres: number }) {
  const at = projection([point.longitude, point.latitude]);
  if (at === null) return null;
  const [x, y] = at;
  const errorPixels = ((point.errorMetres ?? 0) / 1000 / kilometres) * size.width;
  const circle = geoCircle()
    .center([point.longitude, point.latitude])
    .radius(((point.errorMetres ?? 0) / 1000 / earthKilometres) * (180 / Math.PI))();
  return (
    <g>
      {/* Only when it is wider than the point itself. */}
      {errorPixels > 5 ? <path className={css.error} d={geoPath(projection)(circle) ?? ''} /> : null}
      {point.direction === undefined ? null : (
        <path className={css.wedge} d={wedge(point.direction)} transform={`translate(${x} ${y})`} />
      )}
      <circle className={point.other === true ? css.other : css.point} cx={x} cy={y} r="4.5" />
      {point.label === undefined ? null : (
        <text className={css.label} x={x + 9} y={y - 8}>
          {point.label}
        </text>
      )}
    </g>
  );
}

function wedge(direction: number): string {
  const end = (degrees: number) => {
    const radians = ((degrees - 90) * Math.PI) / 180;
    return `${(Math.cos(radians) * wedgePixels).toFixed(1)} ${(Math.sin(radians) * wedgePixels).toFixed(1)}`;
  };
  return `M0 0L${end(direction - wedgeHalf)}A${wedgePixels} ${wedgePixels} 0 0 1 ${end(direction + wedgeHalf)}Z`;
}
