import { useTranslation } from 'react-i18next';
import { count } from '../ui/format.ts';
import css from './navigation.module.css';
import type { Place } from './places.ts';

/** What waits for somebody, or else how many there are. */
export function PlaceCount({ place: { total, waiting } }: { place: Place }) {
  const { t } = useTranslation('frame');
  if (waiting) {
    return (
      <em className={css.waiting}>
        {count(waiting)}
        <span className="visually-hidden"> {t('waiting')}</span>
      </em>
    );
  }
  return total ? <em className={css.total}>{count(total)}</em> : null;
}
