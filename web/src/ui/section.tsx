import type { ReactNode } from 'react';
import css from './section.module.css';

type Props = { id?: string; title: string; aside?: ReactNode; actions?: ReactNode; children: ReactNode };

/** A part of a page: its title, a few words beside it, its actions at the right end. */
export function Section({ id, title, aside, actions, children }: Props) {
  return (
    <section id={id} className={css.section} aria-label={title}>
      <div className={css.head}>
        <h2 tabIndex={-1}>{title}</h2>
        {aside === undefined ? null : <div className={css.aside}>{aside}</div>}
        {actions === undefined ? null : <div className={css.actions}>{actions}</div>}
      </div>
      {children}
    </section>
  );
}
