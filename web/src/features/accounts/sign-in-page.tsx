import { routes } from '@proofpix/contract/routes';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent, useRef, useState, type FormEvent } from 'react';
import { useLocation, useNavigate, useSearchParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { safeReturn } from '../../paths.ts';
import { Logo } from '../../ui/logo.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { accountQuery, type Account } from './queries.ts';
import css from './sign-in-page.module.css';

type SignIn = { code: string } | { email: string; password: string };

export function SignInPage() {
  usePageTitle('Sign in');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const returnTo = safeReturn(useSearchParams()[0].get('return'));
  const signIn = useMutation({
    mutationFn: (input: SignIn): Promise<Account> =>
      'code' in input ? call(routes.auth.exchange, { body: input }) : call(routes.auth.session, { body: input }),
    onSuccess: (account) => {
      // Nothing of whoever was signed in before may stay.
      queryClient.clear();
      queryClient.setQueryData(accountQuery.queryKey, account);
      void navigate(returnTo, { replace: true });
    },
  });
  const linkWaits = useCodeOfLink((code) => signIn.mutate({ code }));
  const linkIsTried = signIn.isPending && 'code' in signIn.variables;

  return (
    <main className={css.page}>
      <div className={css.column}>
        <div className={css.brand}>
          <Logo size={26} />
          <span>ProofPix</span>
        </div>
        <h1 className={css.title}>Sign in</h1>
        {linkWaits || linkIsTried ? (
          <p role="status">Signing you in with the link …</p>
        ) : (
          <PasswordForm
            busy={signIn.isPending}
            error={signIn.error}
            onSignIn={(email, password) => signIn.mutate({ email, password })}
          />
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
}: {
  busy: boolean;
  error: Error | null;
  onSignIn: (email: string, password: string) => void;
}) {
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [missing, setMissing] = useState<{ email?: string; password?: string }>({});
  const form = useRef<HTMLFormElement>(null);

  function submit(event: FormEvent) {
    event.preventDefault();
    const wrong = {
      ...(email.includes('@') ? {} : { email: 'Write your e-mail address.' }),
      ...(password === '' ? { password: 'Write your password.' } : {}),
    };
    setMissing(wrong);
    const first = Object.keys(wrong)[0];
    if (first === undefined) onSignIn(email.trim(), password);
    else form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus();
  }

  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <TextInput
        label="E-mail"
        name="email"
        type="email"
        autoComplete="username"
        value={email}
        error={missing.email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <PasswordInput
        label="Password"
        name="password"
        autoComplete="current-password"
        value={password}
        error={missing.password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        visibilityToggleButtonProps={{ 'aria-label': 'Show the password', tabIndex: 0, 'aria-hidden': false }}
      />
      {error === null ? null : <SignInError error={error} />}
      <Button type="submit" variant="filled" loading={busy}>
        Sign in
      </Button>
      <p className={css.help}>No account yet? Starting the server prints a link that signs its owner in.</p>
    </form>
  );
}

function SignInError({ error }: { error: Error }) {
  const code = problemCode(error);
  if (code === 'sign_in_code_invalid') {
    return (
      <ErrorNotice title="This sign-in link no longer works" code={code}>
        Each link works once and for a short time. Restart the server for a new one, or sign in with your password.
      </ErrorNotice>
    );
  }
  if (code === 'sign_in_failed') return <ErrorNotice title="E-mail or password is wrong" code={code} />;
  if (code === 'rate_limited') {
    return (
      <ErrorNotice title="Too many attempts" code={code}>
        Wait a minute and try again.
      </ErrorNotice>
    );
  }
  return (
    <ErrorNotice title="You could not be signed in" code={code}>
      {problemText(error)}
    </ErrorNotice>
  );
}
