import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../ui/copy-text.tsx';
import css from './account-page.module.css';

/** The one moment at which they are seen. */
export function RecoveryCodes({ codes, onDone }: { codes: readonly string[]; onDone: () => void }) {
  const { t } = useTranslation('account');
  return (
    <div className={css.form}>
      <p className={css.text} tabIndex={-1} data-autofocus>
        {t('factor.codesText')}
      </p>
      <ul className={css.codes} aria-label={t('factor.codes')}>
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ul>
      <p className={css.copied}>
        {t('factor.copyAll')}
        <CopyText text={codes.join('\n')} what={t('factor.codes')} />
      </p>
      <div className={css.actions}>
        <Button variant="filled" onClick={onDone}>
          {t('factor.codesKept')}
        </Button>
      </div>
    </div>
  );
}
