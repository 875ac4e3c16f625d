import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { State } from '../../ui/state.tsx';
import { AskForHelp } from '../support-requests/ask-for-help.tsx';
import { ActivityFigures } from './detail/activity-figures.tsx';
import { Dependencies } from './detail/dependencies.tsx';
import { PackageFacts } from './detail/package-facts.tsx';
import { PermissionSwitches } from './detail/permission-switches.tsx';
import { PluginActions } from './detail/plugin-actions.tsx';
import { PluginLog } from './detail/plugin-log.tsx';
import { Updates } from './updates/updates.tsx';
import { RecentEvents } from './detail/recent-events.tsx';
import { PluginIcon } from './plugin-icon.tsx';
import { stateOf } from './plugin-state.ts';
import css from './plugin-page.module.css';
import { pluginActivityQuery, pluginQuery, receiptQuery } from './queries.ts';
import { Declared } from './receipt/declared.tsx';
import { Reached } from './receipt/reached.tsx';
import { PackageScan } from './scan/package-scan.tsx';
import { Spent } from './receipt/spent.tsx';
import { Violations } from './receipt/violations.tsx';

/** Markdown is a library of its own, and below everything else: it comes when somebody looks at a plugin. */
const Readme = lazy(async () => ({ default: (await import('./detail/readme.tsx')).Readme }));

/** Everything about one plugin: what it does now, what it may, what it did, and what it cost in the last 30 days. */
export function PluginPage() {
  const { t } = useTranslation('plugins');
  const { id = '' } = useParams();
  const { data: plugin, error, refetch } = useQuery(pluginQuery(id));
  const activity = useQuery({ ...pluginActivityQuery(id), enabled: plugin !== undefined });
  usePageTitle(plugin?.name ?? t('one'));
  const code = problemCode(error);
  if (plugin === undefined && (code === 'plugin_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  const state = plugin === undefined ? undefined : stateOf(plugin, activity.data?.running === false, t);
  return (
    <>
      <TopBar parents={<Link to={paths.plugins}>{t('title')}</Link>} />
      <main id="main" className={css.page}>
        {plugin === undefined || state === undefined ? (
          error === null ? (
            <LoadingRows rows={6} label={t('loadingOne')} />
          ) : (
            <ErrorNotice
              title={t('oneFailed')}
              code={code}
              action={<Button onClick={() => void refetch()}>{t('tryAgain')}</Button>}
            >
              {problemText(error)} {t('goOn')}
            </ErrorNotice>
          )
        ) : (
          <>
            <header className={css.header}>
              <PluginIcon plugin={plugin} size={56} />
              <div className={css.heading}>
                <h1 className={css.name}>{plugin.name}</h1>
                <p className={css.facts}>
                  <span>
                    {plugin.publisher} · {plugin.version}
                  </span>
                  <State tone={state.tone} words={state.words} />
                </p>
                <p className={css.description}>{plugin.description}</p>
              </div>
            </header>
            {state.reason === null ? null : <p className={css.reason}>{state.reason}</p>}
            <PluginActions plugin={plugin} />
            {plugin.source === 'marketplace' ? (
              <AskForHelp publisher={plugin.publisher} plugin={id} name={plugin.name} version={plugin.version} />
            ) : null}
            <ActivityFigures id={id} />
            <PermissionSwitches plugin={plugin} />
            <Updates plugin={plugin} />
            <RecentEvents id={id} />
            <PluginLog id={id} />
            <Receipt id={id} />
            <PackageFacts plugin={plugin} />
            <PackageScan id={id} />
            <Dependencies id={id} />
            <Section title={t('readme')}>
              {plugin.readme === null ? (
                <Empty>{t('noReadme')}</Empty>
              ) : (
                <Suspense fallback={<LoadingRows rows={3} label={t('loadingReadme')} />}>
                  <Readme text={plugin.readme} />
                </Suspense>
              )}
            </Section>
          </>
        )}
      </main>
    </>
  );
}

/** What it cost and did, beside what it declared. */
function Receipt({ id }: { id: string }) {
  const { t } = useTranslation('plugins');
  const { data: receipt, error } = useQuery(receiptQuery(id));
  return (
    <>
      <h2 className={css.part}>{t('receipt')}</h2>
      {receipt === undefined && error === null ? <LoadingRows rows={3} label={t('loadingReceipt')} /> : null}
      {receipt === undefined && error !== null ? (
        <ErrorNotice title={t('receiptFailed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {receipt === undefined ? null : (
        <>
          <Spent receipt={receipt} />
          <Declared receipt={receipt} />
          <Reached receipt={receipt} />
          <Violations receipt={receipt} />
        </>
      )}
    </>
  );
}
