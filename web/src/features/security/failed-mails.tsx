import type { FailedMail } from '@proofpix/contract/api/mails';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './locked-plugins.module.css';
import { failedMailsQuery } from './queries.ts';

/** Mails that nobody tries to send any more: for those who run the server. */
export function FailedMails() {
  const { t } = useTranslation('security');
  const toast = useToast();
  const queryClient = useQueryClient();
  const list = useQuery(failedMailsQuery);
  const retry = useMutation({
    mutationFn: ({ id }: FailedMail) => call(routes.mails.retry, { params: { id } }),
    onSuccess: () => toast({ text: t('mails.again') }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: failedMailsQuery.queryKey }),
  });
  const mails = list.data?.items;
  return (
    <Section title={t('mails.title')} aside={t('mails.aside')}>
      {list.isPending ? <LoadingRows rows={2} label={t('mails.loading')} /> : null}
      {list.isError && mails === undefined ? (
        <ErrorNotice
          title={t('mails.failed')}
          code={problemCode(list.error)}
          action={<TryAgain onTry={list.refetch} />}
        >
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {retry.error === null ? null : (
        <ErrorNotice title={t('mails.notAgain')} code={problemCode(retry.error)}>
          {problemText(retry.error)}
        </ErrorNotice>
      )}
      {mails?.length === 0 ? <Empty>{t('mails.none')}</Empty> : null}
      <ul aria-label={t('mails.title')}>
        {mails?.map((mail) => (
          <ListRow
            key={mail.id}
            what={
              <>
                <span className={css.name}>{t(`mails.kinds.${mail.kind ?? 'unreadable'}`)}</span>{' '}
                <span className={css.reason}>{mail.to ?? ''}</span>
                <p className={css.reason}>
                  {mail.response === null ? t('mails.notReached') : t('mails.answered', { response: mail.response })}{' '}
                  <code>{mail.failure}</code>
                  {' · '}
                  {t('mails.attempts', { count: mail.attempts })}
                  {' · '}
                  <time dateTime={mail.givenUpAt} title={timeWithZone(mail.givenUpAt)}>
                    {t('mails.since', { time: timeInList(mail.givenUpAt) })}
                  </time>
                </p>
                {mail.expired ? (
                  <p className={css.reason} id={`over-${mail.id}`}>
                    {t('mails.over')}
                  </p>
                ) : null}
              </>
            }
          >
            {' '}
            <Button
              disabled={mail.expired}
              aria-describedby={mail.expired ? `over-${mail.id}` : undefined}
              aria-label={t('mails.retryNamed', { to: mail.to ?? t('mails.kinds.unreadable') })}
              loading={retry.isPending && retry.variables.id === mail.id}
              onClick={() => retry.mutate(mail)}
            >
              {t('mails.retry')}
            </Button>
          </ListRow>
        ))}
      </ul>
    </Section>
  );
}
