import type { QueuedSubmission, ReviewTimes } from '@proofpix/contract/api/reviews';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { count } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { StatRow } from '../../ui/stat-row.tsx';
import { State } from '../../ui/state.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { FlaggedPosts } from '../questions/flagged-posts.tsx';
import { VerdictWord, waitText } from '../publishing/submission-words.tsx';
import { queueQuery } from './queries.ts';
import css from './reviews.module.css';
import { reviewTimesQuery } from './times-query.ts';

/** What waits for somebody to look at it, the longest first. */
export function ReviewsPage() {
  const { t } = useTranslation('reviews');
  usePageTitle(t('title'));
  const { may } = useAccount();
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {may('submissions:review') ? (
          <>
            <Queue />
            <FlaggedPosts />
          </>
        ) : (
          <p className={css.closed}>{t('closed')}</p>
        )}
      </main>
    </>
  );
}

function Queue() {
  const { t } = useTranslation('reviews');
  const queue = useInfiniteQuery(queueQuery);
  const times = useQuery(reviewTimesQuery);
  const items = queue.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {times.data === undefined ? null : <Times times={times.data} />}
      {queue.isPending ? <LoadingRows rows={4} label={t('loading')} /> : null}
      {queue.isError && queue.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(queue.error)} action={<TryAgain onTry={queue.refetch} />}>
          {problemText(queue.error)}
        </ErrorNotice>
      ) : null}
      {queue.isSuccess && items.length === 0 ? <Empty>{t('none')}</Empty> : null}
      {items.length > 0 ? <QueueTable items={items} /> : null}
      <LoadMore
        query={queue}
        failed={
          queue.isFetchNextPageError ? { text: problemText(queue.error), code: problemCode(queue.error) } : undefined
        }
      />
    </>
  );
}

/** How long people wait here, measured. */
function Times({ times }: { times: ReviewTimes }) {
  const { t } = useTranslation('reviews');
  const { waiting, oldestMilliseconds, medianMilliseconds, p90Milliseconds, decided, automatic } = times;
  const span = (milliseconds: number | null) => (milliseconds === null ? t('unknown') : waitText(milliseconds));
  return (
    <StatRow
      stats={[
        { label: t('times.waiting'), value: count(waiting) },
        { label: t('times.oldest'), value: span(oldestMilliseconds) },
        { label: t('times.median'), value: span(medianMilliseconds) },
        { label: t('times.p90'), value: span(p90Milliseconds) },
        { label: t('times.decided'), value: count(decided) },
        { label: t('times.automatic'), value: count(automatic) },
      ]}
    />
  );
}

function QueueTable({ items }: { items: readonly QueuedSubmission[] }) {
  const { t } = useTranslation('reviews');
  const columns: Column<QueuedSubmission>[] = [
    { key: 'publisher', head: t('column.publisher'), cell: ({ publisher }) => publisher },
    {
      key: 'verdict',
      head: t('column.verdict'),
      width: '168px',
      cell: verdictCell,
    },
    { key: 'approvals', head: t('column.approvals'), width: '104px', cell: approvalsCell, phone: 'hidden' },
    { key: 'standing', head: t('column.standing'), width: '240px', cell: standingCell },
    {
      key: 'waits',
      head: t('column.waits'),
      width: '132px',
      cell: ({ waitingMilliseconds }) => waitText(waitingMilliseconds),
      numeric: true,
      phone: 'end',
    },
  ];
  return (
    <DataTable
      label={t('queue')}
      rows={items}
      rowKey={({ id }) => id}
      nameHead={t('column.plugin')}
      name={nameCell}
      columns={columns}
    />
  );
}

function nameCell({ id, name, plugin, version }: QueuedSubmission, className: string) {
  return (
    <Link className={className} to={paths.review(id)}>
      {name ?? plugin} {version}
    </Link>
  );
}

function verdictCell({ verdict }: QueuedSubmission) {
  return <VerdictWord verdict={verdict} />;
}

function standingCell(row: QueuedSubmission) {
  return <Standing row={row} />;
}

function approvalsCell({ approvals: { given, needed } }: QueuedSubmission) {
  return `${given} / ${needed}`;
}

/** Whether whoever looks can take it, and why not. */
function Standing({ row: { obstacle, claimed } }: { row: QueuedSubmission }) {
  const { t } = useTranslation('reviews');
  if (claimed?.byYou === true) return <State tone="running" words={t('claimedByYou')} />;
  if (obstacle !== null) return <span className={css.quiet}>{t(`obstacle.${obstacle}`)}</span>;
  return <State tone="waits" words={t('free')} />;
}
