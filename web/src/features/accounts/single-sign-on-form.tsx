import { errors, Problem, type ErrorCode } from '@proofpix/contract/errors';
import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { fieldOrder } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import css from './sign-in-page.module.css';

/** Which organisation, and then where that leads: nobody is sent to a stranger's page without seeing its name. */
export function SingleSignOnForm({ returnTo, onBack }: { returnTo: string; onBack: () => void }) {
  const { t } = useTranslation('singleSignOn');
  const [text, setText] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const find = useMutation({
    mutationFn: () => call(routes.singleSignOn.find, { body: { organisation: text.trim() } }),
  });
  const found = find.data;
  const begin = useMutation({
    mutationFn: (id: string) => call(routes.singleSignOn.begin, { body: { id, returnTo } }),
    onSuccess: ({ url }) => location.assign(url),
  });
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(text.trim() === '');
    if (text.trim() === '') field.current?.focus();
    else find.mutate();
  }

  if (found !== undefined) {
    return (
      <div className={css.form}>
        <p>{t('entry.confirm', { organisation: found.organisation, provider: found.provider })}</p>
        {begin.error === null ? null : <ProviderError error={begin.error} />}
        <Button variant="filled" loading={begin.isPending || begin.isSuccess} onClick={() => begin.mutate(found.id)}>
          {t('entry.go', { provider: found.provider })}
        </Button>
        <Button onClick={() => find.reset()}>{t('entry.another')}</Button>
      </div>
    );
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <TextInput
        ref={field}
        label={t('entry.field')}
        description={t('entry.help')}
        inputWrapperOrder={fieldOrder}
        name="organisation"
        autoComplete="organization"
        maxLength={254}
        value={text}
        error={missing ? t('entry.missing') : undefined}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {find.error === null ? null : <ProviderError error={find.error} />}
      <Button type="submit" variant="filled" loading={find.isPending}>
        {t('entry.find')}
      </Button>
      <Button onClick={onBack}>{t('entry.back')}</Button>
    </form>
  );
}

function ProviderError({ error }: { error: Error }) {
  const { t } = useTranslation('singleSignOn');
  const code = problemCode(error);
  const unknown = code === 'single_sign_on_not_found';
  return (
    <ErrorNotice title={t(unknown ? 'entry.notFound' : 'entry.failed')} code={code}>
      {unknown ? t('entry.notFoundText') : problemText(error)}
    </ErrorNotice>
  );
}

/** What the server wrote into the address when somebody came back from a provider in vain. Only codes of ours are words. */
export function useReturnedProblem(): Problem | null {
  const given = useSearchParams()[0].get('problem') ?? '';
  const known = given.startsWith('single_sign_on_') && Object.hasOwn(errors, given);
  return known ? new Problem(given as ErrorCode) : null; // it is one of the table
}

export function SingleSignOnProblem() {
  const { t } = useTranslation('singleSignOn');
  const problem = useReturnedProblem();
  if (problem === null) return null;
  return (
    <div className={css.problem}>
      <ErrorNotice title={t('entry.failed')} code={problem.code}>
        {problemText(problem)}
      </ErrorNotice>
    </div>
  );
}
