import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { TopBar } from '../../frame/top-bar.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { useAccount } from '../accounts/queries.ts';
import { ratingQueues, type RatingQueue } from '../ratings/queries.ts';
import { MyReports } from './my-reports.tsx';
import css from './moderation.module.css';
import { RatingQueueList } from './rating-queue.tsx';
import { reportStates, ReportQueueList } from './report-queue.tsx';

type TabName = 'mine' | RatingQueue | (typeof reportStates)[number];
const forModerators = [...ratingQueues, ...reportStates] as const;

/** What people reported, and ratings that somebody has to look at. Whoever is no moderator sees their own reports alone. */
export function ModerationPage() {
  const { t } = useTranslation('ratings');
  usePageTitle(t('moderation.title'));
  const { may } = useAccount();
  const [query, setQuery] = useSearchParams();
  // A reviewer may be somebody who sees no plugins, and reports none.
  const names: readonly TabName[] = [
    ...(may('submissions:review') ? forModerators : []),
    ...(may('plugins:read') ? (['mine'] as const) : []),
  ];
  const open = names.find((name) => name === query.get('tab')) ?? names[0];
  return (
    <>
      <TopBar title={t('moderation.title')} />
      <main id="main" className={css.page}>
        {open === undefined ? (
          <p className={css.closed}>{t('moderation.closed')}</p>
        ) : (
          <Tabs
            label={t('moderation.tabs')}
            tabs={names.map((name) => ({ name, label: t(`tab.${name}`) }))}
            open={open}
            onOpen={(tab) => setQuery({ tab }, { replace: true })}
          >
            <Queue open={open} />
          </Tabs>
        )}
      </main>
    </>
  );
}

function Queue({ open }: { open: TabName }) {
  const queue = ratingQueues.find((name) => name === open);
  if (queue !== undefined) return <RatingQueueList key={queue} queue={queue} />;
  const state = reportStates.find((name) => name === open);
  return state === undefined ? <MyReports /> : <ReportQueueList key={state} state={state} />;
}
