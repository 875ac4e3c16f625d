import { routes } from '@proofpix/contract/routes';
import { Button, PasswordInput, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { pageLanguage } from '../../i18n.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { State } from '../../ui/state.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './account-page.module.css';
import { useAccountChange } from './queries.ts';

/** The address that the account is found by: whether it is confirmed, and the way to another one. */
export function EmailAddress() {
  const { t } = useTranslation('account');
  const { user, emailVerified, hasPassword, singleSignOn } = useAccount();
  const [wanted, setWanted] = useState<'change' | 'verify' | null>(null);
  if (!hasPassword || singleSignOn.signedIn) return null;
  return (
    <div className={css.row}>
      <div className={css.what}>
        <p className={css.name}>{user.email}</p>
        <State
          tone={emailVerified ? 'running' : 'stopped'}
          words={t(emailVerified ? 'address.verified' : 'address.unverified')}
        />
      </div>
      <div className={css.actions}>
        {emailVerified ? null : <Button onClick={() => setWanted('verify')}>{t('address.verify')}</Button>}
        <Button onClick={() => setWanted('change')}>{t('address.change')}</Button>
      </div>
      {wanted === null ? null : <EmailDialog wanted={wanted} onClose={() => setWanted(null)} />}
    </div>
  );
}

function EmailDialog({ wanted, onClose }: { wanted: 'change' | 'verify'; onClose: () => void }) {
  const { t } = useTranslation('account');
  const { user } = useAccount();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const to = wanted === 'verify' ? user.email : email.trim();
  const ask = useAccountChange(() =>
    call(routes.emailChanges.create, { body: { email: to, password, language: pageLanguage() } }),
  );
  if (ask.isSuccess) {
    return (
      <Dialog title={t('address.sentTitle')} onClose={onClose}>
        <p className={css.text} tabIndex={-1} data-autofocus>
          {t('address.sent', { email: to })}
        </p>
      </Dialog>
    );
  }
  return (
    <Dialog title={t(`address.${wanted}`)} onClose={onClose}>
      <Form onSubmit={() => ask.mutate(undefined)}>
        {wanted === 'verify' ? (
          <p>{t('address.verifyText', { email: user.email })}</p>
        ) : (
          <TextInput
            label={t('address.new')}
            description={t('address.newHelp')}
            inputWrapperOrder={fieldOrder}
            type="email"
            required
            maxLength={254}
            autoComplete="email"
            value={email}
            data-autofocus
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
        )}
        <PasswordInput
          label={t('currentPassword')}
          required
          maxLength={200}
          autoComplete="current-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false }}
        />
        {ask.error === null ? null : (
          <ErrorNotice title={t('address.failed')} code={problemCode(ask.error)}>
            {problemText(ask.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('address.submit')} busy={ask.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
