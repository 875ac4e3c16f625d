import { SegmentedControl } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import css from './audit-page.module.css';
import { AuditList } from './audit-list.tsx';
import { ExportMenu } from './export-menu.tsx';
import { useAuditFilter } from './use-audit-filter.ts';
import { useVerification, Verification, VerifyButton } from './verify-trail.tsx';

/** Who did what. The address holds the filter and what is open. */
export function AuditPage() {
  const { t } = useTranslation('audit');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const filter = useAuditFilter();
  const of = may('server:operate') ? filter.of : 'organisation';
  const verification = useVerification(of);
  if (!may('audit:read'))
    return (
      <>
        <TopBar title={t('title')} />
        <main id="main">
          <p className={css.closed}>{t('hidden')}</p>
        </main>
      </>
    );
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          <>
            <ExportMenu of={of} filter={filter.filter} />
            <VerifyButton verification={verification} />
          </>
        }
      />
      <main id="main">
        <AuditList
          {...filter}
          of={of}
          above={
            <>
              {may('server:operate') ? (
                <SegmentedControl
                  className={css.trail}
                  size="sm"
                  aria-label={t('trail')}
                  data={(['organisation', 'server'] as const).map((value) => ({ value, label: t(`of.${value}`) }))}
                  value={of}
                  onChange={(value) => {
                    verification.reset();
                    filter.change('of', value === 'server' ? value : null);
                  }}
                />
              ) : null}
              <Verification verification={verification} />
            </>
          }
        />
      </main>
    </>
  );
}
