import { useInfiniteQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { problemCode, problemText } from '../../../api.ts';
import { timeInList, timeWithZone } from '../../../ui/format.ts';
import { LoadMore } from '../../../ui/load-more.tsx';
import { Empty, ErrorNotice, LoadingRows } from '../../../ui/notice.tsx';
import { Section } from '../../../ui/section.tsx';
import { eventsQuery } from '../queries.ts';
import { eventSentence, toneOf } from './event-words.ts';
import css from './records.module.css';

/** What happened to it, newest first. `short` shows a few of them, without a way to more. */
export function RecentEvents({ id, short = false }: { id: string; short?: boolean }) {
  const { t } = useTranslation('plugins');
  const query = useInfiniteQuery(eventsQuery(id, short ? 5 : 20));
  const { data, error } = query;
  const items = data?.pages.flatMap((page) => page.items);
  return (
    <Section title={t('events.title')}>
      {items === undefined && error === null ? <LoadingRows rows={3} label={t('events.loading')} /> : null}
      {items === undefined && error !== null ? (
        <ErrorNotice title={t('events.failed')} code={problemCode(error)}>
          {problemText(error)}
        </ErrorNotice>
      ) : null}
      {items?.length === 0 ? <Empty>{t('events.none')}</Empty> : null}
      <ul>
        {items?.map((event) => (
          <li key={event.id} className={css.event}>
            <time className={css.time} dateTime={event.at} title={timeWithZone(event.at)}>
              {timeInList(event.at)}
            </time>
            <span className={css.sentence} data-tone={toneOf(event)}>
              {eventSentence(event, t)}
            </span>
          </li>
        ))}
      </ul>
      {short || items === undefined ? null : (
        <LoadMore
          query={query}
          failed={error === null ? undefined : { text: problemText(error), code: problemCode(error) }}
        />
      )}
    </Section>
  );
}
