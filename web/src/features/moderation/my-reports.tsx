import type { AbuseState } from '@proofpix/contract/community/abuse-reports';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { State, type Tone } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { myReportsQuery } from '../ratings/queries.ts';
import css from './moderation.module.css';
import { ReportHead } from './report-head.tsx';

const tones: Record<AbuseState, Tone> = { open: 'waits', 'in-review': 'waits', acted: 'running', dismissed: 'stopped' };

/** What somebody reported, and what became of it. */
export function MyReports() {
  const { t } = useTranslation('ratings');
  const list = useInfiniteQuery(myReportsQuery);
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
      {list.isSuccess && items.length === 0 ? <Empty>{t('report.noneOfYours')}</Empty> : null}
      <ul className={css.items}>
        {items.map((report) => (
          <li key={report.id} className={css.item}>
            <ReportHead report={report} />
            <p className={css.line}>
              <State tone={tones[report.state]} words={t(`tab.${report.state}`)} />
              {report.reason === null ? null : <span>{report.reason}</span>}
            </p>
          </li>
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
