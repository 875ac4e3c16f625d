import { Button } from '@mantine/core';
import { CopyText } from '../../ui/copy-text.tsx';
import { Dialog } from '../../ui/dialog.tsx';
import css from './forms.module.css';

type Props = { name: string; address?: string; secret: string; until?: string | undefined; onClose: () => void };

/** The one moment at which a secret is seen. */
export function SecretDialog({ name, address, secret, until, onClose }: Props) {
  return (
    <Dialog title={`The secret of ${name}`} onClose={onClose}>
      <div className={css.form}>
        <p className={css.text} tabIndex={-1} data-autofocus>
          Copy it now: it is not shown again. Messages are signed with it by the rules of Standard Webhooks.
          {until === undefined ? '' : ` The one before works until ${until}.`}
        </p>
        {address === undefined ? null : (
          <div>
            <p className={css.label}>Address</p>
            <p className={css.copied}>
              <code>{address}</code>
              <CopyText text={address} what="the address" />
            </p>
          </div>
        )}
        <div>
          <p className={css.label}>Secret</p>
          <p className={css.copied}>
            <code>{secret}</code>
            <CopyText text={secret} what="the secret" />
          </p>
        </div>
        <div className={css.buttons}>
          <Button variant="filled" onClick={onClose}>
            Close, I have copied it
          </Button>
        </div>
      </div>
    </Dialog>
  );
}
