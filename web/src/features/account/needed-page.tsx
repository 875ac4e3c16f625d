import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { useSignOut } from '../accounts/sign-out.ts';
import css from './account-page.module.css';
import { SetUpDialog } from './set-up-dialog.tsx';

/** For whoever belongs to an organisation that asks for a second factor and has none: nothing else works yet. */
export function NeededPage() {
  const { t } = useTranslation('account');
  const frame = useTranslation('frame');
  usePageTitle(t('factor.setUp'));
  const { organisation } = useAccount();
  const signOut = useSignOut();
  const [settingUp, setSettingUp] = useState(false);
  return (
    <main id="main" className={css.alone}>
      <h1>{t('factor.neededTitle')}</h1>
      <p className={css.text}>{t('factor.neededText', { organisation: organisation.name })}</p>
      <div className={css.actions}>
        <Button variant="filled" onClick={() => setSettingUp(true)}>
          {t('factor.setUp')}
        </Button>
        <Button onClick={() => signOut.mutate()}>{frame.t('signOut')}</Button>
      </div>
      {settingUp ? <SetUpDialog onClose={() => setSettingUp(false)} /> : null}
    </main>
  );
}
