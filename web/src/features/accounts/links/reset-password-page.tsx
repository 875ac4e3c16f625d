import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import css from '../sign-in-page.module.css';
import { EntryPage, LinkError, NoToken, ToSignIn } from './entry-page.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordField, shortestPassword } from './password-field.tsx';

export function ResetPasswordPage() {
  const { t } = useTranslation('links');
  const { token, forget } = useLinkToken('reset');
  const [password, setPassword] = useState('');
  const [short, setShort] = useState(false);
  const reset = useMutation({
    mutationFn: () => call(routes.passwordResets.confirm, { body: { token, password } }),
    onSuccess: forget,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setShort(password.length < shortestPassword);
    if (password.length >= shortestPassword) reset.mutate();
  }
  if (reset.isSuccess) {
    return (
      <EntryPage title={t('reset.doneTitle')}>
        <div className={css.form} role="status">
          <p>{t('reset.done')}</p>
          <ToSignIn />
        </div>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={t('reset.title')}>
      {token === '' ? (
        <NoToken />
      ) : (
        <form className={css.form} onSubmit={submit} noValidate>
          <p>{t('reset.text')}</p>
          <NewPasswordField
            label={t('newPassword')}
            value={password}
            error={short ? t('tooShort') : undefined}
            onChange={setPassword}
          />
          {reset.error === null ? null : <LinkError error={reset.error} />}
          <Button type="submit" variant="filled" loading={reset.isPending}>
            {t('reset.submit')}
          </Button>
        </form>
      )}
    </EntryPage>
  );
}
