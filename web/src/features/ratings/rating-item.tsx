import type { Rating } from '@proofpix/contract/api/ratings';
import { ratingTextChars } from '@proofpix/contract/community/ratings';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useRatingChange } from './queries.ts';
import css from './ratings.module.css';
import { ReportButton } from './report-button.tsx';
import { Stars } from './stars.tsx';
import { TextDialog } from './text-dialog.tsx';

type Props = { rating: Rating; /** Of a plugin that whoever looks publishes. */ owned: boolean };

export function RatingItem({ rating, owned }: Props) {
  const { t } = useTranslation('ratings');
  const { id, stars, text, organisation, version, outdated, at, editedAt, yours } = rating;
  const who = yours ? t('yours') : (organisation ?? t('unnamed'));
  return (
    <li className={css.item}>
      <p className={css.line}>
        <Stars stars={stars} />
        <span className={css.who}>{who}</span>
        <span className={css.meta}>{outdated ? t('versionOld', { version }) : t('version', { version })}</span>
        <time className={css.meta} dateTime={at} title={timeWithZone(at)}>
          {timeInList(at)}
        </time>
        {editedAt === null ? null : (
          <time className={css.meta} dateTime={editedAt} title={timeWithZone(editedAt)}>
            {t('edited')}
          </time>
        )}
      </p>
      {text === '' ? null : <p className={css.text}>{text}</p>}
      <Reply rating={rating} owned={owned} />
      <div className={css.acts}>
        <Helpful rating={rating} closed={yours || owned} />
        {yours ? null : <ReportButton subject={{ kind: 'rating', id }} name={t('ratingOf', { who })} />}
      </div>
    </li>
  );
}

/** Whoever wrote it, or publishes the plugin, has no voice on it: they see the number alone. */
function Helpful({ rating: { id, helpful, helpfulToYou }, closed }: { rating: Rating; closed: boolean }) {
  const { t } = useTranslation('ratings');
  const vote = useRatingChange(() =>
    call(routes.ratings.helpful, { params: { id }, body: { helpful: !helpfulToYou } }),
  );
  if (closed) return helpful === 0 ? null : <span className={css.meta}>{t('helpfulTo', { count: helpful })}</span>;
  return (
    <>
      <Button
        size="compact-xs"
        className={css.quietButton}
        aria-pressed={helpfulToYou}
        loading={vote.isPending}
        onClick={() => vote.mutate(undefined)}
      >
        {helpful === 0 ? t('helpful') : t('helpfulCount', { count: helpful })}
      </Button>
      {vote.error === null ? null : (
        <ErrorNotice title={t('notVoted')} code={problemCode(vote.error)}>
          {problemText(vote.error)}
        </ErrorNotice>
      )}
    </>
  );
}

function Reply({ rating: { id, reply }, owned }: Props) {
  const { t } = useTranslation('ratings');
  const [open, setOpen] = useState(false);
  const remove = useRatingChange(() => call(routes.ratings.reply, { params: { id }, body: { text: null } }));
  return (
    <>
      {reply === null ? null : (
        <div className={css.reply}>
          <p className={css.meta}>
            {t('reply.of')}{' '}
            <time dateTime={reply.at} title={timeWithZone(reply.at)}>
              {timeInList(reply.at)}
            </time>
          </p>
          <p className={css.text}>{reply.text}</p>
        </div>
      )}
      {owned ? (
        <div className={css.acts}>
          <Button size="compact-xs" className={css.quietButton} onClick={() => setOpen(true)}>
            {reply === null ? t('reply.open') : t('reply.change')}
          </Button>
          {reply === null ? null : (
            <Button
              size="compact-xs"
              className={css.quietButton}
              loading={remove.isPending}
              onClick={() => remove.mutate(undefined)}
            >
              {t('reply.remove')}
            </Button>
          )}
        </div>
      ) : null}
      {remove.error === null ? null : (
        <ErrorNotice title={t('notSent')} code={problemCode(remove.error)}>
          {problemText(remove.error)}
        </ErrorNotice>
      )}
      {open ? (
        <TextDialog
          title={t('reply.title')}
          text={t('reply.explain')}
          label={t('reply.text')}
          action={t('reply.send')}
          most={ratingTextChars}
          initial={reply?.text ?? ''}
          onSend={(text) => call(routes.ratings.reply, { params: { id }, body: { text } })}
          onClose={() => setOpen(false)}
        />
      ) : null}
    </>
  );
}
