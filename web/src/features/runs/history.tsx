import type { RunSummary } from '@proofpix/contract/runs';
import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Link, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { FileTile } from '../../ui/file-tile.tsx';
import { count, timeInList, timeWithZone } from '../../ui/format.ts';
import { Mark } from '../../ui/mark.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { RunTicks } from '../../ui/run-ticks.tsx';
import { Section } from '../../ui/section.tsx';
import { useJudges } from '../plugins/queries.ts';
import css from './history.module.css';
import { photoKind } from './photo-types.ts';
import { historyQuery, isActive, type HistoryFilter } from './queries.ts';
import { resultWords, ticksOf, type Judges } from './result-words.ts';
import { thumbnailOf } from './thumbnail.ts';

const filters = [
  { value: 'all', label: 'All' },
  { value: 'findings', label: 'With findings' },
  { value: 'nothing', label: 'Nothing found' },
];

export function History() {
  const { filter, typed, setTyped, setFound, clear } = useHistoryFilter();
  const history = useInfiniteQuery({ ...historyQuery(filter), placeholderData: keepPreviousData });
  const runs = history.data?.pages.flatMap((page) => page.items).filter((run) => !isActive(run)) ?? [];
  const first = history.data?.pages[0];

  return (
    <Section
      id="history"
      title="History"
      aside={
        first === undefined || runs.length === 0 ? undefined : (
          <span role="status">{total(first.total, first.totalIsLowerBound)}</span>
        )
      }
      actions={
        <>
          <SegmentedControl
            size="sm"
            data={filters}
            value={filter.found ?? 'all'}
            onChange={setFound}
            aria-label="Show"
            className={css.filter}
          />
          <TextInput
            className={css.search}
            aria-label="Search by file name"
            placeholder="Search"
            type="search"
            leftSection={<IconSearch size={15} stroke={1.6} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        </>
      }
    >
      {history.isPending ? <LoadingRows rows={5} label="Loading the history" /> : null}
      {history.isError && history.data === undefined ? (
        <ErrorNotice
          title="The history could not be loaded"
          code={problemCode(history.error)}
          action={<Button onClick={() => void history.refetch()}>Try again</Button>}
        >
          {problemText(history.error)} Photos and results on the server are safe.
        </ErrorNotice>
      ) : null}
      {runs.length > 0 ? <RunTable runs={runs} /> : null}
      {history.isSuccess && runs.length === 0 && !history.hasNextPage ? (
        <NoRuns filter={filter} onClear={clear} />
      ) : null}
      {history.hasNextPage ? (
        <Button className={css.more} loading={history.isFetchingNextPage} onClick={() => void history.fetchNextPage()}>
          Load more
        </Button>
      ) : null}
      {history.isFetchNextPageError ? (
        <ErrorNotice title="More could not be loaded" code={problemCode(history.error)}>
          {problemText(history.error)}
        </ErrorNotice>
      ) : null}
    </Section>
  );
}

function total(number: number, lowerBound: boolean): string {
  return lowerBound ? `more than ${count(number)}` : count(number);
}

/** The filter lives in the address, so that it can be linked and comes back with the back button. */
function useHistoryFilter() {
  const [parameters, setParameters] = useSearchParams();
  const search = parameters.get('search') ?? '';
  const found = parameters.get('found');
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

  const filter: HistoryFilter = { search, found: found === 'findings' || found === 'nothing' ? found : null };
  return {
    filter,
    typed,
    setTyped,
    setFound: (value: string) => change('found', value === 'all' ? '' : value),
    clear: () => {
      setTyped('');
      setParameters({}, { replace: true, preventScrollReset: true });
    },
  };
}

function NoRuns({ filter, onClear }: { filter: HistoryFilter; onClear: () => void }) {
  if (filter.search === '' && filter.found === null) {
    return <Empty>No photo has been looked at yet. Drop one above, or try the sample photo.</Empty>;
  }
  const which = [
    ...(filter.found === 'findings'
      ? ['with findings']
      : filter.found === 'nothing'
        ? ['in which nothing was found']
        : []),
    ...(filter.search === '' ? [] : [`whose name contains “${filter.search}”`]),
  ];
  return <Empty action={<Button onClick={onClear}>Show all</Button>}>There is no photo {which.join(' and ')}.</Empty>;
}

function RunTable({ runs }: { runs: readonly RunSummary[] }) {
  const judges = useJudges();
  return (
    <table className={css.table}>
      <thead>
        <tr>
          <th scope="col">Photo</th>
          <th scope="col">Result</th>
          <th scope="col">Steps</th>
          <th scope="col">Received</th>
        </tr>
      </thead>
      <tbody>
        {runs.map((run) => (
          <RunRow key={run.id} run={run} judges={judges} />
        ))}
      </tbody>
    </table>
  );
}

function RunRow({ run, judges }: { run: RunSummary; judges: Judges }) {
  const { mark, text } = resultWords(run, judges);
  const { ticks, label } = ticksOf(run, false);
  return (
    <tr>
      <td>
        <span className={css.photo}>
          <FileTile kind={photoKind(run.file.type, run.file.name)} src={thumbnailOf(run)} />
          <Link className={css.name} to={paths.run(run.id)} title={run.file.name}>
            {run.file.name}
          </Link>
        </span>
      </td>
      <td>
        <span className={css.result}>
          <Mark kind={mark} />
          {text}
        </span>
      </td>
      <td>{ticks.length === 0 ? <span className={css.none}>None</span> : <RunTicks ticks={ticks} label={label} />}</td>
      <td>
        <time dateTime={run.createdAt} title={timeWithZone(run.createdAt)}>
          {timeInList(run.createdAt)}
        </time>
      </td>
    </tr>
  );
}
