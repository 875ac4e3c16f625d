import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { timeInList } from '../../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { historyQuery } from '../queries.ts';
import { RunThumbnail } from '../thumbnail.tsx';
import css from './compare-page.module.css';

type Props = {
  title: string;
  /** The photo on the other side is not offered. */
  not: string | null;
  onPick: (id: string) => void;
  /** Null: there is no photo yet to keep. */
  onClose: (() => void) | null;
};

const mostShown = 8;

export function RunPicker({ title, not, onPick, onClose }: Props) {
  const { t } = useTranslation('runs');
  const [typed, setTyped] = useState('');
  const [settled] = useDebouncedValue(typed.trim(), 250);
  const filter = settled === '' ? {} : { search: settled };
  const runs = useInfiniteQuery({ ...historyQuery(filter), placeholderData: keepPreviousData });
  const offered = (runs.data?.pages.flatMap((page) => page.items) ?? [])
    .filter(({ id }) => id !== not)
    .slice(0, mostShown);
  return (
    <div className={css.picker}>
      <Section
        title={title}
        actions={
          <>
            <TextInput
              type="search"
              aria-label={t('history.searchLabel')}
              placeholder={t('history.search')}
              maxLength={200}
              leftSection={<IconSearch size={15} stroke={1.6} />}
              value={typed}
              onChange={({ currentTarget }) => setTyped(currentTarget.value)}
            />
            {onClose === null ? null : <Button onClick={onClose}>{t('compare.keep')}</Button>}
          </>
        }
      >
        {runs.isPending ? <LoadingRows rows={4} label={t('history.loading')} /> : null}
        {runs.isError ? (
          <ErrorNotice title={t('history.failed')} code={problemCode(runs.error)}>
            {problemText(runs.error)}
          </ErrorNotice>
        ) : null}
        {runs.isSuccess && offered.length === 0 ? <Empty>{t('compare.nothing')}</Empty> : null}
        <ul>
          {offered.map((run) => (
            <li key={run.id}>
              <button type="button" className={css.pick} onClick={() => onPick(run.id)}>
                <RunThumbnail run={run} />
                <span className={css.pickName}>{run.file.name}</span>
                <span className={css.quiet}>{timeInList(run.createdAt)}</span>
              </button>
            </li>
          ))}
        </ul>
      </Section>
    </div>
  );
}
