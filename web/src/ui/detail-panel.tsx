import { ActionIcon } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useEffect, useEffectEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './detail-panel.module.css';

type Props = {
  /** Names the panel: what is open in it. */
  title: string;
  /** Left of the title. */
  icon?: ReactNode;
  /** Below the title, quiet. */
  detail?: ReactNode;
  onClose: () => void;
  /** The row above or below: the arrow keys. */
  onStep?: (direction: 1 | -1) => void;
  children: ReactNode;
};

/**
 * What is open of a list, at its right: no scrim and no trap, so the list stays in use. Below 1100 px it covers the page.
 * `PanelLayout` gives it its place.
 */
export function DetailPanel({ title, icon, detail, onClose, onStep, children }: Props) {
  const { t } = useTranslation('ui');
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // Whoever answered the key already, or types, means something else by it.
    if (event.defaultPrevented || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (isInUse(event.target)) return;
    if (event.key === 'Escape') onClose();
    else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (onStep === undefined) return;
      event.preventDefault();
      onStep(event.key === 'ArrowDown' ? 1 : -1);
    }
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => onKey(event);
    document.addEventListener('keydown', listen);
    return () => document.removeEventListener('keydown', listen);
  }, []);
  return (
    <section className={css.panel} aria-label={title} tabIndex={-1}>
      <div className={css.head}>
        {icon}
        <div className={css.heading}>
          {/* A new one for each row, so that it takes the focus and is read out. */}
          <h2 key={title} ref={focusOnce} className={css.title} tabIndex={-1}>
            {title}
          </h2>
          {detail === undefined ? null : <p className={css.detail}>{detail}</p>}
        </div>
        <ActionIcon aria-label={t('close')} onClick={onClose}>
          <IconX size={17} stroke={1.6} />
        </ActionIcon>
      </div>
      {children}
    </section>
  );
}

function focusOnce(heading: HTMLHeadingElement | null): void {
  heading?.focus({ preventScroll: true });
}

/** Fields, menus, sliders and dialogs have keys of their own. */
function isInUse(target: EventTarget | null): boolean {
  return (
    target instanceof Element &&
    target.closest(
      'input, textarea, select, [contenteditable], [role=menu], [role=listbox], [role=radiogroup], [role=tablist], [role=dialog], [data-keys]',
    ) !== null
  );
}

/** The list, and the panel beside it when there is one. */
export function PanelLayout({ children, panel }: { children: ReactNode; panel: ReactNode }) {
  return (
    <div className={css.layout} data-open={panel === null || panel === undefined ? undefined : true}>
      <div className={css.list}>{children}</div>
      {panel}
    </div>
  );
}
