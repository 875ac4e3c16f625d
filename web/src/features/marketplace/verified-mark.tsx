import { IconRosetteDiscountCheckFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './marketplace.module.css';

/** A domain that the publisher proved to own: it says who, never that a plugin is good. */
export function VerifiedMark({ domain }: { domain: string }) {
  const { t } = useTranslation('marketplace');
  return (
    <span className={css.verified}>
      <IconRosetteDiscountCheckFilled size={14} aria-hidden />
      {t('verified', { domain })}
    </span>
  );
}
