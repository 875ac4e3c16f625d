import { useId, useState, type ReactNode } from 'react';
import { State, type Tone } from '../../ui/state.tsx';
import css from './connection-row.module.css';

type Props = {
  name: string;
  detail: ReactNode;
  state: { tone: Tone; words: string };
  actions: ReactNode;
  /** What stands behind the name; loaded when it is opened. */
  more?: ReactNode;
};

/** One address or account: its name, what it is, its state as dot and word, and what can be done with it. */
export function ConnectionRow({ name, detail, state, actions, more }: Props) {
  const [open, setOpen] = useState(false);
  const id = useId();
  return (
    <li className={css.row}>
      <div className={css.line}>
        <div className={css.what}>
          {more === undefined ? (
            <p className={css.name}>{name}</p>
          ) : (
            <button
              type="button"
              className={css.name}
              aria-expanded={open}
              aria-controls={id}
              onClick={() => setOpen(!open)}
            >
              {name}
            </button>
          )}
          <div className={css.detail}>{detail}</div>
        </div>
        <State {...state} />
        <div className={css.actions}>{actions}</div>
      </div>
      {more === undefined ? null : (
        <div id={id} className={css.more} hidden={!open}>
          {open ? more : null}
        </div>
      )}
    </li>
  );
}
