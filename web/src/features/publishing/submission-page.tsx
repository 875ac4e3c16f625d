import type { Submission } from '@proofpix/contract/api/submissions';
import { takesPackage } from '@proofpix/contract/publishing';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { SourceBrowser } from './source/source-browser.tsx';
import { submissionQuery } from './queries.ts';
import { SubmissionStateWord } from './submission-words.tsx';
import { Conversation } from './submissions/conversation.tsx';
import { ListingPreview } from './submissions/listing-preview.tsx';
import { MendedPackage } from './submissions/mended-package.tsx';
import { NextStep } from './submissions/next-step.tsx';
import { PackageProblem } from './submissions/package-problem.tsx';
import { Progress } from './submissions/progress.tsx';
import css from './submissions/submission.module.css';
import { SubmissionActions } from './submissions/submission-actions.tsx';
import { Steps } from './wizard/steps.tsx';

/** One package on its way to customers: where it stands, what is to be done, what was found and said. */
export function SubmissionPage() {
  const { t } = useTranslation('publishing');
  const { id = '' } = useParams();
  const submission = useQuery(submissionQuery(id));
  const { data, error } = submission;
  usePageTitle(data?.name ?? t('one'));
  const code = problemCode(error);
  if (data === undefined && (code === 'submission_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  return (
    <>
      <TopBar
        parents={<Link to={paths.publishing}>{t('title')}</Link>}
        actions={data === undefined ? undefined : <SubmissionActions submission={data} />}
      />
      <main id="main" className={css.page}>
        {submission.isPending ? <LoadingRows rows={6} label={t('loadingOne')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('oneFailed')} code={code} action={<TryAgain onTry={submission.refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : (
          <>
            <Header submission={data} />
            <Steps state={data.state} />
            <NextStep submission={data} />
            <PackageProblem submission={data} />
            {takesPackage(data.state) && data.state !== 'draft' ? <MendedPackage submission={data} /> : null}
            <Parts submission={data} />
          </>
        )}
      </main>
    </>
  );
}

function Header({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { name, plugin, fileName, version, publisher, state, attempt, channel } = submission;
  return (
    <header className={css.header}>
      <h1 className={css.name}>
        {name ?? plugin ?? fileName} {version}
      </h1>
      <p className={css.facts}>
        <SubmissionStateWord state={state} />
        <span>{publisher}</span>
        {channel === 'stable' ? null : <span>{t(`channel.${channel}`)}</span>}
        {attempt > 1 ? <span>{t('attempt', { count: attempt })}</span> : null}
      </p>
    </header>
  );
}

type Part = 'progress' | 'source' | 'listing' | 'comments';

/** What is looked at first depends on what is to be done. */
function firstPart({ state, scan }: Submission): Part {
  if (state === 'blocked' && scan !== null) return 'source';
  return state === 'draft' ? 'listing' : 'progress';
}

function Parts({ submission }: { submission: Submission }) {
  const { t } = useTranslation('publishing');
  const [query, setQuery] = useSearchParams();
  const { scan, digest, comments } = submission;
  const parts: { name: Part; label: string; count?: number }[] = [
    { name: 'progress', label: t('part.progress') },
    ...(digest === null
      ? []
      : [
          { name: 'source' as const, label: t('part.source'), count: scan?.findings.length ?? 0 },
          { name: 'listing' as const, label: t('part.listing') },
        ]),
    { name: 'comments', label: t('part.comments'), count: comments.length },
  ];
  const asked = parts.find(({ name }) => name === query.get('part'))?.name;
  const open = asked ?? (query.get('file') !== null && digest !== null ? 'source' : firstPart(submission));
  return (
    <div className={css.parts}>
      <Tabs
        label={t('part.title')}
        tabs={parts}
        open={open}
        onOpen={(name) => setQuery({ part: name }, { replace: true, preventScrollReset: true })}
      >
        {open === 'progress' ? <Progress submission={submission} /> : null}
        {open === 'source' ? (
          <div className={css.bleed}>
            <SourceBrowser side="publisher" submission={submission} />
          </div>
        ) : null}
        {open === 'listing' ? <ListingPreview submission={submission} /> : null}
        {open === 'comments' ? <Conversation side="publisher" submission={submission} /> : null}
      </Tabs>
    </div>
  );
}
