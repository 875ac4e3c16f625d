import { routes } from '@proofpix/contract/routes';
import { Button, PasswordInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './account-page.module.css';
import { useAccountChange } from './queries.ts';

export function Password() {
  const { t } = useTranslation('account');
  const { hasPassword } = useAccount();
  const [changing, setChanging] = useState(false);
  return (
    <Section title={t('password')}>
      <div className={css.row}>
        <p className={css.what}>{t(hasPassword ? 'passwordSet' : 'passwordNone')}</p>
        <Button onClick={() => setChanging(true)}>{t(hasPassword ? 'changePassword' : 'setPassword')}</Button>
      </div>
      {changing ? <PasswordDialog onClose={() => setChanging(false)} /> : null}
    </Section>
  );
}

function PasswordDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('account');
  const toast = useToast();
  const { hasPassword, user } = useAccount();
  // Of the first render: the account changes while the dialog still closes.
  const [asksCurrent] = useState(hasPassword);
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useAccountChange(() =>
    call(routes.account.changePassword, { body: { ...(asksCurrent ? { current } : {}), password } }),
  );
  const visibility = { 'aria-label': t('showPassword'), tabIndex: 0, 'aria-hidden': false } as const;
  const title = t(asksCurrent ? 'changePassword' : 'setPassword');
  return (
    <Dialog title={title} onClose={onClose}>
      <Form
        onSubmit={() =>
          change.mutate(undefined, {
            onSuccess: () => {
              toast({ text: t('passwordChanged') });
              onClose();
            },
          })
        }
      >
        {/* For password managers: whose password it is. */}
        <input type="hidden" name="username" autoComplete="username" value={user.email} readOnly />
        {asksCurrent ? (
          <PasswordInput
            label={t('currentPassword')}
            required
            maxLength={200}
            autoComplete="current-password"
            value={current}
            data-autofocus
            onChange={(event) => setCurrent(event.currentTarget.value)}
            visibilityToggleButtonProps={visibility}
          />
        ) : null}
        <PasswordInput
          label={t('newPassword')}
          description={t('passwordHelp')}
          inputWrapperOrder={fieldOrder}
          required
          minLength={10}
          maxLength={200}
          autoComplete="new-password"
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={visibility}
        />
        {change.error === null ? null : (
          <ErrorNotice title={t('passwordUnchanged')} code={problemCode(change.error)}>
            {problemText(change.error)}
          </ErrorNotice>
        )}
        <FormButtons submit={title} busy={change.isPending} onCancel={onClose} />
      </Form>
    </Dialog>
  );
}
