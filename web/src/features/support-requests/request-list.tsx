import type { SupportSummary } from '@proofpix/contract/community/support-requests';
import { supportStateNames, type SupportState } from '@proofpix/contract/community/support-states';
import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { DataTable, type Column } from '../../ui/data-table.tsx';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { spanText } from '../runs/time-words.ts';
import { requestsQuery, type Side } from './queries.ts';
import { SupportStateWord } from './state-word.tsx';

type Props = { side: Side; title: string; none: string; loading: string; failed: string };

/** Support requests of one side, newest first. The publisher's has a clock: how long somebody has waited. */
export function RequestList({ side, title, none, loading, failed }: Props) {
  const { t } = useTranslation('supportRequests');
  const [state, setState] = useState<SupportState | null>(null);
  const list = useInfiniteQuery({ ...requestsQuery(side, state), placeholderData: keepPreviousData });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={title}
      actions={
        items.length > 0 || state !== null ? (
          <NativeSelect
            size="xs"
            aria-label={t('filter')}
            value={state ?? ''}
            onChange={({ currentTarget: { value } }) =>
              setState(supportStateNames.find((name) => name === value) ?? null)
            }
            data={[
              { value: '', label: t('any') },
              ...supportStateNames.map((name) => ({ value: name, label: t(`state.${name}`) })),
            ]}
          />
        ) : undefined
      }
    >
      {list.isPending ? <LoadingRows rows={3} label={loading} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={failed} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? (
        state === null ? (
          <Empty>{none}</Empty>
        ) : (
          <Empty action={<Button onClick={() => setState(null)}>{t('showAll')}</Button>}>
            {t('noMatch', { state: t(`state.${state}`) })}
          </Empty>
        )
      ) : null}
      {items.length > 0 ? <RequestTable side={side} items={items} label={title} /> : null}
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </Section>
  );
}

function RequestTable({ side, items, label }: { side: Side; items: readonly SupportSummary[]; label: string }) {
  const { t } = useTranslation('supportRequests');
  const helping = side.kind === 'publisher';
  const columns: Column<SupportSummary>[] = [
    { key: 'plugin', head: t('column.plugin'), cell: pluginCell, phone: 'hidden' },
    ...(helping
      ? [
          {
            key: 'organisation',
            head: t('column.organisation'),
            cell: organisationCell,
          } satisfies Column<SupportSummary>,
        ]
      : []),
    {
      key: 'state',
      head: t('column.state'),
      width: '200px',
      cell: helping ? queuedStateCell : askedStateCell,
    },
    helping
      ? { key: 'waits', head: t('column.waits'), width: '132px', cell: waitCell, numeric: true, phone: 'end' }
      : { key: 'since', head: t('column.since'), width: '132px', cell: sinceCell, phone: 'end' },
  ];
  return (
    <DataTable
      label={label}
      rows={items}
      rowKey={({ id }) => id}
      nameHead={t('column.subject')}
      name={helping ? queuedName : askedName}
      columns={columns}
    />
  );
}

function askedName({ id, subject }: SupportSummary, className: string) {
  return (
    <Link className={className} to={paths.supportRequest(id)}>
      {subject}
    </Link>
  );
}

function queuedName({ id, publisher, subject }: SupportSummary, className: string) {
  return (
    <Link className={className} to={paths.queuedRequest(publisher, id)}>
      {subject}
    </Link>
  );
}

function askedStateCell({ state }: SupportSummary) {
  return <SupportStateWord state={state} side="customer" />;
}

function queuedStateCell({ state }: SupportSummary) {
  return <SupportStateWord state={state} side="publisher" />;
}

function pluginCell({ publisher, plugin }: SupportSummary) {
  return `${publisher}/${plugin}`;
}

function organisationCell({ organisation }: SupportSummary) {
  return organisation;
}

function sinceCell({ stateSince }: Pick<SupportSummary, 'stateSince'>) {
  return (
    <time dateTime={stateSince} title={timeWithZone(stateSince)}>
      {timeInList(stateSince)}
    </time>
  );
}

/** Only what waits for the publisher has a clock that runs. */
function waitCell({ state, stateSince }: SupportSummary) {
  if (state !== 'open') return sinceCell({ stateSince });
  return spanText(Math.max(1, Math.round((Date.now() - Date.parse(stateSince)) / 1000)));
}
