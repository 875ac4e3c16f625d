import { IconStarFilled } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import css from './ratings.module.css';

/** Five of them, of which some are filled; said in words to those who do not see them. */
export function Stars({ stars }: { stars: number }) {
  const { t } = useTranslation('ratings');
  return (
    <span className={css.stars}>
      <span className="visually-hidden">{t('stars', { count: stars })}</span>
      {[1, 2, 3, 4, 5].map((each) => (
        <IconStarFilled key={each} size={14} aria-hidden data-empty={each > stars || undefined} />
      ))}
    </span>
  );
}
