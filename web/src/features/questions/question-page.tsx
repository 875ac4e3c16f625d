import type { Answer, Question } from '@proofpix/contract/community/questions';
import { routes } from '@proofpix/contract/routes';
import { Button, Textarea, TextInput } from '@mantine/core';
import { IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { call, problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { Empty, ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { PostActions } from './post-actions.tsx';
import { PostMeta, PostText } from './post.tsx';
import { questionQuery, useQuestionChange } from './queries.ts';
import css from './questions.module.css';

/** A question with all that was said to it. */
export function QuestionPage() {
  const { t } = useTranslation('questions');
  const { id = '' } = useParams();
  const { data, error, isPending, refetch } = useQuery(questionQuery(id));
  usePageTitle(data?.title ?? t('one'));
  const code = problemCode(error);
  if (data === undefined && (code === 'question_not_found' || code === 'invalid_request')) return <NotFoundPage />;
  return (
    <>
      <TopBar
        parents={
          data === undefined ? undefined : (
            <Link to={paths.listing(data.publisher, data.plugin)}>{`${data.publisher}/${data.plugin}`}</Link>
          )
        }
      />
      <main id="main" className={css.page}>
        {isPending ? <LoadingRows rows={3} label={t('loadingOne')} /> : null}
        {error !== null && data === undefined ? (
          <ErrorNotice title={t('oneFailed')} code={code} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Body question={data} />}
      </main>
    </>
  );
}

function Body({ question }: { question: Question }) {
  const { t } = useTranslation('questions');
  const navigate = useNavigate();
  const [changing, setChanging] = useState(false);
  return (
    <>
      <h1 className={css.name}>{question.title}</h1>
      <div className={css.post}>
        <PostMeta post={question} />
        {changing ? (
          <QuestionForm question={question} onClose={() => setChanging(false)} />
        ) : (
          <>
            <PostText post={question} />
            <PostActions
              question={question}
              onChange={() => setChanging(true)}
              // Before it is gone: this page would ask for it once more, and find nothing.
              onRemoved={() => void navigate(paths.listing(question.publisher, question.plugin), { replace: true })}
            />
          </>
        )}
      </div>
      <Section title={t('answerTitle')}>
        {question.answerList.length === 0 ? <Empty>{t('noAnswers')}</Empty> : null}
        <ul>
          {question.answerList.map((answer) => (
            <AnswerItem key={answer.id} question={question} answer={answer} />
          ))}
        </ul>
        <AnswerForm id={question.id} />
      </Section>
    </>
  );
}

function AnswerItem({ question, answer }: { question: Question; answer: Answer }) {
  const { t } = useTranslation('questions');
  const [changing, setChanging] = useState(false);
  const accept = useQuestionChange(() =>
    call(routes.questions.accept, {
      params: { id: question.id },
      body: { answer: answer.accepted ? null : answer.id },
    }),
  );
  return (
    <li className={css.post}>
      <PostMeta post={answer}>
        {answer.byPublisher ? <span className={css.tag}>{t('byPublisher')}</span> : null}
        {answer.accepted ? (
          <span className={css.accepted}>
            <IconCheck size={14} stroke={2.2} aria-hidden />
            {t('accepted')}
          </span>
        ) : null}
      </PostMeta>
      {changing ? (
        <AnswerForm id={question.id} answer={answer} onClose={() => setChanging(false)} />
      ) : (
        <>
          <PostText post={answer} />
          <PostActions question={question} answer={answer} onChange={() => setChanging(true)}>
            {question.mayAccept && answer.hidden === null ? (
              <Button size="xs" variant="subtle" loading={accept.isPending} onClick={() => accept.mutate(undefined)}>
                {t(answer.accepted ? 'unaccept' : 'accept')}
              </Button>
            ) : null}
          </PostActions>
          {accept.error === null ? null : (
            <ErrorNotice title={t('notDone')} code={problemCode(accept.error)}>
              {problemText(accept.error)}
            </ErrorNotice>
          )}
        </>
      )}
    </li>
  );
}

function QuestionForm({ question, onClose }: { question: Question; onClose: () => void }) {
  const { t } = useTranslation('questions');
  const [draft, setDraft] = useState({ title: question.title, text: question.text });
  const change = useQuestionChange(() => call(routes.questions.change, { params: { id: question.id }, body: draft }));
  const empty = draft.title.trim() === '' || draft.text.trim() === '';
  return (
    <div className={css.form}>
      <TextInput
        label={t('field.title')}
        maxLength={120}
        value={draft.title}
        onChange={({ currentTarget: { value } }) => setDraft({ ...draft, title: value })}
      />
      <Textarea
        w="100%"
        label={t('field.text')}
        rows={5}
        maxLength={4_000}
        value={draft.text}
        onChange={({ currentTarget: { value } }) => setDraft({ ...draft, text: value })}
      />
      <Failed error={change.error} title={t('notSent')} />
      <div className={css.buttons}>
        <Button
          disabled={empty}
          loading={change.isPending}
          onClick={() => change.mutate(undefined, { onSuccess: onClose })}
        >
          {t('save')}
        </Button>
        <Button variant="subtle" onClick={onClose}>
          {t('cancel')}
        </Button>
      </div>
    </div>
  );
}

/** A new one, or one of theirs that is changed. */
function AnswerForm({ id, answer, onClose }: { id: string; answer?: Answer; onClose?: () => void }) {
  const { t } = useTranslation('questions');
  const [text, setText] = useState(answer?.text ?? '');
  const send = useQuestionChange(() =>
    answer === undefined
      ? call(routes.questions.answer, { params: { id }, body: { text } })
      : call(routes.questions.changeAnswer, { params: { id, answer: answer.id }, body: { text } }),
  );
  const done = () => {
    if (answer === undefined) setText('');
    onClose?.();
  };
  return (
    <div className={css.form}>
      <Textarea
        label={t('yourAnswer')}
        rows={4}
        maxLength={4_000}
        value={text}
        onChange={({ currentTarget: { value } }) => setText(value)}
      />
      <Failed error={send.error} title={t('answerNotSent')} />
      <div className={css.buttons}>
        <Button
          disabled={text.trim() === ''}
          loading={send.isPending}
          onClick={() => send.mutate(undefined, { onSuccess: done })}
        >
          {t(answer === undefined ? 'answer' : 'save')}
        </Button>
        {onClose === undefined ? null : (
          <Button variant="subtle" onClick={onClose}>
            {t('cancel')}
          </Button>
        )}
      </div>
    </div>
  );
}

function Failed({ error, title }: { error: Error | null; title: string }) {
  return error === null ? null : (
    <ErrorNotice title={title} code={problemCode(error)}>
      {problemText(error)}
    </ErrorNotice>
  );
}
