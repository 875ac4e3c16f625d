import type { ModeratedRating, RatingDecision } from '@proofpix/contract/api/ratings';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { ratingQueueQuery, type RatingQueue } from '../ratings/queries.ts';
import { Stars } from '../ratings/stars.tsx';
import { TextDialog } from '../ratings/text-dialog.tsx';
import css from './moderation.module.css';

/** Ratings that wait for somebody, the longest waiting first. */
export function RatingQueueList({ queue }: { queue: RatingQueue }) {
  const { t } = useTranslation('ratings');
  const list = useInfiniteQuery(ratingQueueQuery(queue));
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      {list.isPending ? <LoadingRows rows={3} label={t('loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? <Empty>{t(`empty.${queue}`)}</Empty> : null}
      <ul className={css.items}>
        {items.map((rating) => (
          <Moderated key={rating.id} rating={rating} />
        ))}
      </ul>
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
    </>
  );
}

type Act = RatingDecision['decision'];

function Moderated({ rating }: { rating: ModeratedRating }) {
  const { t } = useTranslation('ratings');
  const [act, setAct] = useState<Act | null>(null);
  const { id, publisher, plugin, stars, text, reply, version, organisationSince, at, held, reason, appeal } = rating;
  const acts = actsOn(rating);
  const because = `because-${id}`;
  return (
    <li className={css.item}>
      <p className={css.line}>
        <Stars stars={stars} />
        <Link to={paths.listing(publisher, plugin)} className={css.name}>{`${publisher}/${plugin}`}</Link>
        <span className={css.meta}>{t('version', { version })}</span>
        <time className={css.meta} dateTime={at} title={timeWithZone(at)}>
          {timeInList(at)}
        </time>
        <span className={css.meta}>{t('organisationSince', { time: timeWithZone(organisationSince) })}</span>
      </p>
      <p className={css.text}>{text === '' ? t('noText') : text}</p>
      {reply === null ? null : <p className={css.quote}>{t('replyIs', { text: reply })}</p>}
      {held === null ? null : <p className={css.meta}>{t(`heldFor.${held}`)}</p>}
      {rating.reports === 0 ? null : <p className={css.meta}>{t('reportsOf', { count: rating.reports })}</p>}
      {reason === null ? null : <p className={css.meta}>{t('decidedBecause', { reason })}</p>}
      {appeal === null ? null : <p className={css.quote}>{t('appealIs', { text: appeal })}</p>}
      {rating.obstacle === null ? null : (
        <p id={because} className={css.meta}>
          {t(`mayNotDecide.${rating.obstacle}`)}
        </p>
      )}
      <div className={css.acts}>
        {acts.map((each) => (
          <Button
            key={each}
            size="compact-sm"
            disabled={rating.obstacle !== null}
            aria-describedby={rating.obstacle === null ? undefined : because}
            onClick={() => setAct(each)}
          >
            {t(`decide.${each}.open`)}
          </Button>
        ))}
      </div>
      {act === null ? null : (
        <TextDialog
          title={t(`decide.${act}.title`)}
          text={t(`decide.${act}.text`)}
          label={t('decide.reason')}
          action={t(`decide.${act}.open`)}
          most={1_000}
          onSend={(why) => call(routes.ratings.decide, { params: { id }, body: { decision: act, reason: why } })}
          onClose={() => setAct(null)}
        />
      )}
    </li>
  );
}

/** As the server has it: what was rejected is decided again after an objection alone. */
function actsOn({ state, appeal, reply, reason }: ModeratedRating): Act[] {
  const objected = state === 'rejected' && appeal !== null && reason !== null;
  return [
    ...(state === 'held' || objected ? (['release'] as const) : []),
    ...(state !== 'rejected' || objected ? (['reject'] as const) : []),
    ...(reply === null ? [] : (['remove-reply'] as const)),
  ];
}
