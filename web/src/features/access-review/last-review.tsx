import { Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { count, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import css from './access-review-page.module.css';
import { openReviewQuery } from './queries.ts';

/** When somebody last looked at who has access, and the way to do it again. */
export function LastReview() {
  const { t } = useTranslation('accessReview');
  const { data, error, isPending, refetch } = useQuery(openReviewQuery);
  return (
    <Section
      title={t('section.title')}
      actions={
        <Button component={Link} to={paths.accessReview}>
          {t('section.open')}
        </Button>
      }
    >
      {isPending ? <LoadingRows rows={1} label={t('section.loading')} /> : null}
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('section.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data === undefined ? null : (
        <p className={css.last}>
          {data.last === null
            ? t('section.none')
            : t('section.last', {
                time: timeWithZone(data.last.at),
                name: data.last.by ?? t('section.former'),
                kept: count(data.last.kept),
                removed: count(data.last.removed),
              })}
        </p>
      )}
    </Section>
  );
}
