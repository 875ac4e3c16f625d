import type { OwnRating as Own } from '@proofpix/contract/api/ratings';
import { ratingTextChars } from '@proofpix/contract/community/ratings';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { timeWithZone } from '../../ui/format.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useAccount } from '../accounts/queries.ts';
import { ownRatingQuery, useRatingChange, type Of } from './queries.ts';
import { RatingDialog } from './rating-dialog.tsx';
import css from './ratings.module.css';
import { Stars } from './stars.tsx';
import { TextDialog } from './text-dialog.tsx';

type Opened = 'rate' | 'remove' | 'appeal' | null;

/** The rating of one's own organisation: what became of it, or what is lacking to give one. */
export function OwnRating({ of, name }: { of: Of; name: string }) {
  const { t } = useTranslation('ratings');
  const { data, error } = useQuery(ownRatingQuery(of));
  if (error !== null && data === undefined)
    return (
      <ErrorNotice title={t('ownFailed')} code={problemCode(error)}>
        {problemText(error)}
      </ErrorNotice>
    );
  return data === undefined ? null : <Shown of={of} name={name} own={data} />;
}

function Shown({ of, name, own }: { of: Of; name: string; own: Own }) {
  const { t } = useTranslation('ratings');
  const { may } = useAccount();
  const [open, setOpen] = useState<Opened>(null);
  const { rating, obstacle } = own;
  const because = !may('plugins:manage') ? t('mayNot') : obstacle === null ? undefined : t(`obstacle.${obstacle}`);
  const close = () => setOpen(null);
  const canAppeal = rating?.state === 'rejected' && rating.appeal === null && may('plugins:manage');
  return (
    <div className={css.own}>
      {rating === null ? null : <Standing rating={rating} />}
      {because === undefined || rating?.state === 'rejected' ? null : (
        <p id="rating-obstacle" className={css.because}>
          {because} {obstacle === 'not-enough-use' && may('plugins:manage') ? <Lacking own={own} /> : null}
        </p>
      )}
      <div className={css.acts}>
        {rating?.state === 'rejected' ? null : (
          <Button
            disabled={because !== undefined}
            aria-describedby={because === undefined ? undefined : 'rating-obstacle'}
            onClick={() => setOpen('rate')}
          >
            {rating === null ? t('rate.open') : t('rate.openChange')}
          </Button>
        )}
        {canAppeal ? <Button onClick={() => setOpen('appeal')}>{t('appeal.open')}</Button> : null}
        {rating !== null && may('plugins:manage') ? (
          <Button onClick={() => setOpen('remove')}>{t('remove.open')}</Button>
        ) : null}
      </div>
      {open === 'rate' ? <RatingDialog of={of} name={name} rating={rating} onClose={close} /> : null}
      {open === 'remove' ? <RemoveDialog of={of} name={name} onClose={close} /> : null}
      {open === 'appeal' && rating !== null ? (
        <TextDialog
          title={t('appeal.title')}
          text={t('appeal.explain')}
          label={t('appeal.text')}
          action={t('appeal.send')}
          most={ratingTextChars}
          onSend={(text) => call(routes.ratings.appeal, { params: { id: rating.id }, body: { text } })}
          onClose={close}
        />
      ) : null}
    </div>
  );
}

/** In figures: how much there is of what it takes. */
function Lacking({ own: { use, needed } }: { own: Own }) {
  const { t } = useTranslation('ratings');
  return (
    <span>
      {t('lacking', { ...needed, usedPhotos: use.photos, usedDays: use.days })}
      {use.since === null ? null : ` ${t('lackingSince', { time: timeWithZone(use.since) })}`}
    </span>
  );
}

function Standing({ rating }: { rating: NonNullable<Own['rating']> }) {
  const { t } = useTranslation('ratings');
  const { stars, text, state, held, reason, appeal, version } = rating;
  return (
    <>
      <p className={css.line}>
        <Stars stars={stars} />
        <span className={css.who}>{t('ofYourOrganisation')}</span>
        <span className={css.meta}>{t('version', { version })}</span>
      </p>
      {text === '' ? null : <p className={css.text}>{text}</p>}
      {state === 'held' ? <p className={css.because}>{t(`held.${held ?? 'changed'}`)}</p> : null}
      {state === 'rejected' ? <p className={css.because}>{t('rejected', { reason })}</p> : null}
      {appeal === null ? null : (
        <p className={css.because}>
          {appeal.decidedAt === null
            ? t('appeal.waits')
            : state === 'rejected'
              ? t('appeal.refused')
              : t('appeal.granted')}
        </p>
      )}
    </>
  );
}

function RemoveDialog({ of, name, onClose }: { of: Of; name: string; onClose: () => void }) {
  const { t } = useTranslation('ratings');
  const remove = useRatingChange(() => call(routes.ratings.remove, { params: of }));
  return (
    <ConfirmDialog
      title={t('remove.title', { name })}
      action={t('remove.action')}
      busy={remove.isPending}
      error={
        remove.error === null ? undefined : (
          <ErrorNotice title={t('notSent')} code={problemCode(remove.error)}>
            {problemText(remove.error)}
          </ErrorNotice>
        )
      }
      onConfirm={() => remove.mutate(undefined, { onSuccess: onClose })}
      onClose={onClose}
    >
      <p>{t('remove.text')}</p>
    </ConfirmDialog>
  );
}
