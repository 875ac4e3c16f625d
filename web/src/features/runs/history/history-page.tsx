import type { RunSummary } from '@proofpix/contract/runs';
import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { count } from '../../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { useAccount } from '../../accounts/queries.ts';
import { historyQuery } from '../queries.ts';
import { HistoryFilters } from './history-filters.tsx';
import css from './history-page.module.css';
import { RunTable } from './run-table.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { useHistoryFilter } from './use-history-filter.ts';

/** Everything that was ever looked at, as far as it was not deleted. */
export function HistoryPage() {
  const { t } = useTranslation('runs');
  usePageTitle(t('history.title'));
  const { may } = useAccount();
  const filters = useHistoryFilter();
  const history = useInfiniteQuery({ ...historyQuery(filters.filter), placeholderData: keepPreviousData });
  const runs: readonly RunSummary[] = history.data?.pages.flatMap((page) => page.items) ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  // A row that is filtered away or deleted is not chosen any more: nobody acts on what they cannot see.
  const inSight = runs.filter(({ id }) => chosen.has(id));
  const first = history.data?.pages[0];
  const filtered = Object.keys(filters.filter).length > 0;

  return (
    <>
      <TopBar title={t('history.title')} />
      <main id="main" className={css.page}>
        <HistoryFilters {...filters} />
        {inSight.length > 0 ? (
          <SelectionBar runs={inSight} onClear={() => setChosen(new Set())} />
        ) : (
          <p className={css.total} role="status">
            {first === undefined
              ? ''
              : first.totalIsLowerBound
                ? t('history.moreThan', { number: count(first.total) })
                : t('history.total', { count: first.total })}
          </p>
        )}
        {history.isPending ? <LoadingRows rows={10} label={t('history.loading')} /> : null}
        {history.isError && history.data === undefined ? (
          <ErrorNotice
            title={t('history.failed')}
            code={problemCode(history.error)}
            action={<Button onClick={() => void history.refetch()}>{t('tryAgain')}</Button>}
          >
            {problemText(history.error)} {t('history.safe')}
          </ErrorNotice>
        ) : null}
        {runs.length > 0 ? (
          <RunTable
            runs={runs}
            {...(may('runs:create')
              ? { selection: { chosen: new Set(inSight.map(({ id }) => id)), onChange: setChosen } }
              : {})}
          />
        ) : null}
        {history.isSuccess && runs.length === 0 ? (
          filtered ? (
            <Empty action={<Button onClick={filters.clear}>{t('history.showAll')}</Button>}>
              {t('history.noMatch')}
            </Empty>
          ) : (
            <Empty action={<Link to={paths.workbench}>{t('history.toWorkbench')}</Link>}>
              {t('history.emptyPage')}
            </Empty>
          )
        ) : null}
        {history.hasNextPage ? (
          <Button
            className={css.more}
            loading={history.isFetchingNextPage}
            onClick={() => void history.fetchNextPage()}
          >
            {t('history.more')}
          </Button>
        ) : null}
        {history.isFetchNextPageError ? (
          <ErrorNotice title={t('history.moreFailed')} code={problemCode(history.error)}>
            {problemText(history.error)}
          </ErrorNotice>
        ) : null}
      </main>
    </>
  );
}
