import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { useAccount } from '../accounts/queries.ts';
import css from './account-page.module.css';
import { CodeDialog } from './code-dialog.tsx';
import { useAccountChange } from './queries.ts';
import { RecoveryCodes } from './recovery-codes.tsx';
import { SetUpDialog } from './set-up-dialog.tsx';

/** Two-factor sign-in: off, or on with what belongs to it. */
export function SecondFactor() {
  const { t } = useTranslation('account');
  const toast = useToast();
  const { secondFactor } = useAccount();
  const [opened, setOpened] = useState<'set-up' | 'disable' | 'codes' | null>(null);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const disable = useAccountChange((code: string) => call(routes.account.disableSecondFactor, { body: { code } }));
  const renew = useAccountChange((code: string) => call(routes.account.newRecoveryCodes, { body: { code } }));
  const close = () => setOpened(null);
  return (
    <Section title={t('factor.title')}>
      <div className={css.row}>
        <div className={css.what}>
          <State
            tone={secondFactor.on ? 'running' : 'stopped'}
            words={t(secondFactor.on ? 'factor.on' : 'factor.off')}
          />
          <p className={css.text}>{t('factor.means')}</p>
        </div>
        <div className={css.actions}>
          {secondFactor.on ? (
            <>
              <Button onClick={() => setOpened('codes')}>{t('factor.newCodes')}</Button>
              <Button onClick={() => setOpened('disable')}>{t('factor.disable')}</Button>
            </>
          ) : (
            <Button onClick={() => setOpened('set-up')}>{t('factor.setUp')}</Button>
          )}
        </div>
      </div>
      {opened === 'set-up' ? <SetUpDialog onClose={close} /> : null}
      {opened === 'disable' ? (
        <CodeDialog
          title={t('factor.disableTitle')}
          text={t('factor.disableText')}
          submit={t('factor.disable')}
          failed={t('factor.notDisabled')}
          change={disable}
          onClose={close}
          onDone={() => {
            toast({ text: t('factor.disabled') });
            close();
          }}
        />
      ) : null}
      {opened === 'codes' ? (
        <CodeDialog
          title={t('factor.newCodesTitle')}
          text={t('factor.newCodesText')}
          submit={t('factor.newCodes')}
          failed={t('factor.notRenewed')}
          change={renew}
          onClose={close}
          onDone={({ recoveryCodes }) => {
            setCodes(recoveryCodes);
            close();
          }}
        />
      ) : null}
      {codes === null ? null : (
        <Dialog title={t('factor.codesTitle')} onClose={() => setCodes(null)}>
          <RecoveryCodes codes={codes} onDone={() => setCodes(null)} />
        </Dialog>
      )}
    </Section>
  );
}
