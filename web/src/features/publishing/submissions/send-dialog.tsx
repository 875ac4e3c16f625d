import type { Submission } from '@proofpix/contract/api/submissions';
import { routes } from '@proofpix/contract/routes';
import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../../ui/form.tsx';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { useSubmissionChange } from '../queries.ts';
import css from './submission.module.css';

/** To review, or once more after a rejection: then others decide. */
export function SendDialog({ submission, onClose }: { submission: Submission; onClose: () => void }) {
  const { t } = useTranslation('publishing');
  const { id, state, name, version, automatic, approvals } = submission;
  const [note, setNote] = useState('');
  const send = useSubmissionChange(id, () =>
    call(routes.submissions.send, { params: { id }, body: note.trim() === '' ? {} : { note: note.trim() } }),
  );
  const isAppeal = state === 'rejected';
  const what = { name: name ?? '', version: version ?? '' };
  const missing = isAppeal && note.trim() === '' ? t('appeal.missing') : undefined;
  const means = isAppeal
    ? t('appeal.text')
    : automatic?.approves === true
      ? t('send.automatic')
      : t('send.text', { count: approvals.needed });
  return (
    <Dialog title={t(isAppeal ? 'appeal.title' : 'send.title', what)} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) send.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.sentence} tabIndex={-1} data-autofocus>
          {means}
        </p>
        <Textarea
          label={t(isAppeal ? 'appeal.note' : 'send.note')}
          description={isAppeal ? undefined : t('send.noteHelp')}
          inputWrapperOrder={fieldOrder}
          rows={3}
          maxLength={2_000}
          value={note}
          onChange={(event) => setNote(event.currentTarget.value)}
        />
        {send.error === null ? null : (
          <ErrorNotice title={t('send.failed')} code={problemCode(send.error)}>
            {problemText(send.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={t(isAppeal ? 'appeal.open' : automatic?.approves === true ? 'send.release' : 'send.open')}
          busy={send.isPending}
          onCancel={onClose}
          missing={missing}
        />
      </Form>
    </Dialog>
  );
}
