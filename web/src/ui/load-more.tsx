import { Button } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import css from './load-more.module.css';
import { ErrorNotice } from './notice.tsx';

type Props = {
  /** What `useInfiniteQuery` says. */
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  /** Why the next page did not come: a sentence and the code. */
  failed?: { text: ReactNode; code: string | undefined } | undefined;
};

/** The next page of a list behind a cursor. Nothing is drawn at its end. */
export function LoadMore({ query, failed }: Props) {
  const { t } = useTranslation('ui');
  return (
    <>
      {query.hasNextPage ? (
        <Button className={css.more} loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
          {t('loadMore')}
        </Button>
      ) : null}
      {failed === undefined ? null : (
        <ErrorNotice title={t('moreFailed')} code={failed.code}>
          {failed.text}
        </ErrorNotice>
      )}
    </>
  );
}
