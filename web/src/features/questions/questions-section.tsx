import type { QuestionSummary } from '@proofpix/contract/community/questions';
import { Button, NativeSelect } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { LoadMore } from '../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { AskDialog } from './ask-dialog.tsx';
import { PostMeta } from './post.tsx';
import { questionsQuery, type QuestionSort } from './queries.ts';
import css from './questions.module.css';

type Props = { publisher: string; plugin: string; name: string };

/** What people asked about a plugin, on its page in the marketplace. */
export function QuestionsSection({ publisher, plugin, name }: Props) {
  const { t } = useTranslation('questions');
  const [sort, setSort] = useState<QuestionSort>('newest');
  const [asking, setAsking] = useState(false);
  const list = useInfiniteQuery({ ...questionsQuery(publisher, plugin, sort), placeholderData: keepPreviousData });
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Section
      title={t('title')}
      actions={
        <>
          {items.length > 0 || sort === 'unanswered' ? (
            <NativeSelect
              size="xs"
              aria-label={t('show')}
              value={sort}
              onChange={({ currentTarget }) => setSort(currentTarget.value === 'unanswered' ? 'unanswered' : 'newest')}
              data={[
                { value: 'newest', label: t('all') },
                { value: 'unanswered', label: t('unanswered') },
              ]}
            />
          ) : null}
          <Button size="xs" onClick={() => setAsking(true)}>
            {t('ask')}
          </Button>
        </>
      }
    >
      {list.isPending ? <LoadingRows rows={2} label={t('loading')} /> : null}
      {list.isError && list.data === undefined ? (
        <ErrorNotice title={t('failed')} code={problemCode(list.error)} action={<TryAgain onTry={list.refetch} />}>
          {problemText(list.error)}
        </ErrorNotice>
      ) : null}
      {list.isSuccess && items.length === 0 ? (
        sort === 'newest' ? (
          <Empty>{t('none')}</Empty>
        ) : (
          <Empty action={<Button onClick={() => setSort('newest')}>{t('showAll')}</Button>}>
            {t('noneUnanswered')}
          </Empty>
        )
      ) : null}
      <ul>
        {items.map((question) => (
          <Row key={question.id} question={question} />
        ))}
      </ul>
      <LoadMore
        query={list}
        failed={
          list.isFetchNextPageError ? { text: problemText(list.error), code: problemCode(list.error) } : undefined
        }
      />
      {asking ? <AskDialog {...{ publisher, plugin, name }} onClose={() => setAsking(false)} /> : null}
    </Section>
  );
}

function Row({ question }: { question: QuestionSummary }) {
  const { t } = useTranslation('questions');
  return (
    <li className={css.post}>
      <Link className={css.title} to={paths.question(question.id)}>
        {question.title}
      </Link>
      <PostMeta post={question}>
        <span>{t('answers', { count: question.answers })}</span>
        {question.answered ? <span className={css.tag}>{t('accepted')}</span> : null}
      </PostMeta>
    </li>
  );
}
