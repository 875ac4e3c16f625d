import type { Submission } from '@proofpix/contract/api/submissions';
import { Button, Textarea } from '@mantine/core';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { ErrorNotice } from '../../../ui/notice.tsx';
import { usePublishingChange } from '../queries.ts';
import css from './notes.module.css';
import { say, type Said, type Side } from './queries.ts';

const mostChars = 4_000;

type Props = {
  side: Side;
  submission: Pick<Submission, 'id'>;
  /** A place in the source; without one it is about the submission. */
  about?: Omit<Said, 'text'>;
  onClose?: () => void;
};

export function CommentForm({ side, submission, about = {}, onClose }: Props) {
  const { t } = useTranslation('publishing');
  const [text, setText] = useState('');
  const write = usePublishingChange((said: string) => say(side, submission.id, { text: said, ...about }));
  const send = () => {
    if (text.trim() === '' || write.isPending) return;
    write.mutate(text.trim(), {
      onSuccess: () => {
        setText('');
        onClose?.();
      },
    });
  };
  const label =
    about.line === undefined
      ? t(side === 'publisher' ? 'comments.toReviewers' : 'comments.toPublisher')
      : t('comments.aboutLine', { file: about.file ?? '', line: about.line });
  return (
    <div className={onClose === undefined ? css.form : css.note}>
      <Textarea
        label={label}
        rows={3}
        maxLength={mostChars}
        value={text}
        autoFocus={onClose !== undefined}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onKeyDown={(event: KeyboardEvent) => {
          if (event.key === 'Escape') onClose?.();
          if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
          event.preventDefault();
          send();
        }}
      />
      {write.error === null ? null : (
        <ErrorNotice title={t('comments.notSent')} code={problemCode(write.error)}>
          {problemText(write.error)}
        </ErrorNotice>
      )}
      <div className={css.buttons}>
        <Button size="xs" loading={write.isPending} disabled={text.trim() === ''} onClick={send}>
          {t('comments.send')}
        </Button>
        {onClose === undefined ? null : (
          <Button size="xs" variant="subtle" onClick={onClose}>
            {t('cancel')}
          </Button>
        )}
      </div>
    </div>
  );
}
