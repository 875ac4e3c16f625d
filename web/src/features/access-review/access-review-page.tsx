import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { fieldOrder } from '../../ui/form.tsx';
import { count } from '../../ui/format.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { useToast } from '../../ui/toasts.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { useAccount } from '../accounts/queries.ts';
import { useMembersChange } from '../members/queries.ts';
import css from './access-review-page.module.css';
import { openReviewQuery, type OpenReview } from './queries.ts';
import { MembersToReview, TokensToReview } from './review-tables.tsx';
import { useDecisions, type Decisions } from './use-decisions.ts';

/** Who may what, decided one by one: an auditor asks when somebody last did. */
export function AccessReviewPage() {
  const { t } = useTranslation('accessReview');
  const members = useTranslation('members');
  usePageTitle(t('title'));
  const manage = useAccount().may('members:manage');
  // Read once: a list that changed below the hand would have somebody decide about another row.
  const { data, error, refetch } = useQuery({ ...openReviewQuery, enabled: manage, refetchOnWindowFocus: false });
  return (
    <>
      <TopBar parents={<Link to={paths.members}>{members.t('title')}</Link>} />
      <main id="main" className={css.page}>
        <h1 className={css.title}>{t('title')}</h1>
        {manage ? null : <Empty>{t('hidden')}</Empty>}
        {manage && data === undefined && error === null ? <LoadingRows rows={6} label={t('loading')} /> : null}
        {data === undefined && error !== null ? (
          <ErrorNotice title={t('failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Review open={data} />}
      </main>
    </>
  );
}

function Review({ open }: { open: OpenReview }) {
  const { t } = useTranslation('accessReview');
  const decisions = useDecisions(open);
  const [note, setNote] = useState('');
  const [asking, setAsking] = useState(false);
  const left = decisions.openMembers + decisions.openTokens;
  return (
    <>
      <p className={css.lead}>{t('lead')}</p>
      <MembersToReview members={open.members} decisions={decisions} />
      <TokensToReview tokens={open.tokens} decisions={decisions} />
      <form
        className={css.end}
        onSubmit={(event) => {
          event.preventDefault();
          setAsking(true);
        }}
      >
        <Textarea
          label={t('note')}
          description={t('noteHelp')}
          inputWrapperOrder={fieldOrder}
          maxLength={1_000}
          autosize
          minRows={2}
          value={note}
          onChange={({ currentTarget }) => setNote(currentTarget.value)}
        />
        <div className={css.buttons}>
          {left === 0 ? null : (
            <span id="review-missing" className={css.missing}>
              {t('missing', { count: left, number: count(left) })}
            </span>
          )}
          {left === 0 ? null : <Button onClick={decisions.keepRest}>{t('keepRest')}</Button>}
          <Button
            type="submit"
            variant="filled"
            disabled={left > 0}
            aria-describedby={left === 0 ? undefined : 'review-missing'}
          >
            {t('finish')}
          </Button>
        </div>
      </form>
      {asking ? <FinishDialog decisions={decisions} note={note} onClose={() => setAsking(false)} /> : null}
    </>
  );
}

function FinishDialog({ decisions, note, onClose }: { decisions: Decisions; note: string; onClose: () => void }) {
  const { t } = useTranslation('accessReview');
  const toast = useToast();
  const navigate = useNavigate();
  const { removed } = decisions;
  const finish = useMembersChange(() =>
    call(routes.accessReviews.finish, {
      body: { ...decisions.body(), ...(note.trim() === '' ? {} : { note: note.trim() }) },
    }),
  );
  return (
    <ConfirmDialog
      title={removed === 0 ? t('ask.keepTitle') : t('ask.title', { count: removed, number: count(removed) })}
      action={t(removed === 0 ? 'ask.keepAction' : 'ask.action')}
      busy={finish.isPending}
      error={
        finish.error === null ? null : (
          <ErrorNotice title={t('notFinished')} code={problemCode(finish.error)}>
            {problemText(finish.error)}
          </ErrorNotice>
        )
      }
      onClose={onClose}
      onConfirm={() =>
        finish.mutate(undefined, {
          onSuccess: (done) => {
            toast({ text: t('done', { kept: count(done.kept), removed: count(done.removed) }) });
            void navigate(paths.members);
          },
        })
      }
    >
      <p>{t(removed === 0 ? 'ask.keepText' : 'ask.text')}</p>
    </ConfirmDialog>
  );
}
