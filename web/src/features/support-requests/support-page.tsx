import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { RequestList } from './request-list.tsx';
import css from './support.module.css';

/** What the organisation asked publishers for help with. */
export function SupportPage() {
  const { t } = useTranslation('supportRequests');
  usePageTitle(t('title'));
  const { may } = useAccount();
  return (
    <>
      <TopBar title={t('title')} />
      {may('plugins:read') ? (
        <main id="main" className={css.page}>
          <RequestList
            side={{ kind: 'customer' }}
            title={t('asked')}
            none={t('none')}
            loading={t('loading')}
            failed={t('failed')}
          />
        </main>
      ) : (
        <main id="main">
          <p className={css.closed}>{t('closed')}</p>
        </main>
      )}
    </>
  );
}
