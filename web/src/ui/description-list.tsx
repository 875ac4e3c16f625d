import type { ReactNode } from 'react';
import css from './description-list.module.css';

export type Fact = { label: string; value: ReactNode; /** Who said it; at the right end. */ source?: ReactNode };

/** Facts, one a line. `dense` is for the evidence inside of a row. */
export function DescriptionList({ facts, dense = false }: { facts: readonly Fact[]; dense?: boolean }) {
  return (
    <dl className={css.list} data-dense={dense || undefined}>
      {facts.map(({ label, value, source }) => (
        <div key={label} className={css.fact}>
          <dt>{label}</dt>
          <dd>{value}</dd>
          {source === undefined ? null : <dd className={css.source}>{source}</dd>}
        </div>
      ))}
    </dl>
  );
}
