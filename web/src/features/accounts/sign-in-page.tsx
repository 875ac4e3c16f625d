import { routes } from '@proofpix/contract/routes';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation, useNavigate, useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths, safeReturn } from '../../paths.ts';
import { fieldOrder } from '../../ui/form.tsx';
import { Logo } from '../../ui/logo.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { accountQuery, type Account } from './queries.ts';
import { announceSession, useSessionElsewhere } from './session-elsewhere.ts';
import css from './sign-in-page.module.css';
import { SingleSignOnForm, SingleSignOnProblem } from './single-sign-on-form.tsx';

type SignIn = { code: string } | { email: string; password: string } | { challenge: string; code: string };

export function SignInPage() {
  const { t } = useTranslation('accounts');
  usePageTitle(t('signIn'));
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const returnTo = safeReturn(useSearchParams()[0].get('return'));
  const [challenge, setChallenge] = useState<string | null>(null);
  const [byProvider, setByProvider] = useState(false);
  const signIn = useMutation({
    mutationFn: (input: SignIn) => {
      if ('challenge' in input) return call(routes.auth.sessionStep, { body: input });
      return 'code' in input ? call(routes.auth.exchange, { body: input }) : call(routes.auth.session, { body: input });
    },
    onSuccess: (answer) => {
      if ('challenge' in answer) return setChallenge(answer.challenge);
      const account: Account = answer;
      // Nothing of whoever was signed in before may stay.
      queryClient.clear();
      queryClient.setQueryData(accountQuery.queryKey, account);
      announceSession();
      void navigate(returnTo, { replace: true });
    },
  });
  // Signed in in another tab: this one need not ask any more.
  useSessionElsewhere(() => {
    queryClient.fetchQuery({ ...accountQuery, staleTime: 0 }).then(
      () => void navigate(returnTo, { replace: true }),
      () => undefined, // still signed out
    );
  });
  const linkWaits = useCodeOfLink((code) => signIn.mutate({ code }));
  const linkIsTried = signIn.isPending && 'code' in signIn.variables && !('challenge' in signIn.variables);
  const timeIsOver = problemCode(signIn.error) === 'challenge_invalid';

  return (
    <main className={css.page}>
      <div className={css.column}>
        <div className={css.brand}>
          <Logo size={26} />
          <span>ProofPix</span>
        </div>
        <h1 className={css.title}>{t('signIn')}</h1>
        {linkWaits || linkIsTried ? (
          <p role="status">{t('withLink')}</p>
        ) : challenge !== null && !timeIsOver ? (
          <CodeForm
            busy={signIn.isPending}
            error={signIn.error}
            onCode={(code) => signIn.mutate({ challenge, code })}
            onBack={() => {
              setChallenge(null);
              signIn.reset();
            }}
          />
        ) : byProvider ? (
          <SingleSignOnForm returnTo={returnTo} onBack={() => setByProvider(false)} />
        ) : (
          <>
            <SingleSignOnProblem />
            <PasswordForm
              busy={signIn.isPending}
              error={signIn.error}
              onSignIn={(email, password) => signIn.mutate({ email, password })}
              onProvider={() => setByProvider(true)}
            />
          </>
        )}
      </div>
    </main>
  );
}

/**
 * Takes the single-use code out of the address: first out of the history, then to the server, and only once, although
 * React may run an effect twice.
 */
function useCodeOfLink(onCode: (code: string) => void): boolean {
  const { hash, pathname, search } = useLocation();
  const navigate = useNavigate();
  const code = new URLSearchParams(hash.slice(1)).get('code') ?? '';
  const taken = useRef('');
  const take = useEffectEvent((fresh: string) => {
    if (fresh === '' || taken.current === fresh) return;
    taken.current = fresh;
    void navigate({ pathname, search }, { replace: true });
    onCode(fresh);
  });
  useEffect(() => take(code), [code]);
  return code !== '';
}

function PasswordForm({
  busy,
  error,
  onSignIn,
  onProvider,
}: {
  busy: boolean;
  error: Error | null;
  onSignIn: (email: string, password: string) => void;
  onProvider: () => void;
}) {
  const { t } = useTranslation('accounts');
  const provider = useTranslation('singleSignOn');
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const form = useRef<HTMLFormElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = {
      ...(email.includes('@') ? {} : { email: t('emailMissing') }),
      ...(password === '' ? { password: t('passwordMissing') } : {}),
    };
    setMissing(wrong);
    const first = Object.keys(wrong)[0];
    if (first === undefined) onSignIn(email.trim(), password);
    else form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  }

  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <TextInput
        label={t('email')}
        name="email"
        type="email"
        autoComplete="username"
        value={email}
        error={missing.email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label={t('password')}
        name="password"
        autoComplete="current-password"
        value={password}
        error={missing.password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false }}
      />
      {error === null ? null : <SignInError error={error} />}
      <Button type="submit" variant="filled" loading={busy}>
        {t('signIn')}
      </Button>
      <Button onClick={onProvider}>{provider.t('entry.open')}</Button>
      <p>
        <Link to={paths.forgotPassword}>{t('forgot')}</Link>
      </p>
      <p className={css.help}>{t('noAccount')}</p>
    </form>
  );
}

/** The second step. A code of the app, or one of those that were kept for a lost phone. */
function CodeForm({
  busy,
  error,
  onCode,
  onBack,
}: {
  busy: boolean;
  error: Error | null;
  onCode: (code: string) => void;
  onBack: () => void;
}) {
  const { t } = useTranslation('accounts');
  const [code, setCode] = useState('');
  const [missing, setMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);

  function submit(event: FormEvent) {
    event.preventDefault();
    setMissing(code.trim() === '');
    if (code.trim() === '') field.current?.focus();
    else onCode(code.trim());
  }

  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <TextInput
        ref={field}
        label={t('step.code')}
        description={t('step.help')}
        inputWrapperOrder={fieldOrder}
        name="code"
        inputMode="text"
        autoComplete="one-time-code"
        maxLength={40}
        value={code}
        error={missing ? t('step.missing') : undefined}
        onChange={(event) => setCode(event.currentTarget.value)}
      />
      {error === null ? null : <SignInError error={error} />}
      <Button type="submit" variant="filled" loading={busy}>
        {t('step.submit')}
      </Button>
      <Button onClick={onBack}>{t('step.back')}</Button>
    </form>
  );
}

function SignInError({ error }: { error: Error }) {
  const { t } = useTranslation('accounts');
  const code = problemCode(error);
  if (code === 'sign_in_code_invalid') {
    return (
      <ErrorNotice title={t('linkUsed.title')} code={code}>
        {t('linkUsed.text')}
      </ErrorNotice>
    );
  }
  if (code === 'challenge_invalid') {
    return (
      <ErrorNotice title={t('step.over')} code={code}>
        {t('step.again')}
      </ErrorNotice>
    );
  }
  if (code === 'second_factor_wrong') {
    return (
      <ErrorNotice title={t('step.wrong')} code={code}>
        {t('step.wrongText')}
      </ErrorNotice>
    );
  }
  if (code === 'sign_in_failed') return <ErrorNotice title={t('wrong')} code={code} />;
  if (code === 'rate_limited') {
    return (
      <ErrorNotice title={t('tooMany.title')} code={code}>
        {t('tooMany.text')}
      </ErrorNotice>
    );
  }
  return (
    <ErrorNotice title={t('failed')} code={code}>
      {problemText(error)}
    </ErrorNotice>
  );
}
