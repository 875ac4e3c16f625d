import type { Submission } from '@proofpix/contract/api/submissions';
import { reviewChecks, type ReviewCheck } from '@proofpix/contract/publishing';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useId, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemText } from '../../api.ts';
import { MenuButton } from '../../ui/menu-button.tsx';
import { useToast } from '../../ui/toasts.tsx';
import { queueQuery, useReviewChange } from './queries.ts';
import { RefuseDialog } from './refuse-dialog.tsx';
import css from './reviews.module.css';

type Props = { submission: Submission; checks: readonly ReviewCheck[] };

/** Take it, or decide on what was taken. What cannot be done says why, beside the button. */
export function DecisionButtons({ submission, checks }: Props) {
  const { t } = useTranslation('reviews');
  const toast = useToast();
  const why = useId();
  const [refusing, setRefusing] = useState<'reject' | 'ask-for-changes' | null>(null);
  const { id, state, claimed } = submission;
  const params = { id };
  const onError = (error: unknown) => toast({ text: problemText(error) });
  const queue = useInfiniteQuery(queueQuery);
  const claim = useReviewChange(id, () => call(routes.reviews.claim, { params }));
  const unclaim = useReviewChange(id, () => call(routes.reviews.unclaim, { params }));
  const approve = useReviewChange(id, () =>
    call(routes.reviews.decide, { params, body: { decision: 'approve', checklist: [...checks] } }),
  );
  const obstacle = queue.data?.pages.flatMap(({ items }) => items).find((each) => each.id === id)?.obstacle ?? null;
  if (state === 'waiting')
    return (
      <Button
        variant="filled"
        loading={claim.isPending}
        disabled={obstacle !== null}
        onClick={() => claim.mutate(undefined, { onError })}
      >
        {t('claim')}
      </Button>
    );
  if (state !== 'in-review' || claimed?.byYou !== true) return null;
  const missing = missingOf(submission, checks, t);
  return (
    <>
      {missing === undefined ? null : (
        <span id={why} className={css.why}>
          {missing}
        </span>
      )}
      <Button onClick={() => setRefusing('reject')}>{t('reject.open')}</Button>
      <Button onClick={() => setRefusing('ask-for-changes')}>{t('ask-for-changes.open')}</Button>
      <Button
        variant="filled"
        loading={approve.isPending}
        disabled={missing !== undefined}
        aria-describedby={missing === undefined ? undefined : why}
        onClick={() => approve.mutate(undefined, { onError, onSuccess: () => toast({ text: t('approved') }) })}
      >
        {t('approve')}
      </Button>
      <MenuButton
        name={t('this')}
        actions={[{ label: t('unclaim'), onClick: () => unclaim.mutate(undefined, { onError }) }]}
      />
      {refusing === null ? null : (
        <RefuseDialog submission={submission} decision={refusing} onClose={() => setRefusing(null)} />
      )}
    </>
  );
}

/** The server asks for the same before an approval. */
function missingOf(
  { comments, attempt }: Submission,
  checks: readonly ReviewCheck[],
  t: TFunction<'reviews'>,
): string | undefined {
  const open = comments.filter(
    (comment) => comment.side === 'marketplace' && comment.attempt === attempt && comment.settledAt === null,
  ).length;
  if (open > 0) return t('missing.comments', { count: open });
  const unticked = reviewChecks.filter((check) => !checks.includes(check)).length;
  return unticked > 0 ? t('missing.checks', { count: unticked }) : undefined;
}
