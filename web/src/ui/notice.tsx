import type { ReactNode } from 'react';
import { Mark } from './mark.tsx';
import css from './notice.module.css';

/** Something failed: what, what is safe, what to do, and the code for whoever helps. Stays where it happened. */
export function ErrorNotice({
  title,
  children,
  code,
  action,
}: {
  title: string;
  children?: ReactNode;
  code?: string | undefined;
  action?: ReactNode;
}) {
  return (
    <div className={css.notice} role="alert">
      <Mark kind="failed" />
      <div className={css.text}>
        <p className={css.title}>{title}</p>
        {children === undefined ? null : <div className={css.detail}>{children}</div>}
        {code === undefined ? null : <code className={css.code}>{code}</code>}
      </div>
      {action}
    </div>
  );
}

/** Nothing to show: one sentence where the rows would be, and at most one button. */
export function Empty({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className={css.empty}>
      <p>{children}</p>
      {action}
    </div>
  );
}

/** Grey bars of the final size. Invisible for the first 200 ms, so that a quick answer does not flicker. */
export function LoadingRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div className={css.loading} role="status">
      <span className="visually-hidden">{label}</span>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className={css.row} aria-hidden>
          <span className={css.tile} />
          <span className={css.bar} />
          <span className={css.shortBar} />
        </div>
      ))}
    </div>
  );
}
