import type { FlaggedPost } from '@proofpix/contract/community/questions';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { paths } from '../../paths.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { Form, FormButtons } from '../../ui/form.tsx';
import { timeInList } from '../../ui/format.ts';
import { ListRow } from '../../ui/list-row.tsx';
import { Empty, ErrorNotice } from '../../ui/notice.tsx';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { flaggedQuery, useQuestionChange } from './queries.ts';
import css from './questions.module.css';

/** On the review desk: what people reported. It stays until a reviewer hides it. */
export function FlaggedPosts() {
  const { t } = useTranslation('questions');
  const { data, error, refetch } = useQuery(flaggedQuery);
  return (
    <Section title={t('review.title')}>
      {error !== null && data === undefined ? (
        <ErrorNotice title={t('review.failed')} code={problemCode(error)} action={<TryAgain onTry={refetch} />}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {data?.items.length === 0 ? <Empty>{t('review.none')}</Empty> : null}
      <ul>
        {data?.items.map((post) => (
          <Row key={post.answer ?? post.question} post={post} />
        ))}
      </ul>
    </Section>
  );
}

function Row({ post }: { post: FlaggedPost }) {
  const { t } = useTranslation('questions');
  const [hiding, setHiding] = useState(false);
  const { question, answer, publisher, plugin, title, text, flags, hidden, createdAt } = post;
  const hide = useQuestionChange((reason: string | null) =>
    call(routes.questions.hide, { params: { id: question }, body: { answer, reason } }),
  );
  return (
    <ListRow
      what={
        <>
          <Link className={css.title} to={paths.question(question)}>
            {title}
          </Link>
          <p className={css.text}>{text}</p>
          <p className={css.meta}>
            <span>{`${publisher}/${plugin}`}</span>
            <span>{timeInList(createdAt)}</span>
            <span>{t('review.flags', { count: flags })}</span>
          </p>
          {hidden === null ? null : <p className={css.hidden}>{t('review.hidden', { reason: hidden.reason })}</p>}
          {hide.error === null || hiding ? null : (
            <ErrorNotice title={t('notDone')} code={problemCode(hide.error)}>
              {problemText(hide.error)}
            </ErrorNotice>
          )}
        </>
      }
    >
      {hidden === null ? (
        <Button size="xs" onClick={() => setHiding(true)}>
          {t('review.hide')}
        </Button>
      ) : (
        <Button size="xs" loading={hide.isPending} onClick={() => hide.mutate(null)}>
          {t('review.show')}
        </Button>
      )}
      {hiding ? (
        <HideDialog
          busy={hide.isPending}
          error={hide.error}
          onHide={(reason) => hide.mutate(reason, { onSuccess: () => setHiding(false) })}
          onClose={() => setHiding(false)}
        />
      ) : null}
    </ListRow>
  );
}

type HideProps = { busy: boolean; error: Error | null; onHide: (reason: string) => void; onClose: () => void };

function HideDialog({ busy, error, onHide, onClose }: HideProps) {
  const { t } = useTranslation('questions');
  const [reason, setReason] = useState('');
  const missing = reason.trim() === '' ? t('review.reasonMissing') : undefined;
  return (
    <Dialog title={t('review.hideTitle')} onClose={onClose}>
      <Form
        onSubmit={() => {
          if (missing === undefined) onHide(reason.trim());
        }}
      >
        <p className={css.note}>{t('review.hideText')}</p>
        <Textarea
          label={t('review.reason')}
          rows={3}
          maxLength={1_000}
          data-autofocus
          value={reason}
          onChange={({ currentTarget: { value } }) => setReason(value)}
        />
        {error === null ? null : (
          <ErrorNotice title={t('notDone')} code={problemCode(error)}>
            {problemText(error)}
          </ErrorNotice>
        )}
        <FormButtons submit={t('review.hide')} busy={busy} onCancel={onClose} missing={missing} loss />
      </Form>
    </Dialog>
  );
}
