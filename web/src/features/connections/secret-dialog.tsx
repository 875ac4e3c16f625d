import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../ui/copy-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './forms.module.css';

type Props = { name: string; address?: string; secret: string; until?: string | undefined; onClose: () => void };

/** The one moment at which a secret is seen. */
export function SecretDialog({ name, address, secret, until, onClose }: Props) {
  const { t } = useTranslation('connections');
  return (
    <Dialog title={t('secret.title', { name })} onClose={onClose}>
      <div className={css.form}>
        <p className={css.text} tabIndex={-1} data-autofocus>
          {t('secret.text')}
          {until === undefined ? '' : ` ${t('secret.until', { until })}`}
        </p>
        {address === undefined ? null : (
          <div>
            <p className={css.label}>{t('address')}</p>
            <p className={css.copied}>
              <code>{address}</code>
              <CopyText text={address} what={t('secret.theAddress')} />
            </p>
          </div>
        )}
        <div>
          <p className={css.label}>{t('secret.secret')}</p>
          <p className={css.copied}>
            <code>{secret}</code>
            <CopyText text={secret} what={t('secret.theSecret')} />
          </p>
        </div>
        <div className={css.buttons}>
          <Button variant="filled" onClick={onClose}>
            {t('secret.close')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
