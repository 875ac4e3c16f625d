import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useAccount } from '../../accounts/queries.ts';
import { caseQuery, openCasesQuery } from '../../cases/queries.ts';
import { pluginsQuery } from '../../plugins/queries.ts';
import css from './history-page.module.css';
import type { useHistoryFilter } from './use-history-filter.ts';

type Props = ReturnType<typeof useHistoryFilter>;

export function HistoryFilters({ filter, typed, setTyped, change, clear }: Props) {
  const { t } = useTranslation('runs');
  const { may } = useAccount();
  const plugins = useQuery({ ...pluginsQuery, enabled: may('plugins:read') });
  const cases = useCasesToChoose(filter.caseId);
  // On a phone they would take half of the screen: there they open on demand, or where one of them is set.
  const [more, setMore] = useState(() => Object.keys(filter).some((name) => name !== 'search'));
  const any = { value: '', label: t('filter.any') };
  return (
    <search className={css.filters}>
      <TextInput
        className={css.search ?? ''}
        label={t('filter.name')}
        type="search"
        maxLength={200}
        leftSection={<IconSearch size={15} stroke={1.6} />}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <Button
        className={css.moreFilters ?? ''}
        aria-expanded={more}
        aria-controls="more-filters"
        onClick={() => setMore(!more)}
      >
        {t(more ? 'filter.less' : 'filter.more')}
      </Button>
      <div id="more-filters" className={css.others} data-open={more || undefined}>
        <NativeSelect
          label={t('filter.found')}
          value={filter.found ?? ''}
          onChange={({ currentTarget }) => change('found', currentTarget.value)}
          data={[
            any,
            ...(['findings', 'strong', 'possible', 'nothing'] as const).map((value) => ({
              value,
              label: t(`filter.foundIs.${value}`),
            })),
          ]}
        />
        <NativeSelect
          label={t('filter.state')}
          value={filter.state ?? ''}
          onChange={({ currentTarget }) => change('state', currentTarget.value)}
          data={[
            any,
            ...(['waiting', 'running', 'done', 'failed'] as const).map((value) => ({
              value,
              label: t(`filter.stateIs.${value}`),
            })),
          ]}
        />
        <NativeSelect
          label={t('filter.case')}
          value={filter.caseId ?? ''}
          onChange={({ currentTarget }) => change('caseId', currentTarget.value)}
          data={[any, ...cases.map(({ id, title }) => ({ value: id, label: title }))]}
        />
        <NativeSelect
          label={t('filter.plugin')}
          value={filter.plugin ?? ''}
          onChange={({ currentTarget }) => change('plugin', currentTarget.value)}
          data={[any, ...(plugins.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))]}
        />
        <TextInput
          label={t('filter.from')}
          type="date"
          value={filter.from ?? ''}
          max={filter.to}
          onChange={({ currentTarget }) => change('from', currentTarget.value)}
        />
        <TextInput
          label={t('filter.to')}
          type="date"
          value={filter.to ?? ''}
          min={filter.from}
          onChange={({ currentTarget }) => change('to', currentTarget.value)}
        />
      </div>
      {Object.keys(filter).length > 0 ? <Button onClick={clear}>{t('history.showAll')}</Button> : null}
    </search>
  );
}

/** Open cases, and the one that the address names, which may be closed or far down the list. */
function useCasesToChoose(caseId: string | undefined) {
  const open = useQuery(openCasesQuery);
  const named = useQuery({ ...caseQuery(caseId ?? ''), enabled: caseId !== undefined });
  const cases = open.data?.items ?? [];
  return named.data === undefined || cases.some(({ id }) => id === caseId) ? cases : [named.data, ...cases];
}
