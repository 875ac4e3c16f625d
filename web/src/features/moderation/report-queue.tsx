import type { ModeratedReport } from '@proofpix/contract/api/abuse-reports';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { reportQueueQuery, useRatingChange } from '../ratings/queries.ts';
import { TextDialog } from '../ratings/text-dialog.tsx';
import css from './moderation.module.css';
import { ReportHead } from './report-head.tsx';

export const reportStates = ['open', 'in-review', 'acted', 'dismissed'] as const;

/** What people reported, the longest waiting first. */
export function ReportQueueList({ state }: { state: (typeof reportStates)[number] }) {
  const { t } = useTranslation('ratings');
  const list = useInfiniteQuery(reportQueueQuery(state));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isPending ? <LoadingRows rows={3} label={t('report.loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice
          title={t('report.failed')}
          code={problemCode(list.error)}
          action={<TryAgain onTry={list.refetch} />}
        >
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? <Empty>{t('report.none')}</Empty> : null}
      <ul className={css.items}>
        {items.map((report) => (
          <Report key={report.id} report={report} />
        ))}
      </ul>
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </>
  );
}

function Report({ report }: { report: ModeratedReport }) {
  const { t } = useTranslation('ratings');
  const { id, state, rated, reason, others, obstacle } = report;
  const [act, setAct] = useState<'acted' | 'dismissed' | null>(null);
  const move = useRatingChange((to: 'open' | 'in-review') =>
    call(routes.abuseReports.decide, { params: { id }, body: { state: to } }),
  );
  const decided = state === 'acted' || state === 'dismissed';
  const because = `because-${id}`;
  const closed = obstacle === null ? {} : { disabled: true, 'aria-describedby': because };
  return (
    <li className={css.item}>
      <ReportHead report={report} />
      {rated === null ? null : (
        <p className={css.quote}>{t('ratingIs', { text: rated === '' ? t('noText') : rated })}</p>
      )}
      {others === 0 ? null : <p className={css.meta}>{t('report.others', { count: others })}</p>}
      {reason === null ? null : <p className={css.meta}>{t('decidedBecause', { reason })}</p>}
      {obstacle === null ? null : (
        <p id={because} className={css.meta}>
          {t('mayNotDecide.own')}
        </p>
      )}
      {move.error === null ? null : (
        <ErrorNotice title={t('notSent')} code={problemCode(move.error)}>
          {problemText(move.error)}
        </ErrorNotice>
      )}
      {decided ? null : (
        <div className={css.acts}>
          <Button
            size="compact-sm"
            {...closed}
            loading={move.isPending}
            onClick={() => move.mutate(state === 'open' ? 'in-review' : 'open')}
          >
            {state === 'open' ? t('report.take') : t('report.giveBack')}
          </Button>
          {(['acted', 'dismissed'] as const).map((to) => (
            <Button key={to} size="compact-sm" {...closed} onClick={() => setAct(to)}>
              {t(`report.${to}.open`)}
            </Button>
          ))}
        </div>
      )}
      {act === null ? null : (
        <TextDialog
          title={t(`report.${act}.title`)}
          text={t(`report.${act}.text`)}
          label={t('decide.reason')}
          action={t(`report.${act}.open`)}
          most={1_000}
          onSend={(why) => call(routes.abuseReports.decide, { params: { id }, body: { state: act, reason: why } })}
          onClose={() => setAct(null)}
        />
      )}
    </li>
  );
}
