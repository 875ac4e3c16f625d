import { auditActs } from '@proofpix/contract/audit';
import { Button, NativeSelect, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import css from './audit-page.module.css';
import { useAuditWords } from './audit-words.ts';
import type { useAuditFilter } from './use-audit-filter.ts';

type Props = Pick<ReturnType<typeof useAuditFilter>, 'filter' | 'typed' | 'setTyped' | 'change' | 'clear'>;

export function AuditFilters({ filter, typed, setTyped, change, clear }: Props) {
  const { t } = useTranslation('audit');
  const words = useAuditWords();
  // On a phone they would take half of the screen: there they open on demand, or where one of them is set.
  const [more, setMore] = useState(() => Object.keys(filter).some((name) => name !== 'search'));
  const any = { value: '', label: t('filter.any') };
  const acts = Object.keys(auditActs)
    .map((value) => ({ value, label: words.act(value) }))
    .toSorted((a, b) => a.label.localeCompare(b.label));
  return (
    <search className={css.filters}>
      <TextInput
        className={css.search ?? ''}
        label={t('filter.search')}
        type="search"
        maxLength={100}
        leftSection={<IconSearch size={15} stroke={1.6} />}
        value={typed}
        onChange={({ currentTarget }) => setTyped(currentTarget.value)}
      />
      <Button
        className={css.moreFilters ?? ''}
        aria-expanded={more}
        aria-controls="audit-filters"
        onClick={() => setMore(!more)}
      >
        {t(more ? 'filter.less' : 'filter.more')}
      </Button>
      <div id="audit-filters" className={css.others} data-open={more || undefined}>
        <NativeSelect
          label={t('filter.act')}
          value={filter.act ?? ''}
          onChange={({ currentTarget }) => change('act', currentTarget.value)}
          data={[any, ...acts]}
        />
        <NativeSelect
          label={t('filter.result')}
          value={filter.result ?? ''}
          onChange={({ currentTarget }) => change('result', currentTarget.value)}
          data={[any, ...(['done', 'refused'] as const).map((value) => ({ value, label: t(`result.${value}`) }))]}
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
      {Object.keys(filter).length > 0 ? <Button onClick={clear}>{t('filter.clear')}</Button> : null}
    </search>
  );
}
