import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { CopyText } from '../../ui/copy-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './tokens.module.css';

/** The one moment at which a token is seen. */
export function TokenMadeDialog({ name, token, onClose }: { name: string; token: string; onClose: () => void }) {
  const { t } = useTranslation('tokens');
  return (
    <Dialog title={t('madeDialog.title', { name })} onClose={onClose}>
      <div className={css.made}>
        <p className={css.text} tabIndex={-1} data-autofocus>
          {t('madeDialog.text')}
        </p>
        <p className={css.copied}>
          <code>{token}</code>
          <CopyText text={token} what={t('madeDialog.theToken')} />
        </p>
        <div className={css.buttons}>
          <Button variant="filled" onClick={onClose}>
            {t('madeDialog.close')}
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
