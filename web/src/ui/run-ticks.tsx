import css from './run-ticks.module.css';

export type Tick = 'empty' | 'running' | 'done' | 'possible' | 'strong' | 'failed';

const widest = 12;

/** One small bar a step: the only progress of one photo. Long runs are drawn in twelve bars, the words stay exact. */
export function RunTicks({ ticks, label }: { ticks: readonly Tick[]; label: string }) {
  return (
    <span className={css.ticks} role="img" aria-label={label} title={label}>
      {fewer(ticks).map((tick, index) => (
        <span key={index} className={`${css.tick} ${css[tick]}`} />
      ))}
    </span>
  );
}

const weight: Record<Tick, number> = { empty: 0, done: 1, running: 2, possible: 3, failed: 4, strong: 5 };

function fewer(ticks: readonly Tick[]): readonly Tick[] {
  if (ticks.length <= widest) return ticks;
  return Array.from({ length: widest }, (_, index) => {
    const part = ticks.slice(
      Math.floor((index * ticks.length) / widest),
      Math.floor(((index + 1) * ticks.length) / widest),
    );
    // The heaviest of the part, so that no sign is lost; "done" only when all of it is.
    const heaviest = part.reduce((a, b) => (weight[b] > weight[a] ? b : a), 'empty');
    return heaviest === 'done' && part.includes('empty') ? 'running' : heaviest;
  });
}
