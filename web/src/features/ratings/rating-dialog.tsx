import type { OwnRating } from '@proofpix/contract/api/ratings';
import { ratingStars, ratingTextChars } from '@proofpix/contract/community/ratings';
import { routes } from '@proofpix/contract/routes';
import { Checkbox, NativeSelect, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { fieldOrder, Form, FormButtons } from '../../ui/form.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useRatingChange, type Of } from './queries.ts';

type Props = { of: Of; name: string; rating: OwnRating['rating']; onClose: () => void };

/** What the organisation thinks of a plugin: one rating, which can be changed. */
export function RatingDialog({ of, name, rating, onClose }: Props) {
  const { t } = useTranslation('ratings');
  const [chosen, setChosen] = useState(rating === null ? '' : `${rating.stars}`);
  const [text, setText] = useState(rating?.text ?? '');
  const [named, setNamed] = useState(rating?.named ?? false);
  const stars = ratingStars.find((each) => `${each}` === chosen);
  const save = useRatingChange((body: { stars: 1 | 2 | 3 | 4 | 5; text: string; named: boolean }) =>
    call(routes.ratings.set, { params: of, body }),
  );
  return (
    <Dialog title={t('rate.title', { name })} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (stars !== undefined) save.mutate({ stars, text: text.trim(), named }, { onSuccess: onClose });
        }}
      >
        <NativeSelect
          label={t('rate.stars')}
          inputWrapperOrder={fieldOrder}
          data-autofocus
          value={chosen}
          data={[
            ...(rating === null ? [{ value: '', label: t('rate.choose') }] : []),
            ...ratingStars.toReversed().map((each) => ({ value: `${each}`, label: t('stars', { count: each }) })),
          ]}
          onChange={(event) => setChosen(event.currentTarget.value)}
        />
        <Textarea
          label={t('rate.text')}
          description={t('rate.textHelp')}
          inputWrapperOrder={fieldOrder}
          rows={5}
          maxLength={ratingTextChars}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <Checkbox
          label={t('rate.named')}
          description={t('rate.namedHelp')}
          checked={named}
          onChange={(event) => setNamed(event.currentTarget.checked)}
        />
        {save.error === null ? null : (
          <ErrorNotice title={t('rate.failed')} code={problemCode(save.error)}>
            {problemText(save.error)}
          </ErrorNotice>
        )}
        <FormButtons
          submit={rating === null ? t('rate.send') : t('rate.change')}
          busy={save.isPending}
          onCancel={onClose}
          missing={stars === undefined ? t('rate.starsMissing') : undefined}
        />
      </Form>
    </Dialog>
  );
}
