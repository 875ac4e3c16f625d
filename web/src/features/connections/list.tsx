import { Button } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { problemCode, problemText } from '../../api.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';

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
  return (
    <Section title={title} actions={add}>
      {error === null ? null : (
        <ErrorNotice title="Nothing was changed" code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      )}
      {query.isPending ? <LoadingRows rows={2} label={`Loading: ${title}`} /> : null}
      {query.isError && query.data === undefined ? (
        <ErrorNotice
          title="This list could not be loaded"
          code={problemCode(query.error)}
          action={<Button onClick={() => void query.refetch()}>Try again</Button>}
        >
          {problemText(query.error)} What is registered goes on working.
        </ErrorNotice>
      ) : null}
      {query.data?.length === 0 ? <Empty>{none}</Empty> : null}
      <ul>{children}</ul>
    </Section>
  );
}
