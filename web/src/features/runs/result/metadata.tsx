import type { Json } from '@proofpix/contract/json';
import type { Run } from '@proofpix/contract/runs';
import { Button, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useDeferredValue, useMemo, useState } from 'react';
import { count, counted } from '../../../ui/format.ts';
import { Empty } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { isActive } from '../queries.ts';
import css from './metadata.module.css';
import { byImportance, groupOf, groups, tagName, valueText, type Group } from './tag-words.ts';

type Row = { tag: string; name: string; text: string; source: string };

const fewRows = 12;
const shortText = 240;

export function Metadata({ run, pluginName }: { run: Run; pluginName: (id: string) => string }) {
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed.trim().toLowerCase());
  const rows = useMemo(() => rowsOf(run, pluginName), [run, pluginName]);
  const found = search === '' ? rows : rows.filter((row) => matches(row, search));
  const byGroup = Map.groupBy(found, (row) => groupOf(row.tag));

  return (
    <Section
      title="Metadata"
      actions={
        rows.length === 0 ? undefined : (
          <TextInput
            className={css.search}
            type="search"
            aria-label="Search the metadata"
            placeholder={`Search ${counted(rows.length, 'value')}`}
            leftSection={<IconSearch size={15} stroke={1.6} />}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
          />
        )
      }
    >
      {rows.length === 0 ? (
        <Empty>{isActive(run) ? 'Nothing has been read yet.' : 'No plugin read any metadata from this photo.'}</Empty>
      ) : null}
      {rows.length > 0 && found.length === 0 ? (
        <Empty action={<Button onClick={() => setTyped('')}>Show all</Button>}>
          No value contains “{typed.trim()}”.
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

function rowsOf(run: Run, pluginName: (id: string) => string): Row[] {
  return Object.entries(run.metadata)
    .map(([tag, value]: [string, Json]) => {
      const source = run.sources[tag];
      return {
        tag,
        name: tagName(tag),
        text: valueText(tag, value),
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
  const [shown, setShown] = useState(all ? pageRows : fewRows);
  const rest = rows.length - shown;
  return (
    <div className={css.group}>
      <h3 className={css.groupName}>{name}</h3>
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
          {rest > pageRows ? `Show ${pageRows} of ${count(rest)} more` : `Show ${count(rest)} more`}
        </Button>
      ) : null}
    </div>
  );
}

/** A photo may carry megabytes of text in one tag. */
function Value({ text }: { text: string }) {
  const [open, setOpen] = useState(false);
  if (text.length <= shortText) return text;
  return (
    <>
      {open ? text.slice(0, 20_000) : `${text.slice(0, shortText)}…`}{' '}
      <button type="button" className={css.open} aria-expanded={open} onClick={() => setOpen(!open)}>
        {open ? 'Show less' : `Show all ${count(text.length)} characters`}
      </button>
      {open && text.length > 20_000 ? ' The rest is in the result by the API.' : ''}
    </>
  );
}
