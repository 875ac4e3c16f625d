import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { Books } from './books.tsx';
import css from './money.module.css';
import { Orders } from './orders.tsx';
import { Payouts } from './payouts.tsx';

/** What the marketplace of this server sells, owes and pays: for those who run it. */
export function MoneyPage() {
  const { t } = useTranslation('money');
  usePageTitle(t('title'));
  const { may } = useAccount();
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {may('server:operate') ? (
          <>
            <Orders />
            <Payouts />
            <Books />
          </>
        ) : (
          <p className={css.closed}>{t('closed')}</p>
        )}
      </main>
    </>
  );
}
