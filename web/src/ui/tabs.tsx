import type { ReactNode } from 'react';
import { useId, useRef } from 'react';
import css from './tabs.module.css';

export type Tab<Name extends string> = {
  name: Name;
  label: string;
  /** Behind the label. */ count?: number | undefined;
};

type Props<Name extends string> = {
  label: string;
  tabs: readonly Tab<Name>[];
  open: Name;
  onOpen: (name: Name) => void;
  /** What the open tab shows. */
  children: ReactNode;
};

/** Parts of one page of which one is seen. The arrow keys move and open; the page keeps in its address which is open. */
export function Tabs<Name extends string>({ label, tabs, open, onOpen, children }: Props<Name>) {
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  function step(key: string) {
    const at = tabs.findIndex(({ name }) => name === open);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: tabs.length - 1 }[key];
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length];
    if (next === undefined) return false;
    onOpen(next.name);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(next.name)}"]`)?.focus();
    return true;
  }
  return (
    <>
      <div
        ref={list}
        className={css.tabs}
        role="tablist"
        aria-label={label}
        onKeyDown={(event) => {
          if (step(event.key)) event.preventDefault();
        }}
      >
        {tabs.map(({ name, label: words, count }) => (
          <button
            key={name}
            type="button"
            role="tab"
            id={`${id}-${name}`}
            data-tab={name}
            className={css.tab}
            aria-selected={name === open}
            aria-controls={`${id}-panel`}
            tabIndex={name === open ? 0 : -1}
            onClick={() => onOpen(name)}
          >
            {words}
            {count === undefined ? null : <span className={css.count}>{count}</span>}
          </button>
        ))}
      </div>
      <div id={`${id}-panel`} role="tabpanel" aria-labelledby={`${id}-${open}`}>
        {children}
      </div>
    </>
  );
}
