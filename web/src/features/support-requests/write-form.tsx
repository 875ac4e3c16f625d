import type { SupportRequest } from '@proofpix/contract/community/support-requests';
import { isEnded } from '@proofpix/contract/community/support-states';
import { routes } from '@proofpix/contract/routes';
import { Button, Checkbox, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { call, problemCode, problemText } from '../../api.ts';
import { ErrorNotice } from '../../ui/notice.tsx';
import { useRequestChange, type Side } from './queries.ts';
import css from './support.module.css';

type Props = { side: Side; request: SupportRequest };

/** The next message of this side, and the ends that it may set. */
export function WriteForm({ side, request }: Props) {
  const { t } = useTranslation('supportRequests');
  const { id } = request;
  const [text, setText] = useState('');
  const [asks, setAsks] = useState(false);
  const write = useRequestChange(side, () =>
    side.kind === 'customer'
      ? call(routes.supportRequests.write, { params: { id }, body: { text } })
      : call(routes.supportRequests.reply, { params: { publisher: side.publisher, id }, body: { text, asks } }),
  );
  const end = useRequestChange(side, (state: 'solved' | 'closed') =>
    side.kind === 'customer'
      ? call(routes.supportRequests.end, { params: { id }, body: { state } })
      : call(routes.supportRequests.settle, { params: { publisher: side.publisher, id }, body: { state } }),
  );
  const ended = isEnded(request.state);
  const unanswered = side.kind === 'publisher' && request.firstAnswerAt === null;
  const sent = () => {
    setText('');
    setAsks(false);
  };
  return (
    <div className={css.form}>
      <Textarea
        label={t('reply')}
        rows={4}
        maxLength={4_000}
        value={text}
        onChange={({ currentTarget: { value } }) => setText(value)}
      />
      {side.kind === 'publisher' ? (
        <Checkbox label={t('asks')} checked={asks} onChange={({ currentTarget: { checked } }) => setAsks(checked)} />
      ) : null}
      <Failed error={write.error} title={t('messageNotSent')} />
      <Failed error={end.error} title={t('notEnded')} />
      <div className={css.buttons}>
        <Button
          variant="filled"
          disabled={text.trim() === ''}
          loading={write.isPending}
          onClick={() => write.mutate(undefined, { onSuccess: sent })}
        >
          {t(ended ? 'reopen' : 'write')}
        </Button>
        {ended
          ? null
          : (['solved', 'closed'] as const).map((state) => (
              <Button
                key={state}
                disabled={unanswered}
                aria-describedby={unanswered ? 'answer-first' : undefined}
                loading={end.isPending && end.variables === state}
                onClick={() => end.mutate(state)}
              >
                {t(state === 'solved' ? 'solved' : 'close')}
              </Button>
            ))}
        {unanswered ? (
          <span id="answer-first" className={css.quiet}>
            {t('answerFirst')}
          </span>
        ) : null}
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
