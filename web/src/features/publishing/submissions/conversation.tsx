import type { Submission, SubmissionComment } from '@proofpix/contract/api/submissions';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../../../ui/notice.tsx';
import { CommentForm } from '../source/comment-form.tsx';
import { Thread } from '../source/notes.tsx';
import type { SourceProps } from '../source/queries.ts';
import css from './submission.module.css';

/** All that both sides said, by what it is about; each can be answered where it stands. */
export function Conversation({ side, submission, onSettle }: SourceProps) {
  const { t } = useTranslation('publishing');
  const [answering, setAnswering] = useState<string | null>(null);
  const groups = groupsOf(submission.comments);
  return (
    <div className={css.conversation}>
      {groups.length === 0 ? <Empty>{t('comments.none')}</Empty> : null}
      {groups.map(({ key, first, comments }) => (
        <section key={key} className={css.group} data-thread aria-label={placeWords(first, t('comments.general'))}>
          <p className={css.where}>
            <Place comment={first} submission={submission} />
          </p>
          <Thread comments={comments} side={side} onSettle={onSettle} onReply={() => setAnswering(key)} />
          {answering === key ? (
            <CommentForm
              side={side}
              submission={submission}
              about={aboutOf(first)}
              onClose={() => setAnswering(null)}
            />
          ) : null}
        </section>
      ))}
      <CommentForm side={side} submission={submission} />
    </div>
  );
}

/** Leads to the line, while it is about the package that is there now. */
function Place({ comment, submission }: { comment: SubmissionComment; submission: Submission }) {
  const { t } = useTranslation('publishing');
  const { file, line, attempt } = comment;
  const words = placeWords(comment, t('comments.general'));
  if (attempt !== submission.attempt) return t('comments.earlier', { place: words, attempt });
  if (file === null) return words;
  const query = new URLSearchParams({ part: 'source', file, ...(line === null ? {} : { line: String(line) }) });
  return (
    <Link to={`?${query}`} preventScrollReset>
      <code>{words}</code>
    </Link>
  );
}

function placeWords({ file, line }: SubmissionComment, general: string): string {
  if (file === null) return general;
  return line === null ? file : `${file}:${line}`;
}

function aboutOf({ file, line, rule }: SubmissionComment) {
  return {
    ...(file === null ? {} : { file }),
    ...(line === null ? {} : { line }),
    ...(rule === null ? {} : { rule }),
  };
}

function groupsOf(comments: readonly SubmissionComment[]) {
  const groups = new Map<string, SubmissionComment[]>();
  for (const comment of comments) {
    const key = `${comment.attempt} ${comment.file ?? ''} ${comment.line ?? ''}`;
    groups.set(key, [...(groups.get(key) ?? []), comment]);
  }
  return [...groups].flatMap(([key, [first, ...others]]) =>
    first === undefined ? [] : [{ key, first, comments: [first, ...others] }],
  );
}
