import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { usePageTitle } from '../../ui/page-title.ts';
import { useAccount } from '../accounts/queries.ts';
import { SentAnnouncements } from '../announcements/sent-announcements.tsx';
import { SupportQueue } from '../support-requests/support-queue.tsx';
import { Publishers } from './publishers/publishers.tsx';
import css from './publishing-page.module.css';
import { publishersQuery } from './queries.ts';
import { ReleasedPlugins } from './submissions/released-plugins.tsx';
import { Submissions } from './submissions/submissions.tsx';

/** What an organisation publishes: under which names, what is on its way, and what customers have. */
export function PublishingPage() {
  const { t } = useTranslation('publishing');
  usePageTitle(t('title'));
  const { may } = useAccount();
  const publishers = useQuery({ ...publishersQuery, enabled: may('publishing:manage') });
  if (!may('publishing:manage'))
    return (
      <>
        <TopBar title={t('title')} />
        <main id="main">
          <p className={css.closed}>{t('closed')}</p>
        </main>
      </>
    );
  const some = (publishers.data?.items.length ?? 0) > 0;
  return (
    <>
      <TopBar
        title={t('title')}
        actions={
          some ? (
            <Button variant="filled" component={Link} to={paths.newSubmission}>
              {t('wizard.open')}
            </Button>
          ) : undefined
        }
      />
      <main id="main" className={css.page}>
        <Submissions hasPublisher={some} />
        <ReleasedPlugins publishers={publishers.data?.items ?? []} />
        <SupportQueue publishers={publishers.data?.items ?? []} />
        <SentAnnouncements publishers={publishers.data?.items ?? []} />
        <Publishers />
      </main>
    </>
  );
}
