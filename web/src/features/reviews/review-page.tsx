import type { Submission } from '@proofpix/contract/api/submissions';
import type { ReviewCheck } from '@proofpix/contract/publishing';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { IconTile } from '../plugins/plugin-icon.tsx';
import { SourceBrowser } from '../publishing/source/source-browser.tsx';
import { SubmissionStateWord } from '../publishing/submission-words.tsx';
import { Conversation } from '../publishing/submissions/conversation.tsx';
import { ListingPreview } from '../publishing/submissions/listing-preview.tsx';
import { DecisionButtons } from './decision-buttons.tsx';
import { Decision } from './decision.tsx';
import { queueQuery, reviewQuery, useSettle } from './queries.ts';
import css from './reviews.module.css';

/** One submission as a reviewer sees it: what was found, the source with its changes, and what is decided on. */
export function ReviewPage() {
  const { t } = useTranslation('reviews');
  const { id = '' } = useParams();
  const { may } = useAccount();
  const allowed = may('submissions:review');
  const { data, error, refetch } = useQuery({ ...reviewQuery(id), enabled: allowed });
  const [checks, setChecks] = useState<readonly ReviewCheck[]>([]);
  usePageTitle(data?.name ?? t('title'));
  const code = problemCode(error);
  if (data === undefined && (code === 'submission_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  const buttons = data === undefined ? null : <DecisionButtons submission={data} checks={checks} />;
  return (
    <>
      <TopBar
        parents={<Link to={paths.reviews}>{t('title')}</Link>}
        actions={<div className={css.barActions}>{buttons}</div>}
      />
      <main id="main">
        {allowed ? null : <p className={css.closed}>{t('closed')}</p>}
        {allowed && data === undefined && error === null ? (
          <div className={css.page}>
            <LoadingRows rows={6} label={t('loadingOne')} />
          </div>
        ) : null}
        {data === undefined && error !== null ? (
          <div className={css.page}>
            <ErrorNotice title={t('oneFailed')} code={code} action={<TryAgain onTry={refetch} />}>
              {problemText(error)}
            </ErrorNotice>
          </div>
        ) : null}
        {data === undefined ? null : (
          <Review submission={data} checks={checks} onChecks={setChecks} buttons={buttons} />
        )}
      </main>
    </>
  );
}

type ReviewProps = {
  submission: Submission;
  checks: readonly ReviewCheck[];
  onChecks: (checks: readonly ReviewCheck[]) => void;
  /** On a phone they stand at the end of what is decided on. */
  buttons: React.ReactNode;
};

function Review({ submission, checks, onChecks, buttons }: ReviewProps) {
  const { t } = useTranslation('reviews');
  const settle = useSettle(submission.id);
  const mine = submission.claimed?.byYou === true;
  const onSettle = mine ? (comment: string) => settle.mutate(comment) : undefined;
  return (
    <>
      <Header submission={submission} />
      {settle.error === null ? null : (
        <div className={css.pad}>
          <ErrorNotice title={t('notSettled')} code={problemCode(settle.error)}>
            {problemText(settle.error)}
          </ErrorNotice>
        </div>
      )}
      <SourceBrowser
        side="marketplace"
        submission={submission}
        onSettle={onSettle}
        aside={{
          label: t('decision'),
          content: <Decision submission={submission} checks={checks} onChecks={onChecks} buttons={buttons} />,
        }}
      />
      <div className={css.below}>
        <Section title={t('conversation')}>
          <Conversation side="marketplace" submission={submission} onSettle={onSettle} />
        </Section>
        <Section title={t('listing')}>
          <ListingPreview submission={submission} />
        </Section>
      </div>
    </>
  );
}

function Header({ submission }: { submission: Submission }) {
  const { t } = useTranslation('reviews');
  const { id, name, version, plugin, publisher, sentAt, difference, state, claimed, attempt } = submission;
  const queue = useInfiniteQuery(queueQuery);
  const queued = queue.data?.pages.flatMap(({ items }) => items).find((each) => each.id === id);
  const obstacle = queued?.obstacle ?? null;
  return (
    <header className={css.header}>
      <IconTile name={name ?? plugin ?? ''} src={null} size={32} />
      <div className={css.heading}>
        <h1 className={css.name}>
          {name ?? plugin} {version}
        </h1>
        <p className={css.facts}>
          <Link to={paths.publisher(publisher)}>{publisher}</Link>
          {sentAt === null ? null : (
            <time dateTime={sentAt} title={timeWithZone(sentAt)}>
              {t('sent', { time: timeInList(sentAt) })}
            </time>
          )}
          <span>{difference === null ? t('first') : t('compared', { version: difference.since })}</span>
          {attempt > 1 ? <span>{t('attempt', { count: attempt })}</span> : null}
        </p>
      </div>
      <div className={css.standing}>
        <SubmissionStateWord state={state} />
        {claimed !== null && !claimed.byYou ? <span className={css.quiet}>{t('obstacle.claimed')}</span> : null}
        {claimed === null && obstacle !== null ? <span className={css.quiet}>{t(`obstacle.${obstacle}`)}</span> : null}
      </div>
    </header>
  );
}
