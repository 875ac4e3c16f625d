import type { Plugin } from '@proofpix/contract/api/plugins';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { paths } from '../../../paths.ts';
import { PanelLayout } from '../../../ui/detail-panel.tsx';
import { FilterBar, SearchField } from '../../../ui/filter-bar.tsx';
import { count } from '../../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { needsSomebody } from '../plugin-state.ts';
import { activityQuery, pluginsQuery } from '../queries.ts';
import { useRestriction } from '../use-restriction.ts';
import { PluginPanel } from './plugin-panel.tsx';
import { PluginTable } from './plugin-table.tsx';
import css from './plugins-page.module.css';

type Props = { search: string; open: string | null; set: (name: string, value: string | null) => void };

/** Filter, table, and the panel of what is open. */
export function PluginList({ search, open, set }: Props) {
  const { t } = useTranslation('plugins');
  const restriction = useRestriction();
  const { data, error, refetch } = useQuery(pluginsQuery);
  const activity = useQuery(activityQuery);
  const all = data?.items;
  const shown = all?.filter((plugin) => matches(plugin, search)).sort((a, b) => a.name.localeCompare(b.name));
  const opened = all?.find(({ id }) => id === open);
  const step = (direction: 1 | -1) => {
    const at = shown?.findIndex(({ id }) => id === open) ?? -1;
    const next = shown?.[at + direction];
    if (next !== undefined) set('open', next.id);
  };
  return (
    <PanelLayout
      panel={
        opened === undefined ? null : (
          <PluginPanel key={opened.id} plugin={opened} onClose={() => set('open', null)} onStep={step} />
        )
      }
    >
      <FilterBar aside={data === undefined ? undefined : <Counts plugins={data.items} total={data.total} />}>
        <SearchField
          label={t('filter')}
          placeholder={t('filter')}
          value={search}
          onChange={(value) => set('search', value)}
        />
      </FilterBar>
      {restriction === undefined ? null : (
        <p id="plugins-restriction" className={css.restriction}>
          {restriction}
        </p>
      )}
      {shown === undefined && error === null ? <LoadingRows rows={6} label={t('loading')} /> : null}
      {shown === undefined && error !== null ? (
        <ErrorNotice
          title={t('listFailed')}
          code={problemCode(error)}
          action={<Button onClick={() => void refetch()}>{t('tryAgain')}</Button>}
        >
          {problemText(error)} {t('goOn')}
        </ErrorNotice>
      ) : null}
      {all?.length === 0 ? <Empty>{t('none')}</Empty> : null}
      {all !== undefined && all.length > 0 && shown?.length === 0 ? (
        <Empty action={<Button onClick={() => set('search', null)}>{t('dropFilter')}</Button>}>
          {t('noMatch', { search })}
        </Empty>
      ) : null}
      {shown === undefined || shown.length === 0 ? null : (
        <PluginTable plugins={shown} activity={activity.data} open={opened === undefined ? null : open} />
      )}
      {all === undefined || all.length === 0 ? null : (
        <p className={css.order}>
          <Link to={paths.hooks}>{t('order.link')}</Link>
        </p>
      )}
    </PanelLayout>
  );
}

function Counts({ plugins, total }: { plugins: readonly Plugin[]; total: number }) {
  const { t } = useTranslation('plugins');
  const waiting = plugins.filter(needsSomebody).length;
  const parts = [
    t('count', { count: total, number: count(total) }),
    ...(waiting === 0 ? [] : [t('needYou', { count: waiting, number: count(waiting) })]),
    t('last24Short'),
  ];
  return <>{parts.join(' · ')}</>;
}

function matches(plugin: Plugin, search: string): boolean {
  const wanted = search.trim().toLowerCase();
  return [plugin.name, plugin.id, plugin.publisher, plugin.description].some((text) =>
    text.toLowerCase().includes(wanted),
  );
}
