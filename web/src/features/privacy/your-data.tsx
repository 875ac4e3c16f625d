import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { call } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Section } from '../../ui/section.tsx';
import { useAccount } from '../accounts/queries.ts';
import { announceSession } from '../accounts/session-elsewhere.ts';
import { EraseDialog } from './erase-dialog.tsx';
import css from './privacy-page.module.css';

/** On the page of one's own account: what is kept about oneself, and its end. */
export function YourData() {
  const { t } = useTranslation('privacy');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const { user, singleSignOn } = useAccount();
  const [asking, setAsking] = useState(false);
  if (singleSignOn.signedIn) return null;
  return (
    <Section title={t('yours.title')}>
      <div className={css.row}>
        <p className={css.what}>{t('yours.exportText')}</p>
        <a href={routes.account.exportData.path} download>
          {t('yours.export')}
        </a>
      </div>
      <div className={css.row}>
        <p className={css.what}>{t('yours.eraseText')}</p>
        <Button onClick={() => setAsking(true)}>{t('yours.erase')}</Button>
      </div>
      {asking ? (
        <EraseDialog
          title={t('yours.askTitle')}
          text={t('yours.askText')}
          typed={t('yours.typeEmail', { email: user.email })}
          action={t('yours.eraseAction')}
          erase={({ typed, password, code }) =>
            call(routes.account.erase, { body: { email: typed, password, ...(code === '' ? {} : { code }) } })
          }
          onClose={() => setAsking(false)}
          onDone={() => {
            queryClient.clear();
            announceSession();
            void navigate(paths.signIn(), { replace: true });
          }}
        />
      ) : null}
    </Section>
  );
}
