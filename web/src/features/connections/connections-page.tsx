import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { Empty } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { Accounts } from './accounts.tsx';
import css from './connections-page.module.css';
import { Endpoints } from './endpoints.tsx';
import { Receivers } from './receivers.tsx';

/** Where plugins may send to, where messages come in, and the accounts that plugins may use. */
export function ConnectionsPage() {
  const { t } = useTranslation('connections');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const none = !may('webhooks:read') && !may('oauth:read');
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {none ? <Empty>{t('hidden')}</Empty> : null}
        {may('webhooks:read') ? (
          <>
            <Endpoints />
            <Receivers />
          </>
        ) : null}
        {may('oauth:read') ? <Accounts /> : null}
      </main>
    </>
  );
}
