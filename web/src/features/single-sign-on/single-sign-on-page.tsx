import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { BlockedPeople } from './blocked-people.tsx';
import { singleSignOnQuery } from './queries.ts';
import { RemoveProvider } from './remove-provider.tsx';
import { SettingsForm } from './settings-form.tsx';
import css from './single-sign-on-page.module.css';

/** The provider of the organisation that members sign in at. */
export function SingleSignOnPage() {
  const { t } = useTranslation('singleSignOn');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const manage = may('members:manage');
  const { data, error, refetch } = useQuery({ ...singleSignOnQuery, enabled: manage });
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {manage ? null : <Empty>{t('hidden')}</Empty>}
        {manage && data === undefined && error === null ? <LoadingRows rows={4} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : (
          <>
            <SettingsForm
              key={data.settings?.updatedAt ?? 'none'}
              settings={data.settings}
              redirectUri={data.redirectUri}
            />
            {data.settings === null ? null : <RemoveProvider settings={data.settings} />}
            <BlockedPeople people={data.blocked} />
          </>
        )}
      </main>
    </>
  );
}
