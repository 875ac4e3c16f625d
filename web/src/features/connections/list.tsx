import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../api.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';

type Props = {
  title: string;
  query: UseQueryResult<readonly unknown[]>;
  /** The one sentence where there is nothing. */
  none: string;
  add: ReactNode;
  /** What the last change could not do. */
  error: Error | null;
  /** A row for each. */
  children: ReactNode;
};

/** A section that lists what can be registered, in all its states. */
export function ConnectionList({ title, query, none, add, error, children }: Props) {
  const { t } = useTranslation('connections');
  return (
    <Section title={title} actions={add}>
      {error === null ? null : (
        <ErrorNotice title={t('unchanged')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      )}
      {query.isPending ? <LoadingRows rows={2} label={t('loading', { title })} /> : null}
      {query.isError && query.data === undefined ? (
        <ErrorNotice
          title={t('listFailed')}
          code={problemCode(query.error)}
          action={<TryAgain onTry={query.refetch} />}
        >
          {problemText(query.error)} {t('goesOn')}
        </ErrorNotice>
      ) : null}
      {query.data?.length === 0 ? <Empty>{none}</Empty> : null}
      <ul>{children}</ul>
    </Section>
  );
}
