import type { RatingSummary } from '@proofpix/contract/api/ratings';
import { NativeSelect } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { count as number, decimal } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { OwnRating } from './own-rating.tsx';
import { ratingsQuery, type Of, type RatingSort } from './queries.ts';
import { RatingItem } from './rating-item.tsx';
import css from './ratings.module.css';
import { ReportButton } from './report-button.tsx';

type Props = Of & { name: string; /** Whoever looks publishes it. */ owned: boolean };

/** What organisations that use a plugin think of it, and one's own part in that. */
export function RatingsSection({ publisher, plugin, name, owned }: Props) {
  const { t } = useTranslation('ratings');
  const of = { publisher, plugin };
  const [sort, setSort] = useState<RatingSort>('newest');
  const list = useInfiniteQuery(ratingsQuery(of, sort));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const summary = list.data?.pages[0]?.summary;
  return (
    <Section
      id="ratings"
      title={t('title')}
      aside={summary === undefined ? undefined : number(summary.count)}
      actions={
        <>
          {items.length > 1 ? (
            <NativeSelect
              size="xs"
              aria-label={t('sort.label')}
              value={sort}
              data={(['newest', 'helpful'] as const).map((each) => ({ value: each, label: t(`sort.${each}`) }))}
              onChange={(event) => setSort(event.currentTarget.value === 'helpful' ? 'helpful' : 'newest')}
            />
          ) : null}
          {owned ? null : <ReportButton subject={{ kind: 'listing', ...of }} name={name} />}
        </>
      }
    >
      {summary === undefined || summary.mean === null ? null : <Summary mean={summary.mean} summary={summary} />}
      {owned ? null : <OwnRating of={of} name={name} />}
      {list.isPending ? <LoadingRows rows={2} label={t('loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? <Empty>{t('none')}</Empty> : null}
      <ul className={css.items}>
        {items.map((rating) => (
          <RatingItem key={rating.id} rating={rating} owned={owned} />
        ))}
      </ul>
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </Section>
  );
}

/** The mean, and how many gave which stars: the bars are drawn for the eye, the numbers say the same. */
function Summary({ mean, summary: { count, distribution } }: { mean: number; summary: RatingSummary }) {
  const { t } = useTranslation('ratings');
  const most = Math.max(1, ...distribution);
  return (
    <div className={css.summary}>
      <p className={css.mean}>
        <strong>{decimal(mean)}</strong> <span className={css.meta}>{t('meanOf', { count })}</span>
      </p>
      <ul className={css.distribution}>
        {distribution
          .map((having, index) => ({ stars: index + 1, having }))
          .toReversed()
          .map(({ stars, having }) => (
            <li key={stars}>
              <span>{t('stars', { count: stars })}</span>
              <svg viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden>
                <rect className={css.bar} width={(having / most) * 100} height={6} />
              </svg>
              <span className={css.number}>{number(having)}</span>
            </li>
          ))}
      </ul>
    </div>
  );
}
