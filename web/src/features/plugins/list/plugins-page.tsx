import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { TopBar } from '../../../frame/top-bar.tsx';
import { usePageTitle } from '../../../ui/page-title.ts';
import { useAccount } from '../../accounts/queries.ts';
import { AddPlugin, UploadButton } from '../install/add-plugin.tsx';
import { MarketplaceDialog } from '../install/marketplace-dialog.tsx';
import { TakedownSection } from '../../takedowns/takedown-section.tsx';
import { useRestriction } from '../use-restriction.ts';
import { PluginList } from './plugin-list.tsx';
import css from './plugins-page.module.css';

/** The installed plugins. The address holds the filter and what is open. */
export function PluginsPage() {
  const { t } = useTranslation('plugins');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const restriction = useRestriction();
  const [query, setQuery] = useSearchParams();
  const set = (name: string, value: string | null) =>
    setQuery(
      (before) => {
        const next = new URLSearchParams(before);
        if (value === null || value === '') next.delete(name);
        else next.set(name, value);
        return next;
      },
      { replace: name === 'search', preventScrollReset: true },
    );
  const restricted = restriction === undefined ? {} : { disabled: true, 'aria-describedby': 'plugins-restriction' };
  return (
    <AddPlugin>
      <TopBar
        title={t('title')}
        actions={
          may('plugins:read') ? (
            <>
              <UploadButton className={css.upload} {...restricted} />
              <Button variant="filled" {...restricted} onClick={() => set('add', '1')}>
                {t('add.open')}
              </Button>
            </>
          ) : undefined
        }
      />
      <main id="main">
        {may('plugins:read') ? (
          <>
            <PluginList search={query.get('search') ?? ''} open={query.get('open')} set={set} />
            <TakedownSection />
          </>
        ) : (
          <p className={css.closed}>{t('restricted.read')}</p>
        )}
      </main>
      {query.get('add') !== null && restriction === undefined ? (
        <MarketplaceDialog onClose={() => set('add', null)} />
      ) : null}
    </AddPlugin>
  );
}
