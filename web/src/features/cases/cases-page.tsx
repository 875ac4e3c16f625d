import type { Case, CaseState } from '@proofpix/contract/cases';
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconPlus, IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { count, timeInList, timeWithZone } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { CaseFormDialog } from './case-form-dialog.tsx';
import { CaseStateWord } from './case-state.tsx';
import css from './cases-page.module.css';
import { FindingWords } from './finding-words.tsx';
import { casesQuery, type CaseFilter } from './queries.ts';

export function CasesPage() {
  const { t } = useTranslation('cases');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const navigate = useNavigate();
  const [creating, setCreating] = useState(false);
  const { filter, typed, setTyped, change, clear } = useCaseFilter();
  const cases = useInfiniteQuery({ ...casesQuery(filter), placeholderData: keepPreviousData });
  const items = cases.data?.pages.flatMap((page) => page.items) ?? [];
  const first = cases.data?.pages[0];
  const filtered = filter.search !== undefined || filter.state !== undefined;
  const create = may('runs:create') ? (
    <Button variant="filled" leftSection={<IconPlus size={16} stroke={1.8} />} onClick={() => setCreating(true)}>
      {t('list.new')}
    </Button>
  ) : null;

  return (
    <>
      <TopBar title={t('title')} actions={create} />
      <main id="main" className={css.page}>
        <div className={css.tools}>
          <TextInput
            className={css.search}
            type="search"
            aria-label={t('search')}
            placeholder={t('search')}
            maxLength={200}
            leftSection={<IconSearch size={15} stroke={1.6} />}
            value={typed}
            onChange={({ currentTarget }) => setTyped(currentTarget.value)}
          />
          <SegmentedControl
            size="sm"
            aria-label={t('list.show')}
            data={[
              { value: 'all', label: t('list.all') },
              { value: 'open', label: t('state.open') },
              { value: 'closed', label: t('state.closed') },
            ]}
            value={filter.state ?? 'all'}
            onChange={(value) => change('state', value === 'all' ? '' : value)}
          />
          <span className={css.total} role="status">
            {first === undefined
              ? ''
              : first.totalIsLowerBound
                ? t('list.moreThan', { number: count(first.total) })
                : t('list.total', { count: first.total })}
          </span>
        </div>
        {cases.isPending ? <LoadingRows rows={6} label={t('loading')} /> : null}
        {cases.isError && cases.data === undefined ? (
          <ErrorNotice
            title={t('list.failed')}
            code={problemCode(cases.error)}
            action={<Button onClick={() => void cases.refetch()}>{t('tryAgain')}</Button>}
          >
            {problemText(cases.error)} {t('list.safe')}
          </ErrorNotice>
        ) : null}
        {items.length > 0 ? <CaseTable cases={items} /> : null}
        {cases.isSuccess && items.length === 0 ? (
          filtered ? (
            <Empty action={<Button onClick={clear}>{t('list.showAll')}</Button>}>{t('list.noMatch')}</Empty>
          ) : (
            <Empty
              action={may('runs:create') ? <Button onClick={() => setCreating(true)}>{t('list.first')}</Button> : null}
            >
              {t('list.empty')}
            </Empty>
          )
        ) : null}
        {cases.hasNextPage ? (
          <Button className={css.more} loading={cases.isFetchingNextPage} onClick={() => void cases.fetchNextPage()}>
            {t('list.more')}
          </Button>
        ) : null}
        {cases.isFetchNextPageError ? (
          <ErrorNotice title={t('list.moreFailed')} code={problemCode(cases.error)}>
            {problemText(cases.error)}
          </ErrorNotice>
        ) : null}
      </main>
      {creating ? (
        <CaseFormDialog onClose={() => setCreating(false)} onSaved={({ id }) => void navigate(paths.case(id))} />
      ) : null}
    </>
  );
}

/** In the address, so that it can be linked and comes back with the back button. */
function useCaseFilter() {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const state = parameters.get('state');
  const [typed, setTyped] = useState(search);
  const [settled] = useDebouncedValue(typed, 250);
  function change(name: string, value: string) {
    setParameters(
      (before) => {
        const after = new URLSearchParams(before);
        if (value === '') after.delete(name);
        else after.set(name, value);
        return after;
      },
      { replace: true, preventScrollReset: true },
    );
  }
  useEffect(() => {
    if (settled.trim() !== search) change('search', settled.trim());
    // Only what was typed may change the address; the address changes what was typed below.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [settled]);
  useEffect(() => setTyped((now) => (now.trim() === search ? now : search)), [search]);
  const filter: CaseFilter = {
    ...(search === '' ? {} : { search: search.slice(0, 200) }),
    ...(isState(state) ? { state } : {}),
  };
  return {
    filter,
    typed,
    setTyped,
    change,
    clear: () => {
      setTyped('');
      setParameters({}, { replace: true });
    },
  };
}

function isState(value: string | null): value is CaseState {
  return value === 'open' || value === 'closed';
}

function CaseTable({ cases }: { cases: readonly Case[] }) {
  const { t } = useTranslation('cases');
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">{t('list.case')}</th>
          <th scope="col" className={css.reference}>
            {t('form.reference')}
          </th>
          <th scope="col" className={css.state}>
            {t('list.state')}
          </th>
          <th scope="col" className={css.number}>
            {t('list.exhibits')}
          </th>
          <th scope="col" className={css.findings}>
            {t('list.findings')}
          </th>
          <th scope="col" className={css.changed}>
            {t('list.changed')}
          </th>
        </tr>
      </thead>
      <tbody>
        {cases.map((one) => (
          <tr key={one.id}>
            <td>
              <Link className={css.name} to={paths.case(one.id)} title={one.title}>
                {one.title}
              </Link>
            </td>
            <td className={css.reference} title={one.reference ?? undefined}>
              {one.reference ?? <span className={css.quiet}>{t('list.noReference')}</span>}
            </td>
            <td className={css.state}>
              <CaseStateWord state={one.state} />
            </td>
            <td className={css.number}>
              {one.exhibitCount === 0 ? <span className={css.quiet}>0</span> : count(one.exhibitCount)}
            </td>
            <td className={css.findings}>
              <FindingWords counts={one.findingCounts} exhibits={one.exhibitCount} />
            </td>
            <td className={css.changed}>
              <time dateTime={one.updatedAt} title={timeWithZone(one.updatedAt)}>
                {timeInList(one.updatedAt)}
              </time>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
