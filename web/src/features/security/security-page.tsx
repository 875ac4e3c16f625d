import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { Empty, ErrorNotice } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { FailedMails } from './failed-mails.tsx';
import { KillList } from './kill-list.tsx';
import { LockedPlugins } from './locked-plugins.tsx';
import { PackageRules } from './package-rules.tsx';
import { securitySummaryQuery } from './queries.ts';
import { SandboxLayers } from './sandbox-layers.tsx';
import { SecurityEvents } from './security-events.tsx';
import css from './security-page.module.css';

/** What plugins did that was refused, which of them are locked, and what stands around all of them. */
export function SecurityPage() {
  const { t } = useTranslation('security');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const summary = useQuery({ ...securitySummaryQuery, enabled: may('security:read') });
  return (
    <>
      <TopBar title={t('title')} />
      <main id="main" className={css.page}>
        {may('security:read') ? (
          <>
            {summary.isError && summary.data === undefined ? (
              <ErrorNotice
                title={t('summaryFailed')}
                code={problemCode(summary.error)}
                action={<TryAgain onTry={summary.refetch} />}
              >
                {problemText(summary.error)} {t('nothingUnlocked')}
              </ErrorNotice>
            ) : null}
            {summary.data === undefined ? null : <LockedPlugins summary={summary.data} />}
            <SecurityEvents summary={summary.data} />
          </>
        ) : (
          <Empty>{t('hidden')}</Empty>
        )}
        {may('plugins:read') ? <PackageRules /> : null}
        {may('server:operate') ? <KillList /> : null}
        {may('server:operate') ? <FailedMails /> : null}
        <SandboxLayers />
      </main>
    </>
  );
}
