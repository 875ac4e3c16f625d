import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
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
export function ConfirmDialog({ title, children, action, dismiss = 'Cancel', busy, error, onConfirm, onClose }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <div className={css.text} tabIndex={-1} data-autofocus>
        {children}
      </div>
      {error}
      <div className={css.buttons}>
        <Button onClick={onClose}>{dismiss}</Button>
        <Button className={css.loss} loading={busy ?? false} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
