import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Logo } from '../ui/logo.tsx';
import { PhoneMenu } from './account-menu.tsx';
import css from './top-bar.module.css';

/** The title of a top-level page (h1), or the parents of an inner one; at most three actions. */
export function TopBar({ title, parents, actions }: { title?: string; parents?: ReactNode; actions?: ReactNode }) {
  const { t } = useTranslation('frame');
  return (
    <header className={css.bar}>
      <span className={css.logo}>
        <Logo size={20} />
      </span>
      {title === undefined ? null : <h1 className={css.title}>{title}</h1>}
      {parents === undefined ? null : (
        <nav className={css.parents} aria-label={t('parents')}>
          {parents}
        </nav>
      )}
      <div className={css.actions}>
        {actions}
        <PhoneMenu />
      </div>
    </header>
  );
}
