import { useTranslation } from 'react-i18next';
import css from './keys-help.module.css';

const keys = ['numbers', 'zoom', 'arrows', 'markers', 'wheel'] as const;

/** What the keyboard does here, for who asks. */
export function KeysHelp() {
  const { t } = useTranslation('runs');
  return (
    <details className={css.help}>
      <summary>{t('keys.title')}</summary>
      <dl className={css.keys}>
        {keys.map((key) => (
          <div key={key}>
            <dt>
              <kbd>{t(`keys.${key}.keys`)}</kbd>
            </dt>
            <dd>{t(`keys.${key}.does`)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
