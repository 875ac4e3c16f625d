import type { SupportMessage, SupportRequest } from '@proofpix/contract/community/support-requests';
import { isEnded } from '@proofpix/contract/community/support-states';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { problemCode, problemText } from '../../api.ts';
import { NotFoundPage } from '../../frame/not-found-page.tsx';
import { TopBar } from '../../frame/top-bar.tsx';
import { paths } from '../../paths.ts';
import { timeInList, timeWithZone } from '../../ui/format.ts';
import { ErrorNotice, LoadingRows } from '../../ui/notice.tsx';
import { usePageTitle } from '../../ui/page-title.ts';
import { Section } from '../../ui/section.tsx';
import { TryAgain } from '../../ui/try-again.tsx';
import { requestQuery, type Side } from './queries.ts';
import { SupportStateWord } from './state-word.tsx';
import css from './support.module.css';
import { WriteForm } from './write-form.tsx';

type Props = { side: Side; id: string; parents: ReactNode };

/** All that both sides said to each other. */
export function RequestPage({ side, id, parents }: Props) {
  const { t } = useTranslation('supportRequests');
  const { data, error, isPending, refetch } = useQuery(requestQuery(side, id));
  usePageTitle(data?.subject ?? t('title'));
  const code = problemCode(error);
  if (data === undefined && (code === 'support_request_not_found' || code === 'invalid_request'))
    return <NotFoundPage />;
  return (
    <>
      <TopBar parents={parents} />
      <main id="main" className={css.reading}>
        {isPending ? <LoadingRows rows={4} label={t('loadingOne')} /> : null}
        {error !== null && data === undefined ? (
          <ErrorNotice title={t('oneFailed')} code={code} action={<TryAgain onTry={refetch} />}>
            {problemText(error)}
          </ErrorNotice>
        ) : null}
        {data === undefined ? null : <Body side={side} request={data} />}
      </main>
    </>
  );
}

function Body({ side, request }: { side: Side; request: SupportRequest }) {
  const { t } = useTranslation('supportRequests');
  const { subject, publisher, plugin, state, stateSince, organisation, messages } = request;
  return (
    <>
      <h1 className={css.name}>{subject}</h1>
      <p className={css.facts}>
        <Link to={paths.listing(publisher, plugin)}>{`${publisher}/${plugin}`}</Link>
        {organisation === null ? null : <span>{organisation}</span>}
        <SupportStateWord state={state} side={side.kind} />
        <time dateTime={stateSince} title={timeWithZone(stateSince)}>
          {timeInList(stateSince)}
        </time>
      </p>
      <Context request={request} />
      <Section title={t('messages')}>
        <ul>
          {messages.map((message) => (
            <Message key={message.id} message={message} />
          ))}
        </ul>
        <End side={side} request={request} />
      </Section>
    </>
  );
}

/** What was sent along; nothing where nothing was. */
function Context({ request: { context } }: { request: SupportRequest }) {
  const { t } = useTranslation('supportRequests');
  const names = ['pluginVersion', 'platformVersion', 'errorCode'] as const;
  const sent = names.flatMap((name) => {
    const value = context[name];
    return value === null ? [] : [t(name, { value })];
  });
  if (sent.length === 0) return null;
  return (
    <Section title={t('about')}>
      <ul>
        {sent.map((words) => (
          <li key={words} className={css.note}>
            {words}
          </li>
        ))}
      </ul>
    </Section>
  );
}

function Message({ message: { side, author, text, createdAt } }: { message: SupportMessage }) {
  const { t } = useTranslation('supportRequests');
  return (
    <li className={css.message}>
      <p className={css.who}>
        <span className={css.side}>{t(side)}</span>
        <span>{author ?? t('gone')}</span>
        <time dateTime={createdAt} title={timeWithZone(createdAt)}>
          {timeInList(createdAt)}
        </time>
      </p>
      <p className={css.text}>{text}</p>
    </li>
  );
}

/** The next message, or why there can be none. */
function End({ side, request }: { side: Side; request: SupportRequest }) {
  const { t } = useTranslation('supportRequests');
  const { state, reopenUntil } = request;
  if (!isEnded(state)) return <WriteForm side={side} request={request} />;
  if (side.kind === 'publisher') return <p className={css.quiet}>{t('endedForYou')}</p>;
  if (reopenUntil === null) return <p className={css.quiet}>{t('over')}</p>;
  return (
    <>
      <WriteForm side={side} request={request} />
      <p className={css.quiet}>{t('until', { time: timeWithZone(reopenUntil) })}</p>
    </>
  );
}
