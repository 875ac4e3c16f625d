import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import css from '../security/security-page.module.css';
import { PolicyForm } from './policy-form.tsx';
import { policyQuery } from './queries.ts';
import { Requests } from './requests.tsx';
import { StopPlugins } from './stop-plugins.tsx';

/** What the organisation decided about plugins: whether they run at all, which ones, and how they are updated. */
export function PoliciesPage() {
  const { t } = useTranslation('policies');
  usePageTitle(t('title'));
  const { data, error, refetch } = useQuery(policyQuery);
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {data === undefined && error === null ? <LoadingRows rows={6} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : (
          <>
            <StopPlugins stop={data.stop} />
            <Requests />
            <PolicyForm key={data.revision} saved={data} />
          </>
        )}
      </main>
    </>
  );
}
