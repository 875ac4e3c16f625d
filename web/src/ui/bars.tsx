import css from './bars.module.css';

export type Bar = { label: string; value: number; /** The part of it that is bad, drawn as a cap. */ bad?: number };

/** Small bars on zero. The text says what they show; the labels of the first and last stand below. */
export function Bars({ bars, height, text }: { bars: readonly Bar[]; height: number; text: string }) {
  const most = Math.max(1, ...bars.map(({ value }) => value));
  const step = 10;
  return (
    <figure className={css.figure}>
      <svg
        className={css.bars}
        viewBox={`0 0 ${bars.length * step} ${height}`}
        preserveAspectRatio="none"
        style={{ height }}
        role="img"
        aria-label={text}
      >
        {bars.map(({ label, value, bad = 0 }, index) => {
          // A day with anything is seen, and what was bad in it too.
          const tall = value === 0 ? 1 : Math.max(2, (value / most) * height);
          const cap = bad === 0 ? 0 : Math.max(2, (bad / most) * height);
          return (
            <g key={label}>
              <title>{`${label}: ${value}`}</title>
              <rect className={css.bar} x={index * step} y={height - tall} width={step - 2} height={tall} />
              {cap === 0 ? null : (
                <rect
                  className={css.bad}
                  x={index * step}
                  y={height - tall}
                  width={step - 2}
                  height={Math.min(cap, tall)}
                />
              )}
            </g>
          );
        })}
      </svg>
      <figcaption className={css.ends} aria-hidden>
        <span>{bars[0]?.label}</span>
        <span>{bars.at(-1)?.label}</span>
      </figcaption>
    </figure>
  );
}
