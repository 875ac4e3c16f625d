import { TextInput } from '@mantine/core';
import type { UseMutationResult } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './account-page.module.css';

type Props<Output> = {
  title: string;
  text: string;
  submit: string;
  failed: string;
  change: UseMutationResult<Output, Error, string>;
  onClose: () => void;
  onDone: (output: Output) => void;
};

/** Something that takes a code of the second factor. */
export function CodeDialog<Output>({ title, text, submit, failed, change, onClose, onDone }: Props<Output>) {
  const { t } = useTranslation('account');
  const [code, setCode] = useState('');
  return (
    <Dialog title={title} onClose={onClose}>
      <Form onSubmit={() => change.mutate(code.trim(), { onSuccess: onDone })}>
        <p className={css.text}>{text}</p>
        <TextInput
          label={t('code')}
          description={t('codeHelp')}
          inputWrapperOrder={fieldOrder}
          required
          maxLength={40}
          autoComplete="one-time-code"
          value={code}
          data-autofocus
          onChange={(event) => setCode(event.currentTarget.value)}
        />
        {change.error === null ? null : (
          <ErrorNotice title={failed} code={problemCode(change.error)}>
            {problemText(change.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={submit} busy={change.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
