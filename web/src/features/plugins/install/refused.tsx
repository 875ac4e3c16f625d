import { Problem } from '@proofpix/contract/errors';
import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import css from './install-dialog.module.css';

const passing: ReadonlySet<string> = new Set(['package_not_scanned', 'sandbox_busy']);

/** A package that was refused, with each field or file at fault. Null: it was too large to be sent. */
export function Refused({
  name,
  error,
  onClose,
  onAgain,
}: {
  name: string;
  error: unknown;
  onClose: () => void;
  onAgain: () => void;
}) {
  const { t } = useTranslation('plugins');
  const problem = error instanceof Problem ? error : null;
  const fields = problem?.fields ?? [];
  return (
    <Dialog title={t('refused.title', { name })} onClose={onClose}>
      <div tabIndex={-1} data-autofocus>
        <ErrorNotice title={t('refused.safe')} code={error === null ? 'package_too_large' : problemCode(error)}>
          {error === null ? t('refused.tooLarge') : fields.length > 0 ? t('refused.fields') : problemText(error)}
        </ErrorNotice>
        {fields.length === 0 ? null : (
          <dl className={css.problems} aria-label={t('refused.problems')}>
            {fields.map(({ field, message }) => (
              <div key={`${field} ${message}`} className={css.problem}>
                <dt>
                  <code>{field}</code>
                </dt>
                <dd>{message}</dd>
              </div>
            ))}
          </dl>
        )}
      </div>
      <div className={css.buttons}>
        <Button onClick={onClose}>{t('close')}</Button>
        {/* Nobody knows what is in it: it may be a fault of the moment. */}
        {passing.has(problemCode(error) ?? '') ? (
          <Button variant="filled" onClick={onAgain}>
            {t('tryAgain')}
          </Button>
        ) : null}
      </div>
    </Dialog>
  );
}
