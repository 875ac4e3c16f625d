import { routes } from '@proofpix/contract/routes';
import { Textarea, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { useQuestionChange } from './queries.ts';
import css from './questions.module.css';

type Props = { publisher: string; plugin: string; name: string; onClose: () => void };

/** Says first who will read it, and under which name. */
export function AskDialog({ publisher, plugin, name, onClose }: Props) {
  const { t } = useTranslation('questions');
  const { user } = useAccount();
  const [draft, setDraft] = useState({ title: '', text: '' });
  const ask = useQuestionChange(() => call(routes.questions.ask, { params: { publisher, plugin }, body: draft }));
  const missing = draft.title.trim() === '' || draft.text.trim() === '' ? t('missing') : undefined;
  return (
    <Dialog title={t('askTitle', { plugin: name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) ask.mutate(undefined, { onSuccess: onClose });
        }}
      >
        <p className={css.note} tabIndex={-1} data-autofocus>
          {t('everybody', { name: user.name })}
        </p>
        <TextInput
          label={t('field.title')}
          maxLength={120}
          value={draft.title}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, title: value })}
        />
        <Textarea
          label={t('field.text')}
          rows={5}
          maxLength={4_000}
          value={draft.text}
          onChange={({ currentTarget: { value } }) => setDraft({ ...draft, text: value })}
        />
        {ask.error === null ? null : (
          <ErrorNotice title={t('notSent')} code={problemCode(ask.error)}>
            {problemText(ask.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('send')} busy={ask.isPending} onCancel={onClose} missing={missing} />
      </Form>
    </Dialog>
  );
}
