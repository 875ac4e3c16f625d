import { createContext, use, useCallback, useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './toasts.module.css';

/** What was done, in one line, and how to take it back. Never for an error that needs an act: that stays where it happened. */
export type Toast = { text: string; undo?: () => void };

type Shown = Toast & { id: number };

const most = 3;
const milliseconds = 6_000;

const ToastContext = createContext<(toast: Toast) => void>(() => {
  throw new Error('There is no ToastProvider around this.');
});

/** `toast({ text: 'Taken out of the case', undo: () => … })` */
export function useToast(): (toast: Toast) => void {
  return use(ToastContext);
}

let lastId = 0;

export function ToastProvider({ children }: { children: ReactNode }) {
  const { t } = useTranslation('ui');
  const [shown, setShown] = useState<readonly Shown[]>([]);
  const show = useCallback((toast: Toast) => {
    lastId += 1;
    const fresh = { ...toast, id: lastId };
    setShown((before) => [...before, fresh].slice(-most));
  }, []);
  const remove = useCallback((id: number) => setShown((before) => before.filter((toast) => toast.id !== id)), []);
  return (
    <ToastContext value={show}>
      {children}
      <section className={css.toasts} aria-label={t('toasts')}>
        {/* There before the first message: a screen reader tells only what changes in what it knows. */}
        <ul className={css.list} aria-live="polite">
          {shown.map((toast) => (
            <ToastLine key={toast.id} toast={toast} onGone={remove} />
          ))}
        </ul>
      </section>
    </ToastContext>
  );
}

function ToastLine({ toast, onGone }: { toast: Shown; onGone: (id: number) => void }) {
  const { t } = useTranslation('ui');
  // Whoever points at it or has the focus in it may take their time.
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => onGone(toast.id), milliseconds);
    return () => clearTimeout(timer);
  }, [held, onGone, toast.id]);
  return (
    <li
      className={css.toast}
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
    >
      <span className={css.text}>{toast.text}</span>
      {toast.undo === undefined ? null : (
        <button
          type="button"
          className={css.undo}
          onClick={() => {
            onGone(toast.id);
            toast.undo?.();
          }}
        >
          {t('undo')}
        </button>
      )}
    </li>
  );
}
