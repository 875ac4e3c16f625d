import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { accountQuery } from '../queries.ts';
import css from '../sign-in-page.module.css';
import { EntryPage, LinkError, NoToken } from './entry-page.tsx';
import { useLinkToken } from './link-token.ts';

/** Asks before it confirms: programs that look through mails open links too. */
export function ConfirmEmailPage() {
  const { t } = useTranslation('links');
  const queryClient = useQueryClient();
  const { token, forget } = useLinkToken('confirm');
  const confirm = useMutation({
    mutationFn: () => call(routes.emailChanges.confirm, { body: { token } }),
    onSuccess: () => {
      forget();
      void queryClient.resetQueries({ queryKey: accountQuery.queryKey });
    },
  });
  if (confirm.isSuccess) {
    return (
      <EntryPage title={t('confirm.doneTitle')}>
        <div className={css.form} role="status">
          <p>{t('confirm.done', { email: confirm.data.email })}</p>
          <p>
            <Link to={paths.workbench}>{t('confirm.open')}</Link>
          </p>
        </div>
      </EntryPage>
    );
  }
  return (
    <EntryPage title={t('confirm.title')}>
      {token === '' ? (
        <NoToken />
      ) : (
        <div className={css.form}>
          <p>{t('confirm.text')}</p>
          {confirm.error === null ? null : <LinkError error={confirm.error} />}
          <Button variant="filled" loading={confirm.isPending} onClick={() => confirm.mutate()}>
            {t('confirm.submit')}
          </Button>
        </div>
      )}
    </EntryPage>
  );
}
