import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { count } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { RunTable } from './history/run-table.tsx';
import { useHistoryFilter } from './history/use-history-filter.ts';
import { historyQuery, isActive } from './queries.ts';
import css from './recent-runs.module.css';

/** The history as the workbench shows it: the last page of it, with the two filters that are asked for most. */
export function RecentRuns() {
  const { t } = useTranslation('runs');
  const { filter, typed, setTyped, change, clear } = useHistoryFilter();
  const asked = { ...(filter.search === undefined ? {} : { search: filter.search }), ...foundOnly(filter.found) };
  const history = useInfiniteQuery({ ...historyQuery(asked), placeholderData: keepPreviousData });
  const runs = history.data?.pages.flatMap((page) => page.items).filter((run) => !isActive(run)) ?? [];
  const first = history.data?.pages[0];
  const filtered = Object.keys(asked).length > 0;
  const query = new URLSearchParams(asked).toString();

  return (
    <Section
      id="history"
      title={t('history.title')}
      aside={
        first === undefined || runs.length === 0 ? undefined : (
          <span role="status">
            {first.totalIsLowerBound ? t('history.moreThan', { number: count(first.total) }) : count(first.total)}
          </span>
        )
      }
      actions={
        <>
          <SegmentedControl
            size="sm"
            data={[
              { value: 'all', label: t('history.all') },
              { value: 'findings', label: t('history.findings') },
              { value: 'nothing', label: t('history.nothing') },
            ]}
            value={filter.found === 'findings' || filter.found === 'nothing' ? filter.found : 'all'}
            onChange={(value) => change('found', value === 'all' ? '' : value)}
            aria-label={t('history.show')}
          />
          <TextInput
            className={css.search}
            aria-label={t('history.searchLabel')}
            placeholder={t('history.search')}
            type="search"
            leftSection={<IconSearch size={15} stroke={1.6} />}
            value={typed}
            maxLength={200}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </>
      }
    >
      {history.isPending ? <LoadingRows rows={5} label={t('history.loading')} /> : null}
      {history.isError && history.data === undefined ? (
        <ErrorNotice
          title={t('history.failed')}
          code={problemCode(history.error)}
          action={<Button onClick={() => void history.refetch()}>{t('tryAgain')}</Button>}
        >
          {problemText(history.error)} {t('history.safe')}
        </ErrorNotice>
      ) : null}
      {runs.length > 0 ? <RunTable runs={runs} /> : null}
      {history.isSuccess && runs.length === 0 && !history.hasNextPage ? (
        filtered ? (
          <Empty action={<Button onClick={clear}>{t('history.showAll')}</Button>}>{t('history.noMatch')}</Empty>
        ) : (
          <Empty>{t('history.empty')}</Empty>
        )
      ) : null}
      {history.hasNextPage || runs.length > 0 ? (
        <p className={css.whole}>
          <Link to={`${paths.history}${query === '' ? '' : `?${query}`}`}>{t('history.whole')}</Link>
        </p>
      ) : null}
    </Section>
  );
}

function foundOnly(found: string | undefined): { found?: 'findings' | 'nothing' } {
  return found === 'findings' || found === 'nothing' ? { found } : {};
}
