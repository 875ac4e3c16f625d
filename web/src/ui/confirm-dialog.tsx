import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './confirm-dialog.module.css';
import { Dialog } from './dialog.tsx';

type Props = {
  /** A question that names the thing. */
  title: string;
  /** What is lost. */
  children: ReactNode;
  /** Repeats the verb. */
  action: string;
  /** What closing means; "Cancel" would be unclear where the action itself cancels something. */
  dismiss?: string;
  busy?: boolean;
  error?: ReactNode;
  onConfirm: () => void;
  onClose: () => void;
};

/** Only for loss. Focus starts at the text, so that Enter alone never destroys anything. */
export function ConfirmDialog({ title, children, action, dismiss, busy, error, onConfirm, onClose }: Props) {
  const { t } = useTranslation('ui');
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={css.text} tabIndex={-1} data-autofocus>
        {children}
      </div>
      {error}
      <div className={css.buttons}>
        <Button onClick={onClose}>{dismiss ?? t('cancel')}</Button>
        <Button className={css.loss} loading={busy ?? false} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
