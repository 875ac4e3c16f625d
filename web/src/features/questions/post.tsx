import type { Answer, QuestionSummary } from '@proofpix/contract/community/questions';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import css from './questions.module.css';

type Post = Answer | QuestionSummary;

/** Who wrote it and when, and what else is known of it. */
export function PostMeta({ post, children }: { post: Post; children?: ReactNode }) {
  const { t } = useTranslation('questions');
  const { author, yours, createdAt, editedAt } = post;
  return (
    <p className={css.meta}>
      <span>{yours ? t('you') : (author ?? t('gone'))}</span>
      <time dateTime={createdAt} title={timeWithZone(createdAt)}>
        {timeInList(createdAt)}
      </time>
      {editedAt === null ? null : <span>{t('edited', { time: timeInList(editedAt) })}</span>}
      {children}
    </p>
  );
}

/** Plain text as it was written: no link in it is one, nothing in it is drawn. */
export function PostText({ post }: { post: Post }) {
  const { t } = useTranslation('questions');
  return (
    <>
      <p className={css.text}>{post.text}</p>
      {post.hidden === null ? null : <p className={css.hidden}>{t('hidden', { reason: post.hidden.reason })}</p>}
    </>
  );
}
