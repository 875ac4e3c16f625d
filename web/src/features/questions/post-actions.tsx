import type { Answer, Question } from '@proofpix/contract/community/questions';
import { routes } from '@proofpix/contract/routes';
import { Button } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ConfirmDialog } from '../../ui/confirm-dialog.tsx';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useQuestionChange } from './queries.ts';
import css from './questions.module.css';

type Props = {
  question: Question;
  /** Left out: it is about the question. */
  answer?: Answer;
  onChange: () => void;
  onRemoved?: () => void;
  children?: ReactNode;
};

/** What whoever looks may do with a question or an answer. */
export function PostActions({ question, answer, onChange, onRemoved, children }: Props) {
  const { t } = useTranslation('questions');
  const [removing, setRemoving] = useState(false);
  const post = answer ?? question;
  const params = { id: question.id };
  const flag = useQuestionChange(() => call(routes.questions.flag, { params, body: { answer: answer?.id ?? null } }));
  const remove = useQuestionChange(async () => {
    if (answer === undefined) onRemoved?.();
    await (answer === undefined
      ? call(routes.questions.remove, { params })
      : call(routes.questions.removeAnswer, { params: { ...params, answer: answer.id } }));
  });
  return (
    <>
      <div className={css.actions}>
        {children}
        {post.editable ? (
          <Button size="xs" variant="subtle" onClick={onChange}>
            {t('change')}
          </Button>
        ) : null}
        {post.yours ? (
          <Button size="xs" variant="subtle" onClick={() => setRemoving(true)}>
            {t('delete')}
          </Button>
        ) : (
          <Button
            size="xs"
            variant="subtle"
            disabled={post.flagged}
            loading={flag.isPending}
            onClick={() => flag.mutate(undefined)}
          >
            {t(post.flagged ? 'flagged' : 'flag')}
          </Button>
        )}
      </div>
      {flag.error === null ? null : (
        <ErrorNotice title={t('notDone')} code={problemCode(flag.error)}>
          {problemText(flag.error)}
        </ErrorNotice>
      )}
      {removing ? (
        <ConfirmDialog
          title={t(answer === undefined ? 'deleteQuestion' : 'deleteAnswer')}
          action={t('delete')}
          busy={remove.isPending}
          error={
            remove.error === null ? null : (
              <ErrorNotice title={t('notDone')} code={problemCode(remove.error)}>
                {problemText(remove.error)}
              </ErrorNotice>
            )
          }
          onConfirm={() => remove.mutate(undefined, { onSuccess: () => setRemoving(false) })}
          onClose={() => setRemoving(false)}
        >
          {t(answer === undefined ? 'deleteQuestionText' : 'deleteAnswerText')}
        </ConfirmDialog>
      ) : null}
    </>
  );
}
