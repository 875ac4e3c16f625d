import { useQuery } from '@tanstack/react-query';
import { Button } from '@mantine/core';
import { problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { Empty, ErrorNotice } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { LockedPlugins } from './locked-plugins.tsx';
import { securitySummaryQuery } from './queries.ts';
import { SandboxLayers } from './sandbox-layers.tsx';
import { SecurityEvents } from './security-events.tsx';
import css from './security-page.module.css';

/** What plugins did that was refused, which of them are locked, and what stands around all of them. */
export function SecurityPage() {
  usePageTitle('Security');
  const { may } = useAccount();
  const summary = useQuery({ ...securitySummaryQuery, enabled: may('security:read') });
  return (
    <>
      <TopBar title="Security" />
      <main id="main" className={css.page}>
        {may('security:read') ? (
          <>
            {summary.isError && summary.data === undefined ? (
              <ErrorNotice
                title="The summary could not be loaded"
                code={problemCode(summary.error)}
                action={<Button onClick={() => void summary.refetch()}>Try again</Button>}
              >
                {problemText(summary.error)} Nothing is unlocked by that.
              </ErrorNotice>
            ) : null}
            {summary.data === undefined ? null : <LockedPlugins summary={summary.data} />}
            <SecurityEvents summary={summary.data} />
          </>
        ) : (
          <Empty>
            Your role cannot see what plugins did. An admin of your organisation can. The state of the sandbox is open
            to everybody.
          </Empty>
        )}
        <SandboxLayers />
      </main>
    </>
  );
}
