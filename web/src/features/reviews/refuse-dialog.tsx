import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useReviewChange } from './queries.ts';
import css from './reviews.module.css';

type Props = { submission: Submission; decision: 'reject' | 'ask-for-changes'; onClose: () => void };

/** With a reason that the publisher reads. */
export function RefuseDialog({ submission, decision, onClose }: Props) {
  const { t } = useTranslation('reviews');
  const { id, name, plugin, version } = submission;
  const [reason, setReason] = useState('');
  const refuse = useReviewChange(id, () =>
    call(routes.reviews.decide, { params: { id }, body: { decision, reason: reason.trim() } }),
  );
  const missing = reason.trim() === '' ? t('reasonMissing') : undefined;
  return (
    <Dialog title={t(`${decision}.title`, { name: name ?? plugin ?? '', version: version ?? '' })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) refuse.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.sentence} tabIndex={-1} data-autofocus>
          {t(`${decision}.text`)}
        </p>
        <Textarea
          label={t('reason')}
          description={t('reasonHelp')}
          inputWrapperOrder={fieldOrder}
          rows={4}
          maxLength={2_000}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
        {refuse.error === null ? null : (
          <ErrorNotice title={t('notDecided')} code={problemCode(refuse.error)}>
            {problemText(refuse.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t(`${decision}.open`)} busy={refuse.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
