import type { OpenInvitation } from '@proofpix/contract/api/invitations';
import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { call, isSignedOut } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { timeWithZone } from '../../../ui/format.ts';
import { LoadingRows } from '../../../ui/notice.tsx';
import { accountQuery, type Account } from '../queries.ts';
import { announceSession } from '../session-elsewhere.ts';
import css from '../sign-in-page.module.css';
import { EntryPage, LinkError, NoToken, ToSignIn } from './entry-page.tsx';
import { useLinkToken } from './link-token.ts';
import { NewPasswordField, shortestPassword } from './password-field.tsx';

/** Where the link of an invitation leads: with a new account, or with the one that there is. */
export function InvitationPage() {
  const { t } = useTranslation('links');
  const frame = useTranslation('frame');
  const { token, forget } = useLinkToken('invitation');
  const opened = useQuery({
    queryKey: ['invitation', token],
    queryFn: ({ signal }) => call(routes.invitations.open, { body: { token }, signal }),
    enabled: token !== '',
    retry: false,
    // It says what the form below is for: it must not change while somebody writes.
    staleTime: Infinity,
  });
  const invitation = opened.data;
  return (
    <EntryPage title={t('invitation.title')}>
      {token === '' ? <NoToken /> : null}
      {token !== '' && opened.isPending ? <LoadingRows rows={2} label={t('checking')} /> : null}
      {opened.error === null ? null : (
        <div className={css.form}>
          <LinkError error={opened.error} />
          <ToSignIn />
        </div>
      )}
      {invitation === undefined ? null : (
        <div className={css.form}>
          <p>
            {t('invitation.text', {
              organisation: invitation.organisation,
              role: frame.t(`roles.${invitation.role}`),
            })}
          </p>
          <p className={css.help}>
            {t('invitation.for', { email: invitation.email, time: timeWithZone(invitation.expiresAt) })}
          </p>
          {invitation.hasAccount ? (
            <WithAccount token={token} invitation={invitation} forget={forget} />
          ) : (
            <NewAccount token={token} forget={forget} />
          )}
        </div>
      )}
    </EntryPage>
  );
}

/** Into the app, as whoever that made. */
function useEnter(forget: () => void) {
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  return (account: Account) => {
    forget();
    queryClient.clear();
    queryClient.setQueryData(accountQuery.queryKey, account);
    announceSession();
    void navigate(paths.workbench, { replace: true });
  };
}

function NewAccount({ token, forget }: { token: string; forget: () => void }) {
  const { t } = useTranslation('links');
  const accounts = useTranslation('accounts');
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [wrong, setWrong] = useState<{ name?: string; password?: string }>({});
  const enter = useEnter(forget);
  const accept = useMutation({
    mutationFn: () => call(routes.invitations.accept, { body: { token, name: name.trim(), password } }),
    onSuccess: enter,
  });
  function submit(event: FormEvent) {
    event.preventDefault();
    const found = {
      ...(name.trim() === '' ? { name: t('invitation.nameMissing') } : {}),
      ...(password.length < shortestPassword ? { password: t('tooShort') } : {}),
    };
    setWrong(found);
    if (Object.keys(found).length === 0) accept.mutate();
  }
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <TextInput
        label={t('name')}
        name="name"
        autoComplete="name"
        maxLength={100}
        value={name}
        error={wrong.name}
        onChange={(event) => setName(event.currentTarget.value)}
      />
      <NewPasswordField label={accounts.t('password')} value={password} error={wrong.password} onChange={setPassword} />
      {accept.error === null ? null : <LinkError error={accept.error} />}
      <Button type="submit" variant="filled" loading={accept.isPending}>
        {t('invitation.accept')}
      </Button>
    </form>
  );
}

type WithAccountProps = { token: string; invitation: OpenInvitation; forget: () => void };

function WithAccount({ token, invitation, forget }: WithAccountProps) {
  const { t } = useTranslation('links');
  const queryClient = useQueryClient();
  const account = useQuery(accountQuery);
  const enter = useEnter(forget);
  const join = useMutation({
    mutationFn: async () => {
      const { organisation } = await call(routes.invitations.join, { body: { token } });
      return call(routes.auth.switch, { body: { organisationId: organisation.id } });
    },
    onSuccess: enter,
  });
  const signOut = useMutation({
    mutationFn: () => call(routes.auth.logout),
    onSuccess: () => {
      announceSession();
      return queryClient.resetQueries({ queryKey: accountQuery.queryKey });
    },
  });
  if (account.isPending) return <LoadingRows rows={1} label={t('checking')} />;
  if (account.data === undefined) {
    if (!isSignedOut(account.error)) return <LinkError error={account.error} />;
    return (
      <>
        <p>{t('invitation.hasAccount')}</p>
        <Button component={Link} to={paths.signIn(paths.invitation)} variant="filled">
          {t('invitation.signIn')}
        </Button>
      </>
    );
  }
  if (account.data.user.email !== invitation.email) {
    return (
      <>
        <p>{t('invitation.other', { email: account.data.user.email })}</p>
        {signOut.error === null ? null : <LinkError error={signOut.error} />}
        <Button loading={signOut.isPending} onClick={() => signOut.mutate()}>
          {t('invitation.signOut')}
        </Button>
      </>
    );
  }
  return (
    <>
      {join.error === null ? null : <LinkError error={join.error} />}
      <Button variant="filled" loading={join.isPending} onClick={() => join.mutate()}>
        {t('invitation.join', { organisation: invitation.organisation })}
      </Button>
    </>
  );
}
