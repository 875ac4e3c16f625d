import type { ReactNode } from 'react';
import css from './stat-row.module.css';

export type Stat = { label: string; value: ReactNode; /** Drawn in red: a part that is bad. */ bad?: boolean };

/** A few figures beside each other, divided by hairlines. */
export function StatRow({ stats }: { stats: readonly Stat[] }) {
  return (
    <dl className={css.row}>
      {stats.map(({ label, value, bad }) => (
        <div key={label} className={css.stat}>
          <dt>{label}</dt>
          <dd data-bad={bad || undefined}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
