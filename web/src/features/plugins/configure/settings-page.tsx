import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { NotFoundPage } from '../../../frame/not-found-page.tsx';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { configQuery, pluginQuery } from '../queries.ts';
import { SettingsForm } from './settings-form.tsx';
import css from './settings-page.module.css';

/** The settings of one plugin, by the schema in its manifest. */
export function SettingsPage() {
  const { t } = useTranslation('plugins');
  const { id = '' } = useParams();
  const plugin = useQuery(pluginQuery(id));
  // Asked anew only on purpose: what somebody else saved must not take away what is being typed here.
  const config = useQuery({ ...configQuery(id), staleTime: Infinity, refetchOnWindowFocus: false });
  const name = plugin.data?.name ?? '';
  usePageTitle(name === '' ? t('settings.title') : t('settings.titleOf', { name }));
  const error = plugin.error ?? config.error;
  const code = problemCode(error);
  if (plugin.data === undefined && (code === 'plugin_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  return (
    <>
      <TopBar
        parents={
          <>
            <Link to={paths.plugins}>{t('title')}</Link>
            <span aria-hidden> / </span>
            <Link to={paths.plugin(id)}>{name}</Link>
          </>
        }
      />
      <main id="main" className={css.page}>
        {plugin.data === undefined || config.data === undefined ? (
          error === null ? (
            <LoadingRows rows={4} label={t('settings.loading')} />
          ) : (
            <ErrorNotice
              title={t('settings.loadFailed')}
              code={code}
              action={
                <Button onClick={() => void Promise.all([plugin.refetch(), config.refetch()])}>{t('tryAgain')}</Button>
              }
            >
              {problemText(error)} {t('goOn')}
            </ErrorNotice>
          )
        ) : (
          <>
            <h1 className={css.title}>{t('settings.titleOf', { name })}</h1>
            {config.data.schema === null ? (
              <Empty>{t('settings.none', { name })}</Empty>
            ) : (
              <SettingsForm key={config.dataUpdatedAt} plugin={plugin.data} stored={config.data} />
            )}
          </>
        )}
      </main>
    </>
  );
}
