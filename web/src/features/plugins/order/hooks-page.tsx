import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useLocation } from 'react-router';
import { problemCode, problemText } from '../../../api.ts';
import { TopBar } from '../../../frame/top-bar.tsx';
import { paths } from '../../../paths.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { useAccount } from '../../accounts/queries.ts';
import { hooksQuery } from '../queries.ts';
import { useRestriction } from '../use-restriction.ts';
import { HookOrder } from './hook-order.tsx';
import css from './hooks-page.module.css';

/** For each hook the plugins in the order in which they run. */
export function HooksPage() {
  const { t } = useTranslation('plugins');
  usePageTitle(t('order.title'));
  const { may } = useAccount();
  const restriction = useRestriction();
  const { hash } = useLocation();
  const { data, error, refetch } = useQuery({ ...hooksQuery, enabled: may('plugins:read') });
  const hooks = data?.items.filter(({ order }) => order.length > 0);
  const wanted = decodeURIComponent(hash.slice(1));
  const ready = hooks !== undefined;
  useEffect(() => {
    // The place of a hook comes with the list, after the browser has looked for it.
    if (ready && wanted !== '') document.getElementById(wanted)?.scrollIntoView();
  }, [ready, wanted]);
  return (
    <>
      <TopBar parents={<Link to={paths.plugins}>{t('title')}</Link>} />
      <main id="main" className={css.page}>
        <h1 className={css.title}>{t('order.title')}</h1>
        <p className={css.intro}>{t('order.intro')}</p>
        {may('plugins:read') ? null : <p className={css.intro}>{t('restricted.read')}</p>}
        {may('plugins:read') && restriction !== undefined ? <p className={css.intro}>{restriction}</p> : null}
        {may('plugins:read') && hooks === undefined && error === null ? (
          <LoadingRows rows={4} label={t('order.loading')} />
        ) : null}
        {hooks === undefined && error !== null ? (
          <ErrorNotice
            title={t('order.loadFailed')}
            code={problemCode(error)}
            action={<Button onClick={() => void refetch()}>{t('tryAgain')}</Button>}
          >
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {hooks?.length === 0 ? <Empty>{t('order.none')}</Empty> : null}
        {hooks?.map((hook) => (
          <HookOrder key={hook.name} hook={hook} restricted={restriction !== undefined} />
        ))}
      </main>
    </>
  );
}
