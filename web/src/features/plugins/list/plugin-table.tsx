import type { Activity } from '@proofpix/contract/activity';
import type { Plugin } from '@proofpix/contract/api/plugins';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { paths } from '../../../paths.ts';
import { DataTable, type Column } from '../../../ui/data-table.tsx';
import { bytes, count, duration } from '../../../ui/format.ts';
import { Sparkline } from '../../../ui/sparkline.tsx';
import { State } from '../../../ui/state.tsx';
import { PluginIcon } from '../plugin-icon.tsx';
import { isAlarming, stateOf } from '../plugin-state.ts';
import { PluginMenu } from './plugin-menu.tsx';
import css from './plugin-table.module.css';

type Row = { plugin: Plugin; figures: Activity['items'][number] | undefined };
type Props = { plugins: readonly Plugin[]; activity: Activity | undefined; open: string | null };

/** A number that a phone, and a table beside a panel, has no room for. */
const figure = { numeric: true, optional: true, phone: 'hidden' } as const;

const none = <span className={css.none}>–</span>;

export function PluginTable({ plugins, activity, open }: Props) {
  const { t } = useTranslation('plugins');
  const rows = useMemo(() => {
    const byId = new Map(activity?.items.map((item) => [item.plugin, item]));
    return plugins.map((plugin): Row => ({ plugin, figures: byId.get(plugin.id) }));
  }, [plugins, activity]);
  const columns: Column<Row>[] = [
    { key: 'state', head: t('columns.state'), width: '170px', cell: stateCell },
    { key: 'calls', head: t('columns.calls'), width: '190px', cell: callsCell, phone: 'end' },
    { key: 'errors', head: t('columns.errors'), width: '72px', numeric: true, cell: errorsCell, phone: 'hidden' },
    { key: 'p95', head: t('columns.p95'), width: '88px', cell: p95Cell, ...figure },
    { key: 'memory', head: t('columns.memory'), width: '92px', cell: memoryCell, ...figure },
    { key: 'version', head: t('columns.version'), width: '88px', cell: versionCell, optional: true, phone: 'hidden' },
  ];
  return (
    <DataTable
      label={t('title')}
      rows={rows}
      rowKey={({ plugin }) => plugin.id}
      nameHead={t('columns.plugin')}
      name={nameCell}
      columns={columns}
      actionsHead={t('columns.actions')}
      {...(open === null ? { actions: menuCell } : {})}
      selected={({ plugin }) => plugin.id === open}
      narrow={open !== null}
    />
  );
}

function nameCell({ plugin }: Row, className: string) {
  return (
    <span className={css.name}>
      <PluginIcon plugin={plugin} />
      <span className={css.names}>
        <Link className={className} to={paths.pluginsOpen(plugin.id)} preventScrollReset>
          {plugin.name}
        </Link>
        <PublisherOf plugin={plugin} />
      </span>
    </span>
  );
}

/** Who it is from, and what stands behind that. */
function PublisherOf({ plugin }: { plugin: Plugin }) {
  const { t } = useTranslation('plugins');
  const { state, publisher } = plugin.signature;
  return (
    <span className={css.publisher}>
      {publisher ?? plugin.publisher} · {t(`signature.short.${state}`)}
    </span>
  );
}

function menuCell({ plugin }: Row) {
  return <PluginMenu plugin={plugin} />;
}

function stateCell(row: Row) {
  return <StateCell {...row} />;
}

function p95Cell({ figures }: Row) {
  return figures === undefined || figures.p95Milliseconds === null ? none : duration(figures.p95Milliseconds);
}

function memoryCell({ figures }: Row) {
  return figures === undefined || figures.memoryBytes === null ? none : bytes(figures.memoryBytes);
}

function versionCell({ plugin }: Row) {
  return plugin.version;
}

function StateCell({ plugin, figures }: Row) {
  const { t } = useTranslation('plugins');
  const state = stateOf(plugin, figures?.running === false, t);
  return (
    <span className={css.state}>
      <State tone={state.tone} words={state.words} />
      {figures === undefined ? null : (
        <span className={css.phone} data-alarming={isAlarming(figures) || undefined}>
          {isAlarming(figures)
            ? t('errorsCount', { count: figures.errors, number: count(figures.errors) })
            : t('callsCount', { count: figures.calls, number: count(figures.calls) })}
        </span>
      )}
    </span>
  );
}

function callsCell({ figures }: Row) {
  if (figures === undefined) return none;
  return (
    <span className={css.calls}>
      <Sparkline bars={figures.callsByHour.map((value, index) => ({ value, bad: figures.errorsByHour[index] ?? 0 }))} />
      <span className={css.number} data-none={figures.calls === 0 || undefined}>
        {count(figures.calls)}
      </span>
    </span>
  );
}

function errorsCell({ figures }: Row) {
  if (figures === undefined || figures.calls === 0) return none;
  if (figures.errors === 0) return <span className={css.none}>0</span>;
  return <span data-alarming={isAlarming(figures) || undefined}>{count(figures.errors)}</span>;
}
