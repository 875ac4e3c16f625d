import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../../api.ts';
import { pageLanguage } from '../../../i18n.ts';
import css from '../sign-in-page.module.css';
import { EntryPage, LinkError, ToSignIn } from './entry-page.tsx';

export function ForgotPasswordPage() {
  const { t } = useTranslation('links');
  const accounts = useTranslation('accounts');
  const [email, setEmail] = useState('');
  const [missing, setMissing] = useState(false);
  const ask = useMutation({
    mutationFn: () => call(routes.passwordResets.create, { body: { email: email.trim(), language: pageLanguage() } }),
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(!email.includes('@'));
    if (email.includes('@')) ask.mutate();
  }
  if (ask.isSuccess) {
    return (
      <EntryPage title={t('forgot.sentTitle')}>
        <div className={css.form} role="status">
          <p>{t('forgot.sent', { email: email.trim() })}</p>
          <p className={css.help}>{t('forgot.outbox')}</p>
          <ToSignIn />
        </div>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={t('forgot.title')}>
      <form className={css.form} onSubmit={submit} noValidate>
        <p>{t('forgot.text')}</p>
        <TextInput
          label={accounts.t('email')}
          name="email"
          type="email"
          autoComplete="username"
          value={email}
          error={missing ? accounts.t('emailMissing') : undefined}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        {ask.error === null ? null : <LinkError error={ask.error} />}
        <Button type="submit" variant="filled" loading={ask.isPending}>
          {t('forgot.submit')}
        </Button>
        <ToSignIn />
      </form>
    </EntryPage>
  );
}
