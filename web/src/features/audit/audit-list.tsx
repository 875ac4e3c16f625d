import { Button } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { PanelLayout } from '../../ui/detail-panel.tsx';
import { count } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { ActPanel } from './act-panel.tsx';
import { AuditFilters } from './audit-filters.tsx';
import css from './audit-page.module.css';
import { AuditTable } from './audit-table.tsx';
import { auditQuery, type TrailOf } from './queries.ts';
import type { useAuditFilter } from './use-audit-filter.ts';

type Props = ReturnType<typeof useAuditFilter> & {
  of: TrailOf;
  /** Above the filters. */
  above: ReactNode;
};

/** Filter, table, and the panel of what is open. New acts come by themselves. */
export function AuditList({ of, filter, typed, setTyped, open, change, clear, above }: Props) {
  const { t } = useTranslation('audit');
  const acts = useInfiniteQuery({ ...auditQuery(of, filter), placeholderData: keepPreviousData });
  const items = acts.data?.pages.flatMap((page) => page.items) ?? [];
  const opened = items.find(({ id }) => id === open);
  const step = (direction: 1 | -1) => {
    const next = items[items.findIndex(({ id }) => id === open) + direction];
    if (next !== undefined) change('open', next.id);
  };
  const [first] = acts.data?.pages ?? [];
  const isFiltered = Object.keys(filter).length > 0;
  return (
    <PanelLayout
      panel={
        opened === undefined ? null : (
          <ActPanel key={opened.id} entry={opened} onClose={() => change('open', null)} onStep={step} />
        )
      }
    >
      {above}
      <AuditFilters filter={filter} typed={typed} setTyped={setTyped} change={change} clear={clear} />
      <p className={css.total} role="status">
        {first === undefined || items.length === 0
          ? ''
          : first.totalIsLowerBound
            ? t('atLeast', { number: count(first.total) })
            : t('count', { count: first.total, number: count(first.total) })}
      </p>
      {acts.isPending ? <LoadingRows rows={8} label={t('loading')} /> : null}
      {acts.isError && acts.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(acts.error)} action={<TryAgain onTry={acts.refetch} />}>
          {problemText(acts.error)} {t('safe')}
        </ErrorNotice>
      ) : null}
      {items.length > 0 ? <AuditTable acts={items} open={opened?.id ?? null} /> : null}
      {acts.isSuccess && items.length === 0 ? (
        isFiltered ? (
          <Empty action={<Button onClick={clear}>{t('filter.clear')}</Button>}>{t('noMatch')}</Empty>
        ) : (
          <Empty>{t('none')}</Empty>
        )
      ) : null}
      <LoadMore
        query={acts}
        failed={
          acts.isFetchNextPageError ? { text: problemText(acts.error), code: problemCode(acts.error) } : undefined
        }
      />
    </PanelLayout>
  );
}
