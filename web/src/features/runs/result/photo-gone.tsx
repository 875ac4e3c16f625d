import { useTranslation } from 'react-i18next';
import { timeWithZone } from '../../../ui/format.ts';
import css from './photo-gone.module.css';

/** In the place of a photo that was deleted when its run was over. */
export function PhotoGone({ at }: { at: string }) {
  const { t } = useTranslation('privacy');
  return (
    <p role="note" className={css.gone}>
      {t('photoGone', { time: timeWithZone(at) })}
    </p>
  );
}
