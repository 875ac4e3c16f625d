import { PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';

type Given = { typed: string; password: string; code: string };
type Props<Reply> = {
  title: string;
  /** What is lost, and what is not. */
  text: string;
  /** What has to be typed. */
  typed: string;
  action: string;
  /** Of somebody else: they are not proved by their password. */
  withoutProof?: boolean;
  erase: (given: Given) => Promise<Reply>;
  onDone: (reply: Reply) => void;
  onClose: () => void;
};

/** Before what cannot be undone: something is typed, and whoever does it proves that it is them. */
export function EraseDialog<Reply>({ title, text, typed: label, action, withoutProof, ...rest }: Props<Reply>) {
  const { t } = useTranslation('privacy');
  const { secondFactor } = useAccount();
  const [typed, setTyped] = useState('');
  const [password, setPassword] = useState('');
  const [code, setCode] = useState('');
  const erase = useMutation({ mutationFn: rest.erase, onSuccess: rest.onDone });
  return (
    <Dialog title={title} onClose={rest.onClose}>
      <Form onSubmit={() => erase.mutate({ typed, password, code: code.trim() })}>
        <p tabIndex={-1} data-autofocus>
          {text}
        </p>
        <TextInput
          label={label}
          inputWrapperOrder={fieldOrder}
          required
          maxLength={254}
          autoComplete="off"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        {withoutProof === true ? null : (
          <PasswordInput
            label={t('erase.password')}
            required
            maxLength={200}
            autoComplete="current-password"
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': t('erase.showPassword'), tabIndex: 0, 'aria-hidden': false }}
          />
        )}
        {withoutProof === true || !secondFactor.on ? null : (
          <TextInput
            label={t('erase.code')}
            inputWrapperOrder={fieldOrder}
            required
            maxLength={40}
            autoComplete="one-time-code"
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        )}
        {erase.error === null ? null : (
          <ErrorNotice title={t('erase.failed')} code={problemCode(erase.error)}>
            {problemText(erase.error)}
          </ErrorNotice>
        )}
        <FormButtons loss submit={action} busy={erase.isPending} onCancel={rest.onClose} />
      </Form>
    </Dialog>
  );
}
