import type { Bar } from './bars.tsx';
import css from './bars.module.css';

/** Bars in the size of a table row, 95 × 22. The numbers stand beside it, so it says nothing to screen readers. */
export function Sparkline({ bars }: { bars: readonly Omit<Bar, 'label'>[] }) {
  const width = 95;
  const height = 22;
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = width / Math.max(1, bars.length);
  return (
    <svg width={width} height={height} viewBox={`0 0 ${width} ${height}`} aria-hidden>
      {bars.map(({ value, bad = 0 }, index) => {
        const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
        const cap = bad === 0 ? 0 : Math.min(tall, Math.max(2, (bad / most) * height));
        const x = index * step;
        const wide = Math.max(1, step - 1);
        return (
          // The place is what a bar is: it has no other name.
          <g key={index}>
            <rect className={css.bar} x={x} y={height - tall} width={wide} height={tall} />
            {cap === 0 ? null : <rect className={css.bad} x={x} y={height - tall} width={wide} height={cap} />}
          </g>
        );
      })}
    </svg>
  );
}
