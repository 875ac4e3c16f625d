import type { ReactNode } from 'react';
import css from './list-row.module.css';

/** One thing of a list: what it is, and behind it its state and what can be done with it. */
export function ListRow({ what, children }: { what: ReactNode; children?: ReactNode }) {
  return (
    <li className={css.row}>
      <div className={css.what}>{what}</div>
      {children}
    </li>
  );
}
