import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { Erased } from './erased.tsx';
import { Keeping } from './keeping.tsx';
import { OrganisationData } from './organisation-data.tsx';
import css from './privacy-page.module.css';
import { Proofs } from './proofs.tsx';
import { settingsQuery } from './queries.ts';
import { Register } from './register.tsx';

/** How long what is kept, what was deleted and erased, and the way out with everything. */
export function PrivacyPage() {
  const { t } = useTranslation('privacy');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const reads = may('privacy:read');
  const { data, error, refetch } = useQuery({ ...settingsQuery, enabled: reads });
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {reads ? null : <p className={css.text}>{t('notForYou')}</p>}
        {reads && data === undefined && error === null ? <LoadingRows rows={6} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : (
          <>
            <Keeping key={JSON.stringify(data)} saved={data} />
            <Proofs />
            <Erased />
            <Register />
          </>
        )}
        {may('organisation:own') ? <OrganisationData /> : null}
      </main>
    </>
  );
}
