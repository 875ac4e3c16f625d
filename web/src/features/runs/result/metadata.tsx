import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';
import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TFunction } from 'i18next';
import { count } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { isActive } from '../queries.ts';
import css from './metadata.module.css';
import { byImportance, groupOf, groups, tagName, valueText, type Group } from './tag-words.ts';

type Row = { tag: string; name: string; text: string; source: string };

const fewRows = 12;
const shortText = 240;

type Props = {
  run: Run;
  pluginName: (id: string) => string;
  /** What is searched for when the page opens. */
  search: string;
  onSearch: (typed: string) => void;
};

export function Metadata({ run, pluginName, search: begin, onSearch }: Props) {
  const { t } = useTranslation('runs');
  const [typed, setTyped] = useState(begin);
  const type = (text: string) => {
    setTyped(text);
    onSearch(text.trim());
  };
  const search = useDeferredValue(typed.trim().toLowerCase());
  const rows = useMemo(() => rowsOf(t, run, pluginName), [t, run, pluginName]);
  const found = search === '' ? rows : rows.filter((row) => matches(row, search));
  const byGroup = Map.groupBy(found, (row) => groupOf(row.tag));

  return (
    <Section
      id="metadata"
      title={t('metadata.title')}
      actions={
        rows.length === 0 ? undefined : (
          <TextInput
            className={css.search}
            type="search"
            aria-label={t('metadata.search')}
            placeholder={t('metadata.searchIn', { count: rows.length })}
            leftSection={<IconSearch size={15} stroke={1.6} />}
            value={typed}
            onChange={(event) => type(event.currentTarget.value)}
          />
        )
      }
    >
      {rows.length === 0 ? <Empty>{t(isActive(run) ? 'metadata.notYet' : 'metadata.none')}</Empty> : null}
      {rows.length > 0 && found.length === 0 ? (
        <Empty action={<Button onClick={() => type('')}>{t('metadata.showAll')}</Button>}>
          {t('metadata.noMatch', { text: typed.trim() })}
        </Empty>
      ) : null}
      {groups.map((group) => {
        const members = byGroup.get(group);
        return members === undefined ? null : (
          <MetadataGroup key={`${group} ${search}`} name={group} rows={members} all={search !== ''} />
        );
      })}
    </Section>
  );
}

function rowsOf(t: TFunction<'runs'>, run: Run, pluginName: (id: string) => string): Row[] {
  return Object.entries(run.metadata)
    .map(([tag, value]: [string, Json]) => {
      const source = run.sources[tag];
      return {
        tag,
        name: tagName(t, tag),
        text: valueText(t, tag, value),
        source: source === undefined ? '' : pluginName(source.plugin),
      };
    })
    .sort((a, b) => byImportance(a.tag, b.tag));
}

function matches({ tag, name, text, source }: Row, search: string): boolean {
  return [tag, name, text, source].some((part) => part.toLowerCase().includes(search));
}

/** Ten thousand tags are possible: a group opens a page at a time. */
const pageRows = 200;

function MetadataGroup({ name, rows, all }: { name: Group; rows: readonly Row[]; all: boolean }) {
  const { t } = useTranslation('runs');
  const [shown, setShown] = useState(all ? pageRows : fewRows);
  const rest = rows.length - shown;
  return (
    <div className={css.group}>
      <h3 className={css.groupName}>{t(`groups.${name}`)}</h3>
      <dl>
        {rows.slice(0, shown).map((row) => (
          <div key={row.tag} className={css.row}>
            <dt title={row.tag}>{row.name}</dt>
            <dd className={css.value}>
              <Value text={row.text} />
            </dd>
            <dd className={css.source}>{row.source}</dd>
          </div>
        ))}
      </dl>
      {rest > 0 ? (
        <Button size="xs" className={css.more} onClick={() => setShown(shown + pageRows)}>
          {rest > pageRows
            ? t('metadata.moreOf', { some: pageRows, number: count(rest) })
            : t('metadata.more', { number: count(rest) })}
        </Button>
      ) : null}
    </div>
  );
}

/** A photo may carry megabytes of text in one tag. */
function Value({ text }: { text: string }) {
  const { t } = useTranslation('runs');
  const [open, setOpen] = useState(false);
  if (text.length <= shortText) return text;
  return (
    <>
      {open ? text.slice(0, 20_000) : `${text.slice(0, shortText)}…`}{' '}
      <button type="button" className={css.open} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? t('metadata.less') : t('metadata.all', { number: count(text.length) })}
      </button>
      {open && text.length > 20_000 ? ` ${t('metadata.rest')}` : ''}
    </>
  );
}
