import type { RouteReply } from '@proofpix/contract/route';
import { publisherHere } from '@proofpix/contract/plugin-source';
import { routes } from '@proofpix/contract/routes';
import { Button, TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../../api.ts';
import { Dialog } from '../../../ui/dialog.tsx';
import { listed } from '../../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { hasPage, listingPath } from '../../marketplace/queries.ts';
import { IconTile } from '../plugin-icon.tsx';
import { useAddPlugin } from './add-plugin.tsx';
import css from './marketplace-dialog.module.css';

type Listing = RouteReply<typeof routes.marketplace.search>['items'][number];

/** What the marketplace of this server has: bundled plugins can come back here after they were uninstalled. */
export function MarketplaceDialog({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation('plugins');
  const add = useAddPlugin();
  const [search, setSearch] = useState('');
  const [q] = useDebouncedValue(search.trim(), 200);
  const { data, error } = useQuery({
    queryKey: ['plugins', 'marketplace', q],
    queryFn: ({ signal }) =>
      call(routes.marketplace.search, { query: { limit: 50, ...(q === '' ? {} : { q }) }, signal }),
    placeholderData: keepPreviousData,
  });
  return (
    <Dialog title={t('add.title')} onClose={onClose}>
      <TextInput
        type="search"
        label={t('add.search')}
        value={search}
        data-autofocus
        onChange={(event) => setSearch(event.currentTarget.value)}
      />
      {data === undefined && error === null ? <LoadingRows rows={3} label={t('add.loading')} /> : null}
      {data === undefined && error !== null ? (
        <ErrorNotice title={t('add.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data?.items.length === 0 ? <Empty>{q === '' ? t('add.none') : t('noMatch', { search: q })}</Empty> : null}
      <ul className={css.list} aria-label={t('add.list')} tabIndex={0}>
        {data?.items.map((listing) => (
          <li key={`${listing.source} ${listing.publisher} ${listing.pluginId}`} className={css.row}>
            <IconTile name={listing.name} src={null} size={32} />
            <div className={css.text}>
              <h3 className={css.name}>
                {hasPage(listing.source) ? <Link to={listingPath(listing)}>{listing.name}</Link> : listing.name}{' '}
                <span className={css.quiet}>{publisherHere(listing)}</span>
              </h3>
              <p className={css.description}>{listing.description}</p>
              <p className={css.quiet}>{reachOf(listing)}</p>
            </div>
            {listing.installed ? (
              <span className={css.quiet}>{t('add.installed')}</span>
            ) : (
              <Button
                size="xs"
                aria-label={t('add.installNamed', { name: listing.name })}
                onClick={() => {
                  const { source, publisher, pluginId, version, name } = listing;
                  onClose();
                  add({ source, publisher, pluginId, version, name });
                }}
              >
                {t('add.install')}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <div className={css.buttons}>
        <Button onClick={onClose}>{t('close')}</Button>
      </div>
    </Dialog>
  );

  function reachOf({ hosts, version }: Listing): string {
    const reach = hosts.length === 0 ? t('add.noNetwork') : t('add.reaches', { hosts: listed(hosts) });
    return `${version} · ${reach}`;
  }
}
