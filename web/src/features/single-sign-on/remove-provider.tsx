import type { SingleSignOn } from '@proofpix/contract/api/single-sign-on';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { accountQuery } from '../accounts/queries.ts';
import { singleSignOnQuery } from './queries.ts';
import css from './single-sign-on-page.module.css';

export function RemoveProvider({ settings }: { settings: SingleSignOn }) {
  const { t } = useTranslation('singleSignOn');
  const toast = useToast();
  const queryClient = useQueryClient();
  const [asking, setAsking] = useState(false);
  const remove = useMutation({
    mutationFn: () => call(routes.singleSignOn.remove),
    onSuccess: async () => {
      toast({ text: t('removed') });
      setAsking(false);
      await queryClient.invalidateQueries({ queryKey: singleSignOnQuery.queryKey });
      await queryClient.invalidateQueries({ queryKey: accountQuery.queryKey });
    },
  });
  return (
    <Section title={t('members')}>
      <div className={css.row}>
        <p>{t('connected', { count: settings.connectedMembers })}</p>
        <Button onClick={() => setAsking(true)}>{t('remove')}</Button>
      </div>
      {asking ? (
        <ConfirmDialog
          title={t('askRemove')}
          action={t('remove')}
          busy={remove.isPending}
          error={
            remove.error === null ? null : (
              <ErrorNotice title={t('notRemoved')} code={problemCode(remove.error)}>
                {problemText(remove.error)}
              </ErrorNotice>
            )
          }
          onClose={() => setAsking(false)}
          onConfirm={() => remove.mutate()}
        >
          <p>{t('askRemoveText')}</p>
        </ConfirmDialog>
      ) : null}
    </Section>
  );
}
