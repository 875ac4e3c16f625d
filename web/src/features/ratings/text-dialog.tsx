import { Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './ratings.module.css';
import { useRatingChange } from './queries.ts';

type Props = {
  title: string;
  /** What follows from it. */
  text: string;
  label: string;
  action: string;
  most: number;
  initial?: string;
  onSend: (text: string) => Promise<unknown>;
  onClose: () => void;
};

/** One text that somebody else reads: a reply, an objection, a reason. */
export function TextDialog({ title, text, label, action, most, initial = '', onSend, onClose }: Props) {
  const { t } = useTranslation('ratings');
  const [said, setSaid] = useState(initial);
  const send = useRatingChange(onSend);
  const missing = said.trim() === '' ? t('textMissing') : undefined;
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) send.mutate(said.trim(), { onSuccess: onClose });
        }}
      >
        <p className={css.sentence} tabIndex={-1} data-autofocus>
          {text}
        </p>
        <Textarea
          label={label}
          inputWrapperOrder={fieldOrder}
          rows={4}
          maxLength={most}
          value={said}
          onChange={(event) => setSaid(event.currentTarget.value)}
        />
        {send.error === null ? null : (
          <ErrorNotice title={t('notSent')} code={problemCode(send.error)}>
            {problemText(send.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={action} busy={send.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
