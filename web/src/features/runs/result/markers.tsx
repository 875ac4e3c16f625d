import type { Run } from '@proofpix/contract/runs';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { regionsOf, type Region } from './finding-regions.ts';
import css from './markers.module.css';

type Props = {
  findings: Run['findings'];
  selected: number | null;
  hovered: number | null;
  onSelect: (index: number) => void;
  onHover: (index: number | null) => void;
};

/** The numbers and regions of the findings, over the picture. Fixed colours: what lies behind is the photo. */
export function Markers({ findings, selected, hovered, onSelect, onHover }: Props) {
  const { t } = useTranslation('runs');
  return findings.map((finding, index) => {
    const regions = regionsOf(finding);
    const lit = selected === index || hovered === index;
    const [first, second] = regions;
    return (
      <Fragment key={index}>
        {first !== undefined && second !== undefined ? <Pair from={first} to={second} lit={lit} /> : null}
        {regions.map((region, part) => (
          <button
            key={part}
            type="button"
            className={css.region}
            data-lit={lit || undefined}
            aria-label={t('markers.finding', { number: index + 1, title: finding.title })}
            aria-pressed={selected === index}
            onClick={() => onSelect(index)}
            onPointerEnter={() => onHover(index)}
            onPointerLeave={() => onHover(null)}
            onFocus={() => onHover(index)}
            onBlur={() => onHover(null)}
            style={{
              left: `${region.x * 100}%`,
              top: `${region.y * 100}%`,
              width: `${region.width * 100}%`,
              height: `${region.height * 100}%`,
            }}
          >
            <span className={`${css.marker} ${css[finding.severity]}`} aria-hidden>
              {index + 1}
            </span>
          </button>
        ))}
      </Fragment>
    );
  });
}

/** From the middle of one region to that of the other. */
function Pair({ from, to, lit }: { from: Region; to: Region; lit: boolean }) {
  const middle = ({ x, y, width, height }: Region) => ({ x: (x + width / 2) * 100, y: (y + height / 2) * 100 });
  const [a, b] = [middle(from), middle(to)];
  return (
    <svg className={css.pair} data-lit={lit || undefined} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      <line className={css.pairShade} x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
      <line className={css.pairLine} x1={a.x} y1={a.y} x2={b.x} y2={b.y} />
    </svg>
  );
}
